"""Two agents edit one ticket: different fields are merged, one field shows both values and the agent chooses."""

import pytest

from supportdesk.domain.ticket import Priority, TicketChange


@pytest.fixture
def rename(colleague):
    return lambda title: colleague.tickets.update(["1"], TicketChange(title=title))


async def test_what_does_not_touch_is_merged(sit_down, file, colleague, rename):
    file("Lamp is dark")
    async with sit_down() as desk:
        await desk.press("E", "tab", "tab", "tab", *"Really. ")
        rename("Lamp is broken")
        colleague.tickets.update(["1"], TicketChange(priority=Priority.HIGH))
        await desk.press("ctrl+s")
        await desk.sees("✓ #1 saved")
    ticket = colleague.tickets.get("1")
    assert (ticket.title, ticket.priority, ticket.description) == ("Lamp is broken", "high", "Really. It says no.")


async def test_one_field_that_both_edit_shows_both_values(sit_down, file, colleague, rename):
    file("Lamp is dark")
    async with sit_down() as desk:
        await desk.press("E", "end", *"!")
        rename("Lamp is broken")
        await desk.press("ctrl+s")
        await desk.sees("#1 was changed by bob", "Lamp is dark!", "now: Lamp is broken (F7 takes it)")
        await desk.press("f7")
        await desk.sees("│ Lamp is broken", "yours: Lamp is dark! (F7 brings it back)")
        await desk.press("f7", "ctrl+s")
        await desk.sees("✓ #1 saved")
    assert colleague.tickets.get("1").title == "Lamp is dark!"


async def test_a_draft_is_merged_too(sit_down, file, colleague, rename):
    file("Lamp is dark")
    async with sit_down() as desk:
        await desk.press("E", "tab", "tab", "tab", *"Really. ", "escape")
        rename("Lamp is broken")
        await desk.sees("Lamp is broken")
        await desk.press("E")
        await desk.sees("Your draft is back", "Really.")
        await desk.press("ctrl+s")
        await desk.sees("✓ #1 saved")
    ticket = colleague.tickets.get("1")
    assert (ticket.title, ticket.description) == ("Lamp is broken", "Really. It says no.")
