"""Drawings in fewer bytes: most of a screen is blank, and a run of blanks can be said in a short code."""

from __future__ import annotations

import re
from collections.abc import Callable

from rich.cells import cell_len

_STYLES = re.compile(r"(\x1b\[[0-9;:]*m)")
_MOVES = re.compile(r"(\x1b\[[0-9]+;[0-9]+H)")
_PLAIN = "\x1b[m"
# A line end before a move, and a style that nothing is drawn in.
_NEEDLESS = re.compile(r"\n(?=\x1b\[[0-9]+;[0-9]+H)|(?:\x1b\[[0-9;:]*m)+(?=\x1b\[m)")
# ECMA-48: EL erases the rest of a line, ECH n cells; CUF goes n cells to the right.
_ERASE_LINE = "\x1b[K"
_LONG_GAP = re.compile(r" {13,}")
_GAP = re.compile(r" {5,}")


def lightened(data: str, columns: int = 0) -> str:
    """Return the same drawing with shorter codes on a screen of so many columns, 0 where they are not known.

    A row that is drawn up to the edge is erased first, and its blanks are skipped; of others, long runs of blanks are
    erased. Styled blanks stay as they are: an erase knows no underline and no reverse.
    """
    data = _NEEDLESS.sub("", data.replace("\x1b[0m", _PLAIN))
    if "     " not in data:
        return data
    style = _PLAIN
    before, *rest = _MOVES.split(data)
    drawn, style = _with_gaps(before, style, _LONG_GAP, _erased)
    done = [drawn]
    for move, row in zip(rest[::2], rest[1::2], strict=True):
        erased, after = _with_gaps(row, style, _LONG_GAP, _erased)
        if style == _PLAIN and _reaches_edge(move, row, columns):
            skipped = _ERASE_LINE + _with_gaps(row, style, _GAP, _skipped)[0]
            erased = min(erased, skipped, key=len)
        style = after
        # CUP goes to the first column where none is said.
        done += move.replace(";1H", "H"), erased
    return "".join(done)


def _with_gaps(row: str, style: str, gaps: re.Pattern[str], code: Callable[[re.Match[str]], str]) -> tuple[str, str]:
    """Return a row with codes for the gaps that have no style, and the style after it."""
    pieces = _STYLES.split(row)
    for index, piece in enumerate(pieces):
        if index % 2:
            if piece == style == _PLAIN:
                pieces[index] = ""
            style = piece
        elif style == _PLAIN:
            pieces[index] = gaps.sub(code, piece)
    return "".join(pieces), style


def _reaches_edge(move: str, row: str, columns: int) -> bool:
    text = _STYLES.sub("", row)
    column = int(move[2:-1].partition(";")[2])
    return text.isprintable() and column - 1 + cell_len(text) == columns


def _erased(gap: re.Match[str]) -> str:
    size = len(gap[0])
    return f"\x1b[{size}X\x1b[{size}C"


def _skipped(gap: re.Match[str]) -> str:
    return f"\x1b[{len(gap[0])}C"
