"""Streaming CSV reader: plain or gzipped, any encoding and delimiter, damaged rows reported one by one."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.text import clean_line
from supportdesk.services.transfer.rows import Row

CELL_LIMIT = 1_000_000
LINE_LIMIT = 4_000_000
DELIMITERS = ",;\t|"

_GZIP = b"\x1f\x8b"
_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# NUL, and the stand-ins that "surrogateescape" puts where bytes do not fit the encoding.
_UNREADABLE = re.compile("[\0\udc80-\udcff]")
_FAILURES = (UnicodeError, EOFError, zlib.error, OSError)


@contextmanager
def open_csv(source: Path | BinaryIO, *, encoding: str = "", delimiter: str = "") -> Iterator[CsvFile]:
    """Open the CSV file at a path, or a stream of its bytes, with its header read.

    Gzip and UTF-16 are known by their first bytes, else it is UTF-8; the delimiter is known by the header.
    Raises `InvalidValue` when there is nothing that can be read.
    """
    name = name_of(source)
    with ExitStack() as stack:
        stream = stack.enter_context(_opened(source, name)) if isinstance(source, Path) else source
        if isinstance(stream, io.BufferedReader):
            compressed = stream
        else:
            compressed = io.BufferedReader(cast(io.RawIOBase, stream))
            stack.callback(compressed.detach)
        try:
            content = _unpacked(compressed)
            start = content.peek(4)
        except _FAILURES as error:
            raise _failure(error, name, 0, "") from None
        encoding = encoding or next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
        try:
            text = io.TextIOWrapper(content, encoding, errors="surrogateescape", newline="")
        except (LookupError, ValueError):
            raise invalid("encoding", encoding, "it must be one that Python knows, such as cp1252") from None
        # Detached, not closed: a stream that was handed in stays open for its owner.
        stack.callback(text.detach)
        yield CsvFile(_Lines(text, name), name, _delimiter(delimiter), compressed)


def name_of(source: Path | BinaryIO) -> str:
    """Return the display name of a source."""
    return clean_line(source.name) if isinstance(source, Path) else "standard input"


class CsvFile:
    """An open CSV file: its `header`, and the rows that follow it, once."""

    place = "line"

    def __init__(self, lines: _Lines, name: str, delimiter: str, source: io.BufferedReader) -> None:
        self.name = name
        self._lines = lines
        self._source = source
        self._size = _size(source)
        # The module's own limit would make an over-long cell the end of the file instead of one bad row.
        csv.field_size_limit(CELL_LIMIT)
        first = next(lines, "")
        self._reader = csv.reader(chain([first], lines), delimiter=delimiter or _sniffed(first), strict=True)
        header = next(self._rows(), None)
        if header is None:
            raise InvalidValue(f"file: {name} is empty; it needs a header and rows", field="file")
        if header.problem:
            raise InvalidValue(f"file: the header of {name} cannot be read: {header.problem}", field="file")
        self.header = [cell.strip() for cell in header.cells]

    def position(self) -> tuple[int, int] | None:
        """Return how many bytes of how many were read; None where nobody knows how many there are."""
        return None if self._size is None else (self._source.tell(), self._size)

    def __iter__(self) -> Iterator[Row]:
        """Return the rows as they come; raises `InvalidValue` where the file cannot be read any further."""
        width = len(self.header)
        for row in self._rows():
            if not row.problem and len(row.cells) != width:
                yield Row(row.place, row.cells, f"it has {len(row.cells)} cells, but the header has {width}")
            else:
                yield row

    def _rows(self) -> Iterator[Row]:
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(line, ["".join(self._lines.seen)], self._broken(line))
            else:
                if cells:
                    yield Row(line, cells, self._lines.problem())
            self._lines.seen.clear()

    def _broken(self, line: int) -> str:
        if self._lines.ended:
            return "the file ends inside a quoted cell: it is cut off, or a closing quote is missing"
        if sum(map(len, self._lines.seen)) > CELL_LIMIT:
            # There is no telling where the next row begins.
            raise InvalidValue(
                f"line {line}: a cell has over {CELL_LIMIT:,} characters; is a closing quote missing?", field="file"
            )
        return "a quote inside a quoted cell is not doubled, or a delimiter is missing after it"


class _Lines:
    """The lines of a text. Those of the row being read stay in `seen`, to show it as it stands when it is broken."""

    def __init__(self, text: io.TextIOWrapper, name: str) -> None:
        self._text = text
        self._name = name
        self._count = 0
        self.seen: list[str] = []
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(LINE_LIMIT)
        except _FAILURES as error:
            raise _failure(error, self._name, self._count, self._text.encoding) from None
        if not line:
            self.ended = True
            raise StopIteration
        if len(line) == LINE_LIMIT and not line.endswith(("\r", "\n")):
            raise InvalidValue(
                f"line {self._count + 1}: it has more than {LINE_LIMIT:,} characters; is {self._name} a CSV file?",
                field="file",
            )
        if not self._count:
            line = line.removeprefix("\ufeff")
        self._count += 1
        self.seen.append(line)
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
                encoding = self._text.encoding
                hint = "cp1252, if the file comes from Windows" if encoding == "utf-8" else "with the one it has"
                return f"the byte 0x{ord(found[0]) & 0xFF:02X} is not {encoding}; pass --encoding {hint}"
        return ""


def _opened(path: Path, name: str) -> BinaryIO:
    if path.is_dir():
        raise InvalidValue(f"file: {name} is a folder; it must be a CSV file", field="file")
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise InvalidValue(f"file: there is no {path}", field="file") from None
    except (OSError, ValueError) as error:
        raise InvalidValue(f"file: {path} cannot be read: {_reason(error)}", field="file") from None


def _unpacked(stream: io.BufferedReader) -> io.BufferedReader:
    if not stream.peek(2).startswith(_GZIP):
        return stream
    # Lazy import: keeps start-up fast.
    import gzip

    return io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=stream)))


def _failure(error: Exception, name: str, line: int, encoding: str) -> InvalidValue:
    match error:
        case UnicodeError():
            why = f"is not {encoding} soon after line {line}; pass --encoding with the one it has"
        case EOFError() | zlib.error():
            why = f"is damaged or cut off soon after line {line}: {error}"
        case _:
            why = f"cannot be read after line {line}: {_reason(error)}"
    return InvalidValue(f"file: {name} {why}", field="file")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _size(stream: io.BufferedReader) -> int | None:
    try:
        status = os.fstat(stream.fileno())
    except io.UnsupportedOperation:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _delimiter(text: str) -> str:
    delimiter = "\t" if text.lower() in ("tab", "\\t") else text
    if len(delimiter) > 1 or delimiter in ('"', "\r", "\n"):
        raise invalid("delimiter", text, "it must be one character such as ; or the word tab")
    return delimiter


def _sniffed(header: str) -> str:
    """Return the delimiter that makes most columns of a header."""
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter), [])))
