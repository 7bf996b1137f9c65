"""The parts of a mail: which of them is its text, which are attachments."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import BytesFeedParser
from urllib.parse import unquote_to_bytes

from supportdesk.domain.text import clean_line
from supportdesk.email.receiving.charsets import decode
from supportdesk.email.receiving.headers import decode_field
from supportdesk.email.receiving.parsed import Attachment

DELIVERY_STATUS = ("message/delivery-status", "message/global-delivery-status")
PARTS_LIMIT = 1_000
DEPTH_LIMIT = 20

_PROSE = re.compile(rb"(?<![A-Za-z])[A-Za-z]{2,}+ [A-Za-z]{2,}+ [A-Za-z]{2,}")
_ENCODED = re.compile(rb"[A-Za-z0-9+/\n]{20,}={0,2}\n*")
_NOT_ENCODED = re.compile(rb"[^A-Za-z0-9+/=\s]")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_PORTION = 64 * 1024
_UUENCODED = re.compile(rb"begin [0-7]{3,4} (\S.*)")
UUENCODED_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of a mail: its type, disposition, name and decoded bytes."""

    content_type: str
    charset: str
    disposition: str
    name: str
    content_id: str
    content: bytes

    @property
    def is_text(self) -> bool:
        """Whether it can be the text of the mail, rather than a file."""
        readable = self.content_type in ("text/plain", "text/html") or self.content_type.startswith("multipart/")
        return readable and self.disposition != "attachment" and not self.name

    def as_attachment(self) -> Attachment:
        """Return it as a file."""
        inline = self.disposition == "inline" or (bool(self.content_id) and self.disposition != "attachment")
        return Attachment(self.name, self.content_type, len(self.content), inline, self.content)


def parse_structure(data: bytes) -> Message:
    """Return the MIME structure of a mail whose line ends are LF; one that is nested without end is read as text."""
    try:
        end = data.find(b"\n\n") + 2
        message = _fed(data[:end] if end > 1 else data)
        if message.get_content_maintype() in ("multipart", "message"):
            return _fed(data)
        # A body without parts need not be taken to lines.
        if end > 1:
            message.set_payload(data[end:].decode("ascii", "surrogateescape"))
        return message
    except RecursionError:
        message = Message()
        message.set_payload(data.decode("ascii", "surrogateescape"))
        return message


def _fed(data: bytes) -> Message:
    """Return a parsed mail; by portions, since the usual function keeps a large one in memory six times more."""
    parser = BytesFeedParser()
    for start in range(0, len(data), _PORTION):
        parser.feed(data[start : start + _PORTION])
    return parser.close()


def leaves(message: Message) -> list[Part]:
    """Return the parts that hold something, at most 1,000 of them and 20 deep; an enclosed mail is one."""
    found: list[Part] = []
    for part in _walk(message, 0):
        found.append(part)
        if len(found) >= PARTS_LIMIT:
            break
    return found


def _walk(message: Message, depth: int) -> Iterator[Part]:
    content_type = message.get_content_type().lower()
    if content_type == "message/rfc822":
        yield _part(message, content_type, _enclosed(message))
    elif message.is_multipart() and depth < DEPTH_LIMIT and content_type not in DELIVERY_STATUS:
        for child in message.get_payload():
            if isinstance(child, Message):
                yield from _walk(child, depth + 1)
    elif message.is_multipart():
        yield _part(message, content_type, _enclosed(message))
    else:
        yield _part(message, content_type, _content(message))


def _part(message: Message, content_type: str, content: bytes) -> Part:
    return Part(
        content_type,
        _parameter(message, "content-type", "charset"),
        _raw(message, "content-disposition").split(";")[0].strip().lower(),
        clean_line(
            _parameter(message, "content-disposition", "filename") or _parameter(message, "content-type", "name")
        ),
        _raw(message, "content-id").strip(),
        content,
    )


def _enclosed(message: Message) -> bytes:
    payload = message.get_payload()
    if isinstance(payload, list):
        flat = b"\n".join(_flat(child) for child in payload[:PARTS_LIMIT] if isinstance(child, Message))
        # RFC 2046 forbids an encoding here; some servers encode all the same.
        encoded = _encoding(message) in ("base64", "quoted-printable")
        return _decoded(flat.strip(b"\n"), _encoding(message)) if encoded else flat
    return _content(message)


