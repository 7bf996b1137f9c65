"""Aligned tables that know how wide a character is."""

from __future__ import annotations

from collections.abc import Sequence

import click

GAP = 2
NARROWEST = 8
WIDEST = 60
HUES = {
    "high": "red",
    "failed": "red",
    "new": "yellow",
    "pending": "yellow",
    "pending (daily)": "yellow",
    "pending (weekly)": "yellow",
    "in-progress": "cyan",
    "resolved": "green",
    "running": "green",
    "paused": "yellow",
    "blocked": "red",
    "refused": "red",
    "warning": "yellow",
}
"""Colours that repeat what their word says."""


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]], *, width: int | None, colour: bool) -> str:
    """Return the table as text. Given a `width`, the last column and then the widest ones are cut to fit.

    Without one nothing is cut, and a cell beyond `WIDEST` pushes its own row out, not every row.
    """
    table = [headings, *rows]
    sizes = [[cells(text) for text in row] for row in table]
    widths = [max(column) for column in zip(*sizes, strict=True)]
    if width is None:
        widths = [min(size, WIDEST) for size in widths]
    else:
        widths = _fitting(widths, width)
        table = [[clipped(text, room) for text, room in zip(row, widths, strict=True)] for row in table]
        sizes = [[cells(text) for text in row] for row in table]
    lines = [
        (" " * GAP).join(_cell(*each, colour) for each in zip(row, taken, widths, strict=True)).rstrip()
        for row, taken in zip(table, sizes, strict=True)
    ]
    return "\n".join(lines)


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def clipped(text: str, size: int) -> str:
    """Return the text, cut to `size` cells with an ellipsis where it is longer."""
    if cells(text) <= size:
        return text
    if text.isascii():
        return text[: size - 1] + "…"
    from rich.cells import set_cell_size

    return set_cell_size(text, size - 1).rstrip() + "…"


def _fitting(widths: list[int], width: int) -> list[int]:
    room = max(width - GAP * (len(widths) - 1), len(widths))
    fitted = list(widths)
    # The last column holds the free text: it gives way first, the widest of the others after it.
    while sum(fitted) > room:
        last = len(fitted) - 1
        widest = max(range(len(fitted)), key=lambda column: fitted[column])
        shrinking = last if fitted[last] > NARROWEST else widest
        fitted[shrinking] -= 1
    return fitted


def _cell(text: str, size: int, room: int, colour: bool) -> str:
    shown = click.style(text, fg=HUES[text]) if colour and text in HUES else text
    return shown + " " * (room - size)
