"""A morning's triage: look, decide, go on, and take back what was wrong."""

from supportdesk.domain.ticket import Status
from supportdesk.email.settings import MailSettings


async def test_one_ticket_after_another(sit_down, file, colleague):
    for title in ("Printer on fire", "Password forgotten", "Invoice missing"):
        file(title)
    # Held mail is withdrawn by an undo, which then has nothing to ask.
    async with sit_down(mail=MailSettings(hold=60, zone="UTC")) as desk:
        await desk.press("j", "j", "k")
        await desk.is_on("Password forgotten")

        await desk.press("enter")
        await desk.sees("From     rita@example.com", "It says no.")

        await desk.press("s")
        await desk.sees("n status: new", "i status: in-progress", "r status: resolved")
        await desk.press("i")
        await desk.sees("Internal note for #2 → in-progress")
        await desk.type("asked for her user name")
        await desk.press("enter")
        await desk.sees("✓ #2 in-progress · u to undo", "◐ in-progress Password forgotten")
        assert colleague.tickets.history("2")[-1].notes == "asked for her user name"

        await desk.press("e")
        await desk.sees("✓ #2 resolved · u to undo", " #3  Status changes (1)")
        assert colleague.tickets.get("2").status is Status.RESOLVED

        await desk.press("u")
        await desk.sees("undone: #2: status resolved → in-progress")
        await desk.press("u")
        await desk.sees("undone: #2: status in-progress → new")
        await desk.press("u")
        await desk.sees("there is no change of yours to undo")
    assert [step.new_status for step in colleague.tickets.history("2")] == [
        "new", "in-progress", "resolved", "in-progress", "new",
    ]  # fmt: skip


async def test_a_change_of_mind_changes_nothing(sit_down, file, colleague):
    file("Printer on fire")
    async with sit_down() as desk:
        await desk.press("s", "escape", "s", "r")
        await desk.sees("Internal note for #1 → resolved")
        await desk.type("no, wait")
        await desk.press("escape")
        await desk.sees("nothing changed")
        await desk.press("s", "n")
        await desk.sees("#1 is already new")
        await desk.press("p", "m")
        await desk.sees("#1 already has medium priority")
        await desk.press("s", "x", "p", "h")
        await desk.sees("✓ #1 high priority")
    assert len(colleague.tickets.history("1")) == 1


async def test_the_same_again(sit_down, file, colleague):
    for number in range(1, 5):
        file(f"Printer {number} on fire")
    async with sit_down() as desk:
        await desk.press(".")
        await desk.sees("there is no change to repeat yet")
        await desk.press("s", "r", *"put out", "enter")
        await desk.sees("✓ #1 resolved")
        await desk.press("j", ".")
        await desk.sees("✓ #2 resolved")
        await desk.press("j", "p", "h", "j", ".")
        await desk.sees("✓ #4 high priority")
    assert [colleague.tickets.history(reference)[-1].notes for reference in "123"] == ["put out", "put out", ""]


async def test_running_through_a_long_list(sit_down, file):
    for number in range(1, 101):
        file(f"Printer {number:03} on fire")
    async with sit_down() as desk:
        await desk.press("5", "j")
        await desk.is_on("Printer 006")
        await desk.press("1", "0", "j")
        await desk.is_on("Printer 016")
        await desk.press("3", "k")
        await desk.is_on("Printer 013")
        await desk.press("G")
        await desk.is_on("Printer 100")
        await desk.sees("100 · end")
        await desk.press("g", "g")
        await desk.is_on("Printer 001")
        await desk.sees("100 · top")
        assert desk.numbers == list(range(1, 20))
        await desk.press("ctrl+d")
        await desk.is_on("Printer 011")
        await desk.press("pagedown")
        await desk.is_on("Printer 030")
        assert desk.numbers == list(range(30, 49))
        await desk.press("pageup", "ctrl+u")
        await desk.is_on("Printer 001")
        await desk.press("4", "2", "G")
        await desk.is_on("Printer 042")


async def test_many_at_once(sit_down, file, colleague):
    for number in range(1, 8):
        file(f"Printer {number} on fire")
    async with sit_down(mail=MailSettings(hold=10, zone="UTC")) as desk:
        await desk.press("space", "j", "space")
        await desk.sees("2 marked", "*#1 ", "*#3 ")
        await desk.press("j", "v")
        await desk.sees("marking a range", "press v again")
        await desk.press("j", "v")
        await desk.sees("4 marked", "*#5 ", "*#6 ", "✓ 2 tickets in the range are marked")
        await desk.sees_no("press v again")

        await desk.press("s", "r")
        await desk.sees("Internal note for 4 tickets → resolved")
        await desk.press("enter")
        await desk.sees("will resolve 4 tickets and mail 1 requester (y/N)")
        await desk.press("y")
        await desk.sees("✓ 4 of 4 tickets: resolved")
        await desk.sees_no("marked")
        assert [row.number for row in colleague.tickets.summaries(range(1, 8)) if not row.is_open] == [1, 3, 5, 6]

        await desk.press("u")
        await desk.sees("undone: #6 and 3 more: status resolved → new")
        assert all(row.is_open for row in colleague.tickets.summaries(range(1, 8)))

        await desk.press("*", "p", "h")
        await desk.sees("will set 7 tickets to high priority and mail nobody (y/N)")
        await desk.press("y")
        await desk.sees("✓ 7 of 7 tickets: high priority")
        await desk.press("*")
        await desk.sees("7 marked")
        await desk.press("escape")
        await desk.sees_no("marked")
        await desk.press("v")
        await desk.sees("press v again")
        await desk.press("escape")
        await desk.sees_no("press v again")


async def test_an_undo_that_a_requester_hears_of_asks_first(sit_down, file, colleague):
    file("Printer on fire", email="rita@example.com")
    async with sit_down() as desk:
        await desk.press("s", "r", "enter")
        await desk.sees("resolved")
        await desk.until(lambda: {mail.status for mail in colleague.mail.page()} == {"sent"}, "the mail about it")
        await desk.press("u")
        await desk.sees("rita@example.com was told and will be told again", "Undo?")
        await desk.press("n")
        await desk.sees("resolved")
        await desk.press("u")
        await desk.sees("Undo?")
        await desk.press("y")
        await desk.sees("undone: #1: status resolved → new")


async def test_an_older_change_is_undone_only_when_one_says_so(sit_down, file, colleague):
    file("Printer on fire", email="rita@example.com")
    async with sit_down() as desk:
        await desk.press("p", "h")
        await desk.sees("✓ #1 high priority")
        await desk.press("r")
        await desk.sees("Reply to #1")
        await desk.type("Have you unplugged it?")
        await desk.press("ctrl+s")
        sent = ("reply", "sent")
        await desk.until(
            lambda: sent in {(mail.notification_type, mail.status) for mail in colleague.mail.page()}, "the reply"
        )
        await desk.press("u")
        await desk.sees("Cannot be undone: #1 and 1 more: replied: Have you unplugged it?", "Undo #1 instead:")
        await desk.press("n")
        await desk.sees("nothing undone")
        await desk.press("u", "y")
        await desk.sees("undone: #1: priority high → medium")
