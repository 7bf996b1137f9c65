"""The board: tickets in columns, moved by key; a chart above; what others move is seen."""

import pytest

from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.email.settings import MailSettings


@pytest.fixture
def four(file, colleague):
    for title in ("Lamp is dark", "Door is shut", "Cup is empty", "Pot is hot"):
        file(title)
    colleague.tickets.update(["2"], TicketChange(status=Status.IN_PROGRESS))
    colleague.tickets.update(["3"], TicketChange(status=Status.RESOLVED))


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (60, 20)])
async def test_tickets_are_in_columns_by_status_with_a_chart(sit_down, four, size):
    async with sit_down(size=size) as desk:
        await desk.press("B")
        await desk.sees("▸ new (2)", "in-progress (1)", "resolved (1)", "#1 ", "#2 ", "#3 ", "█")
        await desk.press("B")
        await desk.sees("all tickets · 4")


async def test_a_card_is_moved_and_taken_back(sit_down, four, colleague):
    async with sit_down(mail=MailSettings(hold=600, zone="UTC")) as desk:
        await desk.press("B", "j", "L")
        await desk.sees("✓ #4 in-progress", "new (1)", "▸ in-progress (2)")
        await desk.press("u")
        await desk.sees("undone", "new (2)", "in-progress (1)")
        await desk.press("h", "h", "H")
        await desk.sees("✗ there is no column on the left")
        await desk.press("l", "l", "l")
        await desk.sees("▸ resolved (1)")
        await desk.press("L")
        await desk.sees("✗ there is no column on the right")
    assert colleague.tickets.get("4").status == "new"


async def test_a_card_is_worked_on_like_a_ticket_in_the_list(sit_down, four, colleague):
    async with sit_down(mail=MailSettings(hold=600, zone="UTC")) as desk:
        await desk.press("B", "a", "a")
        await desk.sees("✓ #1 assigned to ann")
        await desk.press("t", *"+vip", "enter")
        await desk.sees("✓ #1 tagged +vip")
        await desk.press("i", *"Seen.", "enter")
        await desk.sees("✓ #1 internal note added")
        await desk.press("p", "h")
        await desk.sees("✓ #1 high priority")
        await desk.press("r", *"Try this.", "ctrl+s")
        await desk.sees("✓ #1 reply to rita@example.com", "▸ new (2)")
        await desk.press("s", "i", *"on my way", "enter")
        await desk.sees("✓ #1 in-progress", "▸ new (1)")
        await desk.is_on("#4")
        await desk.press("e")
        await desk.sees("✓ #4 resolved", "▸ new (0)", "resolved (2)")
        await desk.press("l", "E", "end", *" again", "ctrl+s")
        await desk.sees("✓ #2 saved", "in-progress (2)")
        await desk.press("u", "w")
        await desk.sees("filter from:rita@example.com")
    ticket = colleague.tickets.get("1")
    assert (ticket.owner, ticket.tags, ticket.status) == ("ann", ("vip",), "in-progress")


async def test_columns_by_owner(sit_down, four, colleague):
    colleague.tickets.assign(["2"], "me")
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("B", "o")
        await desk.sees("by owner", "▸ nobody (2)", "ann (0)", "bob (1)")
        await desk.press("L")
        await desk.sees("✓ #1 assigned to ann", "▸ ann (1)")
        await desk.press("l", "H")
        await desk.sees("#2 is bob's. Reassign? (y/N)")
        await desk.press("enter")
        await desk.sees("nothing changed")
        await desk.press("H", "y")
        await desk.sees("✓ #2 assigned to ann")
    assert [colleague.tickets.get(number).owner for number in ("1", "2")] == ["ann", "ann"]


async def test_what_a_colleague_moves_is_seen_and_a_card_opens(sit_down, four, colleague):
    async with sit_down() as desk:
        await desk.press("/", *"lamp", "enter", "B")
        await desk.sees("filter lamp", "new (1)", "resolved (0)")
        colleague.tickets.update(["1"], TicketChange(status=Status.RESOLVED))
        await desk.sees("new (0)", "resolved (1)")
        await desk.press("l", "l", "enter")
        await desk.sees("#1  Status changes", "Lamp is dark")


async def test_an_empty_board_says_so(sit_down):
    async with sit_down() as desk:
        await desk.press("B")
        await desk.sees("new (0)", "in-progress (0)")
        await desk.press("L")
        await desk.sees("✗ this list is empty")
        await desk.press("escape")
        await desk.sees("This desk has no tickets yet.")
