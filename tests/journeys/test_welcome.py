"""An agent's first minutes: nothing there yet, the first ticket."""

import pytest


@pytest.mark.sqlite
@pytest.mark.usefixtures("no_desk")
async def test_an_empty_desk_says_what_to_press(sit_down):
    async with sit_down() as desk:
        await desk.sees("This desk has no tickets yet.", "c  creates one", "?  shows every key", "q  quits", "ann")
        await desk.press("e")
        await desk.sees("there is no ticket here; c creates one")


async def test_the_first_ticket(sit_down, colleague):
    async with sit_down() as desk:
        await desk.press("c")
        await desk.sees("Create a ticket")

        await desk.press("ctrl+s")
        await desk.sees("Not saved. Title:")

        await desk.type("Cannot log in")
        await desk.press("tab")
        await desk.type("rita@nowhere")
        await desk.press("ctrl+s")
        await desk.sees("Not saved. Requester:")
        assert colleague.journal.last_seq() == 0

        await desk.type(".example.com")
        await desk.press("tab", "right", "tab")
        await desk.type("It says no.")
        await desk.press("ctrl+s")
        await desk.sees("#1 created", "Cannot log in", "▲ high", "○ new")
        await desk.press("m")
        await desk.sees("Mail log · 1 messages", "✓ sent")
        await desk.is_on("Cannot")
    assert [(each.actor, each.number) for each in colleague.journal.after(0)] == [("ann", 1)]
