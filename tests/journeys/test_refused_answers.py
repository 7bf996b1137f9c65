"""Answers that are refused: they stay in the prompt, as they were typed, below the reason."""

import pytest

from supportdesk.domain.actions import parse_actions

TICKETS = {
    ":": ("prnter:x", "unknown filter 'prnter'", ": prnter:x"),
    "/": ("stauts:new", "did you mean status:?", "/ stauts:new"),
    "a": ("bbo", "did you mean bob?", "Owner of #1: bbo"),
    "t": ("+a,b", "tag", "Tags of #1: +a,b"),
    "z": ("yesterday", "until:", "Snooze #1 until: yesterday"),
    "M": ("99", "there is no ticket 99", "Merge #1 into #: 99"),
    ";": ("clsoe", "there is no macro 'clsoe'", "Macro for #1: clsoe"),
    "A": ("99", "'99' is no FAQ of the list", "esc: cancel): 99"),
    "T": ("nrod", "no theme 'nrod'", "Theme: nrod"),
}


@pytest.fixture
def one(file, colleague) -> None:
    file("Lamp is dark")
    colleague.macros.save("close", parse_actions({"status": "resolved"}))


async def test_on_the_tickets(sit_down, one):
    async with sit_down(size=(120, 30)) as desk:
        for key, (typed, reason, line) in TICKETS.items():
            await desk.press(key)
            await desk.until(lambda: desk.app.screen.prompt.typing)
            await desk.press(*typed, "enter")
            await desk.sees("✗", reason, line)
            await desk.press("escape")
            await desk.sees_no(line)


async def test_on_other_screens(sit_down, one):
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("f5", "c", *"rita", "enter")
        await desk.sees("✗ email:", "of which address? (esc: cancel) rita")
        await desk.press(*"@example.com", "enter")
        await desk.sees("Preferences of rita@example.com")
        await desk.press("escape", ":", *"stauts:new", "enter")
        await desk.sees("did you mean", ": stauts:new", "F5 Preferences")
        assert desk.app.screen_name == "Preferences"
