"""CSV output that no spreadsheet runs as a formula, and that our own import reads back unchanged.

A cell that begins like a formula gets an apostrophe in front, as OWASP's page "CSV Injection" advises; so does one
that already begins with apostrophes before such a sign, which makes the escape reversible.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Protocol

# Japanese and Chinese spreadsheets take full-width signs for the plain ones.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?")


class Writable(Protocol):
    """A sink for text."""

    def write(self, text: str, /) -> object:
        """Write some text."""


class CsvWriter:
    """Writer of rows whose cells are text, numbers or None (an empty cell)."""

    def __init__(self, out: Writable) -> None:
        self._writer = csv.writer(out, lineterminator="\n")

    def write(self, cells: Iterable[object]) -> None:
        """Write one row."""
        self._writer.writerow([escape_formula(cell) if isinstance(cell, str) else cell for cell in cells])


def escape_formula(cell: str) -> str:
    """Return a cell that spreadsheets show as text; a plain number is none of their formulas and stays."""
    return f"'{cell}" if _is_formula(cell) else cell


def unescape_formula(cell: str) -> str:
    """Return the cell that `escape_formula` was given."""
    return cell[1:] if cell[:1] == "'" and _is_formula(cell[1:]) else cell


def _is_formula(cell: str) -> bool:
    return bool(_FORMULA.match(cell)) and not _NUMBER.fullmatch(cell)
