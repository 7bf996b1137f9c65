"""Aligned tables that know how wide a character is."""

from __future__ import annotations

from collections.abc import Sequence

import click

GAP = 2
NARROWEST = 8
HUES = {
    "high": "red",
    "failed": "red",
    "new": "yellow",
    "pending": "yellow",
    "in-progress": "cyan",
    "resolved": "green",
}
"""Colours that repeat what their word says."""


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]], *, width: int | None, colour: bool) -> str:
    """The table as text. Given a `width`, the last column and then the widest ones are cut to fit."""
    widths = [max(map(cells, column)) for column in zip(headings, *rows, strict=True)]
    if width is not None:
        widths = _fitting(widths, width)
    lines = []
    for row, hued in [(headings, False), *((row, colour) for row in rows)]:
        parts = [_padded(text, size, hued) for text, size in zip(row, widths, strict=True)]
        lines.append((" " * GAP).join(parts).rstrip())
    return "\n".join(lines)


def cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def clipped(text: str, size: int) -> str:
    """The text, cut to `size` cells with an ellipsis where it is longer."""
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


def _padded(text: str, size: int, hued: bool) -> str:
    shown = clipped(text, size)
    padding = " " * (size - cells(shown))
    return (click.style(shown, fg=HUES[text]) if hued and text in HUES else shown) + padding
