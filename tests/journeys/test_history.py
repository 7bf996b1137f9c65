"""The history of the whole desk, on its own screen."""


async def test_everything_that_happened(sit_down, busy, colleague):
    async with sit_down(size=(120, 40)) as desk:
        await desk.press("f4")
        await desk.sees("History", "4 entries", "2026-11-20 11:50", "#2 created: Password forgotten")
        await desk.is_on("#1 status in-progress → resolved, priority medium → high")
        await desk.press("j")
        await desk.is_on("#1 status new → in-progress (called the fire brigade)")

        colleague.journal.undo()
        await desk.sees("5 entries", "#1 status resolved → in-progress, priority high → medium (undone)")
        await desk.is_on("called the fire brigade")

        await desk.press("enter")
        await desk.sees("Tickets", "From     rita@example.com")
        await desk.press("g", "h")
        await desk.is_on("called the fire brigade")
        await desk.press("q")
        await desk.sees("Tickets  all tickets · 2")


async def test_a_double_click_opens_the_ticket_of_a_line(sit_down, busy):
    async with sit_down(size=(120, 40)) as desk:
        await desk.press("f4")
        await desk.is_on("#1 status in-progress → resolved")
        await desk.pilot.click(offset=(20, 3), times=2)
        await desk.sees("Tickets", "From     rita@example.com")


async def test_each_screen_is_as_it_was_left(sit_down, file):
    for number in range(1, 61):
        file(f"Printer {number:02} on fire")
    async with sit_down() as desk:
        await desk.press("3", "0", "j")
        await desk.is_on("Printer 31")
        shown = desk.numbers
        await desk.press("f4", "5", "j")
        await desk.is_on("#55 created")
        await desk.press("f2")
        await desk.is_on("Printer 31")
        assert desk.numbers == shown
        await desk.press("g", "h")
        await desk.is_on("#55 created")


async def test_an_empty_history_says_what_will_stand_there(sit_down, file):
    async with sit_down(size=(60, 20)) as desk:
        await desk.press("f4", "enter")
        await desk.sees("this list is empty", "Nothing has happened on this desk yet.", "F2  goes to the tickets")
        await desk.sees_no("Seq")
        file("Printer on fire")
        await desk.sees("Seq", "#1 created: Printer")
        await desk.sees_no("Nothing has happened")
        await desk.is_on("#1 created")
