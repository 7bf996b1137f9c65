"""Detection of the delimiter of a CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from supportdesk.domain.errors import invalid

DELIMITERS = ",;\t|"
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

# Spreadsheets write and read this first line; other programs may quote it or fill it up with empty cells.
_SEPARATOR_LINE = re.compile(r'"?sep=([^\r\n])"?[,;\t|]*[\r\n]*', re.IGNORECASE)
_QUOTED = re.compile('"(?:[^"]|"")*"')
_LINE_END = re.compile("\r\n|\r|\n")


def parse_delimiter(text: str) -> str:
    """Return the delimiter that a user named; raises `InvalidValue`."""
    words = {"\\t": "\t", **{name: character for character, name in NAMES.items()}}
    delimiter = words.get(text.strip().lower(), text)
    if len(delimiter) > 1 or delimiter in ('"', "\r", "\n", "\0"):
        raise invalid("delimiter", text, "it must be one character such as ; or the word tab")
    return delimiter


def delimiter_name(delimiter: str) -> str:
    """Return what a delimiter is called."""
    return NAMES.get(delimiter, delimiter)


def separator_line(line: str) -> str:
    """Return the delimiter that a first line such as `sep=;` names; empty for every other line."""
    found = _SEPARATOR_LINE.fullmatch(line)
    return found[1] if found else ""


def detect_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter of a file from its first lines, quoted cells kept whole.

    It is the one that gives most rows as many cells as the header has; of several, the one with most columns.
    """
    return max(DELIMITERS, key=lambda delimiter: _score(lines, delimiter))


def _score(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row)]
    except csv.Error:
        return (0, 0)
    if not rows or len(rows[0]) < 2:
        return (0, 0)
    least, most = filled_width(rows[0]), len(rows[0])
    # A delimiter inside the quotes of a header is text.
    if _unquoted_header(lines).count(delimiter) + 1 != most:
        return (0, most)
    alike = sum(least <= len(row) <= most or filled_width(row) <= most < len(row) for row in rows)
    # In tenths: a damaged row must not outweigh a column.
    return (1 + round(10 * alike / len(rows)), least)


def _unquoted_header(lines: Sequence[str]) -> str:
    """Return the line of the header with a word in place of each quoted part."""
    text = _QUOTED.sub("quoted", "".join(lines))
    return next((line for line in _LINE_END.split(text) if line.strip(f" {DELIMITERS}")), "")


def filled_width(row: Sequence[str]) -> int:
    """Return how many cells a row has without the empty ones at its end."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1].strip()), 0)
