"""Text that would drive the terminal, or the program, if it were let."""

import re

from supportdesk.domain.errors import InvalidValue
from tests.hostile import HOSTILE_STRINGS

HOSTILE = [
    "[/b] refund",
    "[red]alert[/red] [@click=app.quit]here[/]",
    "$accent {x} %s \\[b]",
    "\x1b]0;owned\x07title\x1b[31m red\x1b[0m",
    "\x1b]52;c;b3duZWQ=\x07clipboard",
    "\x9b2Jclear \x9d0;owned\x9c",
    "\x1bP+q544e\x1b\\dcs \x1b[6n",
    "bell \x07\x08\x08\x08 back",
    "over \u202eride\u202c \u2066isolated",
    "zero\u200bwidth \u200d\ufe0f",
    "👨‍👩‍👧‍👦 family 🏴‍☠️ e\u0301\u0302\u0303",
]
# What the app itself says to a terminal: styles, moves, erasing, modes, the shape of the pointer, the title.
OURS = re.compile(
    rb"\x1b\[[0-9;:]*[mHXC]|\x1b\[\?[0-9;]*[hl]|\x1b\]22;default\x07"
    rb"|\x1b\[2[23];2t|\x1b\]2;[^\x00-\x1f\x7f]*\x1b\\",
)
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def what_is_not_ours(received: bytes) -> list[str]:
    """Controls that are left of a drawing without the app's own."""
    rest = OURS.sub(b"", received).decode("utf-8")
    return [rest[max(0, hit.start() - 10) : hit.end() + 30] for hit in CONTROLS.finditer(rest)]


async def read_everything(desk, hits: int) -> None:
    """Goes through the list with tickets open, through a timeline and the mail."""
    await desk.press("enter", "tab")
    for _ in range(hits):
        await desk.press("j")
    await desk.press("h", "h", "escape", "escape", "m", "enter", "pagedown", "escape", "escape")
    await desk.sees("Tickets")


async def test_hostile_titles_and_bodies_are_shown_harmlessly(sit_down, file):
    for text in HOSTILE:
        file(text, description=f"{text}\n{text}")
    async with sit_down(size=(120, 40)) as desk:
        await desk.sees(
            "[/b] refund", "[red]alert[/red] [@click=app.quit]here[/]", "$accent {x} %s \\[b]", "title red",
            "clear ", "over ride isolated", "family",
        )  # fmt: skip
        await read_everything(desk, len(HOSTILE))
        await desk.press("/", *"[/b]", "enter")
        await desk.sees("found")
    assert what_is_not_ours(bytes(desk.glass.received)) == []


async def test_hostile_text_in_the_file_itself_is_shown_harmlessly(sit_down, file, sql):
    """Another program may have written the row."""
    file("Printer on fire")
    sql("UPDATE tickets SET title = ?, description = ?", "\x1b]0;owned\x07Fire", "\x1b[2J\x9b31mAll of it")
    async with sit_down() as desk:
        await desk.press("enter")
        await desk.sees("Fire", "All of it")
    assert what_is_not_ours(bytes(desk.glass.received)) == []


async def test_no_naughty_string_disturbs_a_screen(sit_down, file):
    for text in HOSTILE_STRINGS:
        try:
            file(text, description=text)
        except InvalidValue:
            # Nothing visible is left of it.
            continue
    async with sit_down(size=(120, 40)) as desk:
        pages = desk.desk.journal.last_seq() // 30 + 1
        await desk.press("enter", "tab")
        for _ in range(pages):
            await desk.press("pagedown")
        await desk.sees("· end")
    assert what_is_not_ours(bytes(desk.glass.received)) == []
