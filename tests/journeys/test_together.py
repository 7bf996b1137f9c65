"""Two agents at one desk: nothing moves under the hand, and nobody overwrites anybody."""

import pytest

from supportdesk.domain.ticket import Priority, Status, TicketChange
from supportdesk.email.settings import MailSettings


@pytest.fixture
def resolve(colleague):
    """Bob resolves tickets."""
    return lambda *numbers: colleague.tickets.update([str(n) for n in numbers], TicketChange(status=Status.RESOLVED))


async def test_what_one_does_the_other_sees_where_it_stands(sit_down, file, resolve, clock):
    for number in range(1, 61):
        file(f"Printer {number:02} on fire")
    async with sit_down() as desk:
        await desk.press("3", "0", "j")
        await desk.is_on("Printer 31")
        shown, height = desk.numbers, desk.glass.lines.index(desk.cursors[0])

        resolve(29)
        await desk.sees("bob: #29 resolved", "● resolved    Printer 29")
        assert desk.numbers == shown

        # Urgent ones sort above everything: they come in beyond the upper edge of the screen.
        for title in ("Flood", "Earthquake", "Thunderstorm"):
            file(title, priority="high")
        await desk.sees("bob: #63 created", "all tickets · 63")
        await desk.is_on("Printer 31")
        assert desk.numbers == shown
        assert desk.glass.lines.index(desk.cursors[0]) == height

        await desk.press("k", "j", "j")
        await desk.is_on("Printer 32")
        await desk.press("g", "g")
        await desk.is_on("Flood")
        assert desk.numbers[:4] == [61, 62, 63, 1]


async def test_a_ticket_filed_elsewhere_opens_an_empty_desk(sit_down, file):
    async with sit_down() as desk:
        await desk.sees("This desk has no tickets yet.")
        file("Printer on fire")
        await desk.is_on("Printer on fire")
        await desk.sees_no("no tickets yet")


async def test_half_typed_words_stay(sit_down, file, resolve, colleague):
    for title in ("Printer on fire", "Password forgotten"):
        file(title)
    async with sit_down() as desk:
        await desk.press("s", "i")
        await desk.type("looked into")
        resolve(2)
        await desk.sees("● resolved    Password", "Internal note for #1 → in-progress", "looked into")
        await desk.type(" it")
        await desk.press("enter")
        await desk.sees("✓ #1 in-progress")
        assert colleague.tickets.history("1")[-1].notes == "looked into it"

        await desk.press("c")
        await desk.type("Water dam")
        file("Flood")
        await desk.type("age")
        await desk.press("tab")
        await desk.sees("Water damage")
        await desk.press("escape")
        await desk.sees("Flood", "all tickets · 3")


async def test_the_open_ticket_follows_what_others_do(sit_down, file, resolve, colleague):
    file("Printer on fire", description="\n".join(f"Line {n}" for n in range(1, 41)))
    async with sit_down() as desk:
        await desk.press("enter", "1", "0", "j")
        await desk.sees_no("Line 1\n")
        top = next(line for line in desk.glass.lines if line.strip().startswith("Line"))
        colleague.tickets.update(["1"], TicketChange(priority=Priority.HIGH))
        await desk.sees("bob: #1 high", "▲ high")
        resolve(1)
        await desk.sees("bob: #1 resolved", "● resolved")
        # One line more than before stands above: when it was updated.
        assert desk.glass.text.count(top) <= 1
        await desk.press("h")
        await desk.sees("created as new", "new → resolved", "bob")


async def test_changed_by_somebody_else_first(sit_down, file, resolve, colleague):
    file("Printer on fire")
    file("Password forgotten")
    async with sit_down(mail=MailSettings(hold=10, zone="UTC")) as desk:
        await desk.press("s", "i")
        await desk.sees("Internal note for #1")
        resolve(1)
        await desk.sees("● resolved    Printer")
        await desk.type("on my way")
        await desk.press("enter")
        await desk.sees("#1 was changed by bob (status new → resolved) since you")
        assert colleague.tickets.get("1").status is Status.RESOLVED

        # Told so, Ann may do it all the same.
        await desk.press("s", "i", *"still smoking", "enter")
        await desk.sees("✓ #1 in-progress")

        await desk.press("j", "p", "h")
        await desk.sees("✓ #2 high priority")
        colleague.tickets.update(["2"], TicketChange(priority=Priority.LOW))
        await desk.sees("bob: #2 low")
        await desk.press("u")
        await desk.sees("#2 has changed since: bob made its priority low")
    assert colleague.tickets.get("2").priority is Priority.LOW


async def test_all_marked_or_none(sit_down, file, resolve, colleague):
    """A batch with one ticket that has changed meanwhile changes nothing, and the marks stay."""
    for number in range(1, 4):
        file(f"Printer {number} on fire")
    async with sit_down() as desk:
        await desk.press("*", "s", "i")
        await desk.sees("Internal note for 3 tickets")
        resolve(2)
        await desk.sees("bob" if "bob: #2" in desk.screen() else "● resolved")
        await desk.press("enter")
        await desk.sees("will set 3 tickets to in-progress and mail 1 requester (y/N)")
        await desk.press("y")
        await desk.sees("#2 was changed by bob", "3 marked")
    assert [row.status for row in colleague.tickets.summaries([1, 3])] == ["new", "new"]


async def test_a_change_far_above_does_not_move_the_count(sit_down, file, colleague):
    for number in range(1, 301):
        file(f"Printer {number:03} on fire")
    async with sit_down() as desk:
        await desk.press("G")
        await desk.sees("all tickets · 300 · end")
        colleague.tickets.update(["1"], TicketChange(priority=Priority.HIGH))
        await desk.sees("bob: #1 high")
        await desk.sees("all tickets · 300 · end")
        assert desk.app.screen.queue.total.rows == 300
        assert desk.app.screen.queue.cursor == 299


async def test_a_screen_opened_for_the_first_time_while_news_come_in(sit_down, file, monkeypatch):
    async with sit_down() as desk:
        tickets = desk.app.desk_screen

        async def open_another() -> None:
            await desk.app.show_screen("faqs")

        # The last thing a screen hears of when news come in.
        monkeypatch.setattr(tickets, "on_traffic", open_another)
        file("Lamp is dark")
        await desk.sees("This desk has no FAQs yet.")
        await desk.press("f2")
        await desk.is_on("Lamp is dark")