def _flat(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return str(message.get_payload()).encode("utf-8", "surrogateescape")


def _content(message: Message) -> bytes:
    encoding = _encoding(message)
    # Without its encoding a part gives its bytes as they came.
    del message["content-transfer-encoding"]
    data = message.get_payload(decode=True)
    return _decoded(data, encoding) if isinstance(data, bytes) else b""


def _encoding(message: Message) -> str:
    return _raw(message, "content-transfer-encoding").split(";")[0].strip().lower()


def _decoded(data: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        encoded, _, below = data.lstrip(b"\n").partition(b"\n\n")
        if _NOT_ENCODED.search(below) and _ENCODED.fullmatch(encoded):
            # A mailing list writes its footer below what is encoded.
            data = encoded
        if not _PROSE.search(data[:_PORTION]):
            kept = data.split(b"=\n\n")[0].translate(None, _NOT_BASE64)
            return binascii.a2b_base64(kept[: len(kept) // 4 * 4] + _last_group(kept))
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue") and (files := split_uuencoded(data)[1]):
        return files[0].content
    return data


def _last_group(kept: bytes) -> bytes:
    rest = kept[len(kept) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def uudecode(lines: Iterable[bytes]) -> bytes:
    """Return uuencoded lines decoded; lines that are damaged are left out."""
    content = bytearray()
    for line in lines:
        try:
            content += binascii.a2b_uu(line)
        except binascii.Error:
            # Some encoders count wrongly: the length byte says how much of the line is meant.
            size = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                content += binascii.a2b_uu(line[:size])
            except binascii.Error:
                continue
    return bytes(content)


def split_uuencoded(text: bytes) -> tuple[bytes, list[Attachment]]:
    """Return a text without the files that are uuencoded in it, and these files, at most 100; line by line."""
    if b"\nend" not in text:
        return text, []
    kept: list[bytes] = []
    files: list[Attachment] = []
    name, start = b"", -1
    for line in text.split(b"\n"):
        kept.append(line)
        if line.startswith(b"begin ") and (match := _UUENCODED.fullmatch(line)):
            name, start = match.group(1), len(kept)
        elif start >= 0 and line.rstrip() == b"end" and len(files) < UUENCODED_LIMIT:
            content = uudecode(kept[start:])
            files.append(Attachment(clean_line(decode(name)), "application/octet-stream", len(content), False, content))
            del kept[start - 1 :]
            start = -1
    return (b"\n".join(kept), files) if files else (text, [])


def _raw(message: Message, name: str) -> str:
    for each, value in message.raw_items():
        if each.lower() == name:
            return str(value)
    return ""


def _parameter(message: Message, header: str, name: str) -> str:
    """Return a parameter, also in the forms of RFC 2231 and of RFC 2047 in quotes, which mail programs mix."""
    value = re.sub(r"[\r\n]+[ \t]*", " ", _raw(message, header))
    found: dict[str, str] = {}
    for each in re.finditer(r';\s*([^\s=;"]+?)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', value):
        key, text = each.group(1).lower(), each.group(2).strip()
        if text.startswith('"'):
            text = re.sub(r"\\([\"\\])", r"\1", text.removeprefix('"').removesuffix('"'))
        found.setdefault(key, text)
    if f"{name}*" in found:
        return _extended(found[f"{name}*"])
    if name in found:
        return decode_field(found[name].encode("utf-8", "surrogateescape"))
    return _continued(found, name)


def _extended(value: str) -> str:
    charset, _, rest = value.partition("'")
    _, _, text = rest.partition("'")
    return decode(_unquoted(text or value), charset if text else "")


def _unquoted(text: str) -> bytes:
    return unquote_to_bytes(text.encode("utf-8", "surrogateescape"))


def _continued(found: dict[str, str], name: str) -> str:
    data, charset = b"", ""
    for number in range(PARTS_LIMIT):
        if f"{name}*{number}*" in found:
            text = found[f"{name}*{number}*"]
            if number == 0 and text.count("'") >= 2:
                charset, _, text = text.split("'", 2)
            data += _unquoted(text)
        elif f"{name}*{number}" in found:
            data += found[f"{name}*{number}"].encode("utf-8", "surrogateescape")
        else:
            break
    return decode_field(data) if b"=?" in data else decode(data, charset)
