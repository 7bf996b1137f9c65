"""Bytes of a file as text: compressed or not, in any encoding, with or without a byte-order mark."""

from __future__ import annotations

import codecs
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.text import clean_line
from supportdesk.services.transfer.foreign_formats import check_is_text

FAILURES = (UnicodeError, EOFError, zlib.error, OSError)
"""What reading a file can raise."""

_GZIP = b"\x1f\x8b"
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4096
_WIDE = ("utf-16", "utf-32")


@dataclass(frozen=True, slots=True)
class TextSource:
    """An open text: `text` to read, the `name` for messages, the encoding, and the bytes it is read from."""

    text: io.TextIOWrapper
    name: str
    encoding: str
    _content: io.BufferedReader

    def position(self) -> tuple[int, int] | None:
        """Return how many bytes of how many were read; None where nobody knows how many there are."""
        try:
            status = os.fstat(self._content.fileno())
        except io.UnsupportedOperation:
            return None
        return (self._content.tell(), status.st_size) if stat.S_ISREG(status.st_mode) else None


@contextmanager
def open_text(source: Path | BinaryIO, encoding: str = "") -> Iterator[TextSource]:
    """Open a file or a stream of bytes as text; without an `encoding` it is detected.

    Raises `InvalidValue` when there is nothing that can be read.
    """
    name = source_name(source)
    with ExitStack() as stack:
        stream = stack.enter_context(_opened(source, name)) if isinstance(source, Path) else source
        if isinstance(stream, io.BufferedReader):
            packed = stream
        else:
            packed = io.BufferedReader(cast(io.RawIOBase, stream))
            stack.callback(packed.detach)
        try:
            content = _unpacked(packed)
            sample = content.peek(_SAMPLE)
        except FAILURES as error:
            raise read_failure(error, name, 0, "") from None
        check_is_text(name, sample)
        encoding = _encoding(encoding, sample)
        try:
            text = io.TextIOWrapper(content, encoding, errors="surrogateescape", newline="")
        except (LookupError, ValueError):
            raise invalid("encoding", encoding, "it must be one that Python knows, such as cp1252") from None
        # Detached, not closed: a stream that was handed in stays open for its owner.
        stack.callback(text.detach)
        yield TextSource(text, name, encoding, packed)


def source_name(source: Path | BinaryIO) -> str:
    """Return the display name of a source."""
    return clean_line(source.name) if isinstance(source, Path) else "standard input"


def read_failure(error: Exception, name: str, line: int, encoding: str) -> InvalidValue:
    """Return what to raise for an error of reading after a line."""
    match error:
        case UnicodeError():
            why = f"is not {encoding} soon after line {line}; pass --encoding with the one it has"
        case EOFError() | zlib.error():
            why = f"is damaged or cut off soon after line {line}: {error}"
        case _:
            why = f"cannot be read after line {line}: {_reason(error)}"
    return InvalidValue(f"file: {name} {why}", field="file")


def _encoding(asked: str, sample: bytes) -> str:
    """Return the encoding to read with: the one asked for, that of a mark, or the one that the bytes show."""
    marked = next((name for mark, name in _MARKS if sample.startswith(mark)), "")
    plain = asked.strip().lower().replace("_", "-")
    if plain in _WIDE and marked != plain:
        # Python's codecs of these names need a mark.
        return _unmarked(sample) or f"{plain}-le"
    return asked or marked or _unmarked(sample) or "utf-8"


def _unmarked(sample: bytes) -> str:
    """Return the wide encoding that a text without a mark is in; empty for none.

    Headers, delimiters and line breaks are ASCII in nearly every file, so half of their bytes, always the same half,
    are zero in UTF-16, and three quarters in UTF-32. No text in UTF-8 has a zero byte.
    """
    head = sample[: len(sample) // 4 * 4]
    if head.count(0) * 20 < len(head) or not head:
        return ""
    zeros = [head[place::4].count(0) for place in range(4)]
    quarter = len(head) // 4
    if zeros[1:] == [quarter, quarter, quarter] or (zeros[2:] == [quarter, quarter] and zeros[0] < quarter):
        return "utf-32-le"
    if zeros[:3] == [quarter, quarter, quarter] or (zeros[:2] == [quarter, quarter] and zeros[3] < quarter):
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if min(even, odd) * 20 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


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


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
