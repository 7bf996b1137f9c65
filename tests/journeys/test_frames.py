"""Whole screens as plain text, compared with what they were.

After a wanted change: `RENEW_FRAMES=1 pytest tests/journeys/test_frames.py`, then read the diff.
"""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.journeys.seat import Seat

FRAMES = Path(__file__).parent / "frames"
SECRET_MARK = re.compile(r"(<[0-9a-f-]{36}\.)([0-9a-f]+)")
SIZES = [(60, 20), (80, 24), (200, 50)]


@pytest.fixture
def morning(file, busy, clock):
    """A desk with something of everything."""
    file("Überraschung: 日本語の切符 🌿", priority="low", email="a.very.long.address@customers.example.com")
    file("[/b] refund [red]", priority="high", description="It says [/b].\n\n\tAnd a tab.\n" + "A long line " * 30)
    clock.at += timedelta(days=3)
    file("A title that is longer than any narrow terminal has room for in a list of tickets")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("name", "keys", "shows"),
    [
        ("queue", "", "refund"),
        ("ticket", ["enter"], "And a tab."),
        ("timeline", ["G", "h"], "called the fire brigade"),
        ("mail", ["m"], "Mail log"),
        ("form", ["c"], "Create a ticket"),
    ],
)
async def test_a_screen_looks_as_it_did(sit_down, morning, colleague, name, keys, shows, size):
    async with sit_down(size=size) as desk:
        await desk.until(lambda: not colleague.mail.page(status="pending"), "an empty outbox")
        await desk.press(*keys)
        await desk.sees(shows)
        await compare(desk, name, size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("name", "keys", "shows"),
    [
        ("experiment", ["x"], "results of #1 saved"),
        ("experiment-plots", ["]"], "share of users so far"),
        ("experiment-form", ["c"], "Plan an experiment"),
    ],
)
async def test_an_experiment_looks_as_it_did(sit_down, tried, plan, name, keys, shows, size):
    plan("Suggestions on top", control="below", test="above, beside", metric="suggestion_used")
    async with sit_down(size=size) as desk:
        await desk.press("f6", "j", "enter")
        await desk.sees("of 400 users per variant")
        await desk.press(*keys)
        await desk.sees(shows)
        await compare(desk, name, size)


async def compare(desk: Seat, name: str, size: tuple[int, int]) -> None:
    file = FRAMES / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("RENEW_FRAMES"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(_screen(desk), "utf-8")
    kept = file.read_text("utf-8")
    # What was last waited for need not be what is drawn last.
    await desk.until(lambda: _screen(desk) == kept, f"this screen:\n{kept}\n")


def _screen(desk: Seat) -> str:
    """Return the screen without the mark of this desk's secret, which is another one in every run."""
    return SECRET_MARK.sub(lambda match: match[1] + "x" * len(match[2]), desk.screen()) + "\n"
