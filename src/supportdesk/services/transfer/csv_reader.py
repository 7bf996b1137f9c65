"""Streaming CSV reader: any encoding and delimiter, damaged rows reported one by one."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from supportdesk.domain.errors import InvalidValue
from supportdesk.services.transfer.csv_writer import unescape_formula
from supportdesk.services.transfer.delimiters import detect_delimiter, filled_width, parse_delimiter, separator_line
from supportdesk.services.transfer.foreign_formats import check_is_table
from supportdesk.services.transfer.rows import Row
from supportdesk.services.transfer.text_source import FAILURES, TextSource, open_text, read_failure

CELL_LIMIT = 1_000_000
LINE_LIMIT = 4_000_000
LOOKED_AT = 50
"""Lines at the head of a file that show its delimiter."""
HEAD_LIMIT = 200_000

_OTHERS = "cp1252, if the file comes from Windows (cp1251 for Cyrillic, shift_jis for Japanese, gb18030 for Chinese)"
_END_OF_DOS = "\x1a"
_MARK_AS_LATIN_1 = "\u00ef\u00bb\u00bf"
# NUL, and the stand-ins that "surrogateescape" puts where bytes do not fit the encoding.
_UNREADABLE = re.compile("[\0\udc80-\udcff]")


@contextmanager
def open_csv(source: Path | BinaryIO, *, encoding: str = "", delimiter: str = "") -> Iterator[CsvFile]:
    """Open the CSV file at a path, or a stream of its bytes, with its header read.

    What is not given is detected. Raises `InvalidValue` when there is nothing that can be read.
    """
    with open_text(source, encoding) as text:
        yield CsvFile(text, parse_delimiter(delimiter))


class CsvFile:
    """An open CSV file: its `header`, and the rows that follow it, once.

    Rows without any text are passed over, and so are empty cells beyond the header.
    """

    place = "line"

    def __init__(self, source: TextSource, delimiter: str) -> None:
        self.name = source.name
        self.encoding = source.encoding
        self._lines = _Lines(source)
        self._source = source
        # The module's own limit would make an over-long cell the end of the file instead of one bad row.
        csv.field_size_limit(CELL_LIMIT)
        check_is_table(self.name, "".join(self._lines.head(1)))
        named = self._lines.take_separator_line()
        self.delimiter = delimiter or named or detect_delimiter(self._lines.head())
        self._reader = csv.reader(self._lines, delimiter=self.delimiter, strict=True)
        header = next(self._rows(), None)
        if header is None:
            raise InvalidValue(f"file: {self.name} is empty; it needs a header and rows", field="file")
        if header.problem:
            raise InvalidValue(f"file: the header of {self.name} cannot be read: {header.problem}", field="file")
        self._widest = len(header.cells)
        self.header = [cell.strip() for cell in header.cells[: filled_width(header.cells)]]

    def position(self) -> tuple[int, int] | None:
        """Return how many bytes of how many were read; None where nobody knows how many there are."""
        return self._source.position()

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows as they come; raises `InvalidValue` where the file cannot be read any further."""
        width = len(self.header)
        for row in self._rows():
            yield row if row.problem or len(row.cells) == width else self._fitted(row, width)

    def _fitted(self, row: Row, width: int) -> Row:
        """Return a row without the empty cells beyond the header, or one that says why it has none to spare."""
        filled = filled_width(row.cells)
        if filled <= width < len(row.cells):
            return Row(row.place, row.cells[:width])
        if width < filled <= self._widest:
            return Row(row.place, row.cells, f"cell {filled} holds text, but its column has no header")
        return Row(row.place, row.cells, f"it has {len(row.cells)} cells, but the header has {width}")

    def _rows(self) -> Iterator[Row]:
        skipped = self._lines.skipped
        while True:
            line = self._reader.line_num + skipped + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(line, ["".join(self._lines.seen)], self._broken(line))
            else:
                if any(cells) and any(map(str.strip, cells)):
                    yield Row(line, _unescaped(cells), self._lines.problem())
            self._lines.seen.clear()

    def _broken(self, line: int) -> str:
        if self._lines.ended:
            return "the file ends inside a quoted cell: it is cut off, or a closing quote is missing"
        if sum(map(len, self._lines.seen)) > CELL_LIMIT:
            # Where the next row begins cannot be known.
            raise InvalidValue(
                f"line {line}: a cell has over {CELL_LIMIT:,} characters; is a closing quote missing?", field="file"
            )
        return (
            "a quote inside a quoted cell is not doubled, or a delimiter is missing after it; "
            "--delimiter changes which one is expected"
        )


class _Lines:
    """The lines of a text. Those of the row being read stay in `seen`, to show it unchanged when it is broken."""

    def __init__(self, source: TextSource) -> None:
        self._source = source
        self._ahead: deque[str] = deque()
        self._count = 0
        self.seen: list[str] = []
        self.skipped = 0
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else self._read()
        if not line:
            self.ended = True
            raise StopIteration
        self.seen.append(line)
        return line

    def take_separator_line(self) -> str:
        """Pass over a first line such as `sep=;` and return the delimiter that it names; empty for none."""
        head = self.head(1)
        delimiter = separator_line(head[0]) if head else ""
        if delimiter:
            self._ahead.popleft()
            self.skipped = 1
        return delimiter

    def head(self, lines: int = LOOKED_AT) -> Sequence[str]:
        """Return the first lines without taking them, as far as they can be read."""
        size = sum(map(len, self._ahead))
        while len(self._ahead) < lines and size < HEAD_LIMIT:
            try:
                line = self._read()
            except InvalidValue:
                if not self._ahead:
                    raise
                # It is raised again when the reader comes to this line.
                break
            if not line:
                break
            self._ahead.append(line)
            size += len(line)
        return list(self._ahead)

    def _read(self) -> str:
        text, name = self._source.text, self._source.name
        try:
            line = text.readline(LINE_LIMIT)
        except FAILURES as error:
            raise read_failure(error, name, self._count, text.encoding) from None
        if len(line) == LINE_LIMIT and not line.endswith(("\r", "\n")):
            raise InvalidValue(
                f"line {self._count + 1}: it has more than {LINE_LIMIT:,} characters; is {name} a CSV file?",
                field="file",
            )
        if line == _END_OF_DOS:
            return ""
        # Put-together files have marks further down too, and as text the character is long out of use.
        if not line.isascii():
            line = line.replace("\ufeff", "")
            if not self._count:
                line = line.removeprefix(_MARK_AS_LATIN_1)
        self._count += 1
        return line

    def problem(self) -> str:
        """Return why the lines seen are no text; empty when they are."""
        for line in self.seen:
            if line.isascii() and "\0" not in line:
                continue
            found = _UNREADABLE.search(line)
            if found and found[0] == "\0":
                return "it holds a NUL character; if the file is in UTF-16, pass --encoding utf-16"
            if found:
                encoding = self._source.text.encoding
                hint = _OTHERS if encoding == "utf-8" else "with the one it has"
                return f"the byte 0x{ord(found[0]) & 0xFF:02X} is not {encoding}; pass --encoding {hint}"
        return ""


def _unescaped(cells: list[str]) -> list[str]:
    if any(cell[:1] == "'" for cell in cells):
        return [unescape_formula(cell) for cell in cells]
    return cells
