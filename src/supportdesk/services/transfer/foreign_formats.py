"""Files that are given by mistake, known by how they begin, and what to do instead."""

from __future__ import annotations

import re

from supportdesk.domain.errors import InvalidValue

_WORKBOOK = "save the sheet as CSV (UTF-8) and import that"
_UNPACK = "unpack it, or pack it with gzip"
_BINARY = (
    (b"PK\x03\x04", "an Excel or OpenDocument file, or a zip archive", _WORKBOOK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file", _WORKBOOK),
    (b"BZh", "packed with bzip2", _UNPACK),
    (b"\xfd7zXZ\x00", "packed with xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip", _UNPACK),
    (b"%PDF-", "a PDF", "export the table that it was made of as CSV"),
    (b"\x89PNG", "a picture", "export the table as CSV"),
    (b"\xff\xd8\xff", "a picture", "export the table as CSV"),
    (
        b"SQLite format 3\x00",
        "a SQLite database",
        "export its table as CSV; `supportdesk restore` takes a backup of a desk",
    ),
    (b"PAR1", "a Parquet file", "export it as CSV"),
)
_TEXT = (
    (re.compile(r"<(?:!doctype|html|table|\?xml)\b", re.IGNORECASE), "HTML or XML"),
    (re.compile(r"""\[\s*(?:\{|$)|\{\s*(?:"[^"]*"\s*:|$)"""), "JSON"),
)


def check_is_text(name: str, sample: bytes) -> None:
    """Raise `InvalidValue` for the beginning of a file that is no text."""
    for mark, what, instead in _BINARY:
        if sample.startswith(mark):
            raise InvalidValue(f"file: {name} is {what}; {instead}", field="file")


def check_is_table(name: str, line: str) -> None:
    """Raise `InvalidValue` for the first line of a text that is no table."""
    for shape, what in _TEXT:
        if shape.match(line.strip()):
            raise InvalidValue(f"file: {name} is {what}; it must be CSV with a header", field="file")
