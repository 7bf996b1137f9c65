"""Reading: a ticket and its timeline, and the mail that went out."""


async def test_how_a_ticket_came_to_its_status(sit_down, busy):
    async with sit_down() as desk:
        await desk.press("j", "h")
        await desk.sees(
            "Status changes (3)",
            "○ created as new",
            "2026-11-20 09:30 (2h ago)",
            "◐ new → in-progress",
            "2026-11-20 09:50 (2h ago)",
            "│   called the fire brigade",
            "● in-progress → resolved",
            "2026-11-20 11:50 (just now)",
        )
        await desk.press("h")
        await desk.sees("Notifications (3)", "✓ sent  status_update", "Subject  Re: Printer on fire")
        await desk.press("h")
        await desk.sees("created as new")
        await desk.press("escape")
        await desk.sees("Updated  2026-11-20 11:50 (just now)", "It says no.")
        await desk.press("escape")
        await desk.sees_no("It says no.")
        await desk.is_on("Printer on fire")


async def test_the_mail_that_went_out_on_a_narrow_screen(sit_down, busy):
    async with sit_down(size=(80, 24)) as desk:
        await desk.press("m")
        await desk.sees("Mail log · 4 messages · ✗ 1 failed", "✗ failed    fail@example.com")
        await desk.press("k")
        await desk.is_on("Re: Printer")
        await desk.sees_no("Somebody is working on it now.")
        await desk.press("enter")
        await desk.sees("To       rita@example.com", "Somebody is working on it now.")
        await desk.press("escape")
        await desk.sees_no("Somebody is working on it now.")
        await desk.press("k", "enter")
        await desk.sees("✗ failed  ticket_created", "550 mock: this mailbox always refuses")
        await desk.press("escape", "escape")
        await desk.sees_no("Mail log")
        await desk.is_on("Password forgotten")


async def test_the_mail_that_went_out_beside_its_list(sit_down, busy):
    async with sit_down(size=(160, 40)) as desk:
        await desk.press("m")
        await desk.sees("Mail log · 4 messages", "We consider it resolved.")
        await desk.press("k")
        await desk.sees("Somebody is working on it now.")
        await desk.press("tab", "tab")
        await desk.is_on("Password forgotten")
        await desk.press("m")
        await desk.sees_no("Mail log")


async def test_mail_goes_out_with_a_change(sit_down, file, colleague):
    file("Printer on fire")
    async with sit_down() as desk:
        await desk.press("m", "tab", "e")
        await desk.sees("✓ #1 resolved", "Mail log · 2 messages", "Re: Printer")
        await desk.sees_no("… pending")
    assert [message.status for message in colleague.mail.page()] == ["sent", "sent"]


async def test_a_window_of_another_size(sit_down, busy):
    async with sit_down(size=(80, 24)) as desk:
        await desk.press("enter")
        await desk.sees("It says no.")
        await desk.resize(200, 50)
        await desk.sees("▏ It says no.", "fail@example.com")
        await desk.resize(60, 16)
        await desk.sees("Tickets  all tickets · 2", "#2", "? help")
        await desk.press("escape")
        await desk.is_on("Password forgotten")
        assert all(len(line) <= 60 for line in desk.glass.lines)


async def test_the_list_has_its_room_back_once_what_was_below_it_is_closed(sit_down, file, write):
    for number in range(1, 18):
        file(f"Printer {number:02} on fire")
        write(f"Why does printer {number:02} smoke?")
    async with sit_down() as desk:
        for screen, first, last in (("f2", "Printer 01", "Printer 17"), ("f3", "printer 17", "printer 01")):
            await desk.press(screen)
            await desk.sees(first, last)
            for opens, closes in (("enter", "escape"), ("m", "m")):
                await desk.press("g", "g", "G", opens)
                await desk.sees_no(first)
                await desk.press(closes)
                await desk.sees(first, last)
                await desk.is_on(last)


async def test_a_window_pulled_taller_shows_more_of_the_list(sit_down, file):
    for number in range(1, 31):
        file(f"Printer {number:02} on fire")
    async with sit_down(size=(60, 20)) as desk:
        await desk.press("G")
        await desk.is_on("Printer 30")
        await desk.sees_no("Printer 01")
        await desk.resize(120, 40)
        await desk.sees("Printer 01", "Printer 30")
        await desk.is_on("Printer 30")
