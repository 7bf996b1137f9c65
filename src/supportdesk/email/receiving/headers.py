"""The head of a raw mail, read leniently: every field as decoded text, addresses and message ids found in anything."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from supportdesk.domain.text import clean_line
from supportdesk.email.receiving.charsets import decode
from supportdesk.email.receiving.parsed import Mailbox

HEAD_LIMIT = 4 * 1024 * 1024
"""Bytes of a head that are looked at; one long field must not hide those after it."""
FIELDS_LIMIT = 5_000
KEPT_LIMIT = 64 * 1024
"""Bytes of a field that are kept, of which a single value reads fewer."""
FIELD_LIMIT = 8 * 1024
SUBJECT_LIMIT = 250
REFERENCES = "references"
REFERENCES_LIMIT = 100
REFERENCES_BYTES = 32 * 1024

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_ENCODED_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?(.*?)\?=", re.DOTALL)
_BETWEEN_WORDS = re.compile(rb"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_IN_BRACKETS = re.compile(r"<[^<>]{1,1000}>")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900}@?[^<>\s]*)>")
_BARE_ADDRESS = re.compile(r"(?<![^\s<>()\[\]\",;:])[^\s<>()\[\]\",;:@]{1,320}@[^\s<>()\",;:]{1,320}")
_ANGLE = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Head:
    """The fields of a head in their order, raw and unfolded."""

    fields: tuple[tuple[str, bytes], ...]

    def all(self, name: str) -> list[str]:
        """Return the decoded values of every field with this name."""
        return [decode_field(value) for each, value in self.fields if each == name]

    def get(self, name: str) -> str:
        """Return the first value that is not empty of a field, or an empty text."""
        return next((value for value in self.all(name) if value), "")

    def raw(self, name: str) -> bytes:
        """Return the first raw value of a field."""
        return next((value for each, value in self.fields if each == name and value.strip()), b"")


def split_message(raw: bytes) -> tuple[Head, bytes]:
    """Return the head of a raw mail, and head and body with line ends and fields that any parser reads.

    Lines may end in CR LF, LF or CR; blanks before a colon and lines that are no field are left out.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
    data = raw.replace(b"\r\n", b"\n") if b"\n" in raw else raw.replace(b"\r", b"\n")
    head, blank, body = data.partition(b"\n\n")
    fields: list[tuple[str, bytearray]] = []
    lines = head[:HEAD_LIMIT].split(b"\n")
    for number, line in enumerate(lines):
        if line[:1] in (b" ", b"\t") and fields:
            name, value = fields[-1]
            if name == REFERENCES:
                # The last ones count.
                value += b"\n" + line
                if len(value) > 2 * KEPT_LIMIT:
                    del value[:-KEPT_LIMIT]
            else:
                value += (b"\n" + line)[: max(0, KEPT_LIMIT - len(value))]
        elif len(fields) < FIELDS_LIMIT and (match := _FIELD.match(line)):
            fields.append((name := match.group(1).decode("ascii").lower(), _kept(name, match.group(2))))
        elif fields and not blank and len(head) <= HEAD_LIMIT:
            # Nothing divides head and body: what is no field is the body.
            body = b"\n".join(lines[number:])
            break
    if not fields:
        # No head at all: everything is text.
        return Head(()), b"\n" + data
    clean = b"".join(name.encode("ascii") + b":" + value + b"\n" for name, value in fields)
    return Head(tuple((name, bytes(value)) for name, value in fields)), clean + b"\n" + body


def _kept(name: str, value: bytes) -> bytearray:
    return bytearray(value[-KEPT_LIMIT:] if name == REFERENCES else value[:KEPT_LIMIT])


def decode_field(value: bytes) -> str:
    """Return a field's value in one clean line, with its encoded words (RFC 2047) decoded."""
    value = _BETWEEN_WORDS.sub(rb"\1", value[:FIELD_LIMIT].strip())
    return clean_line(" ".join(_pieces(value)).replace("\n", " ")) if b"=?" not in value else clean_line(_words(value))


def _pieces(value: bytes) -> Iterator[str]:
    text = decode(value)
    if "+" in text and "-" in text and text.isascii() and re.search(r"\+[A-Za-z0-9/]{3,}-", text):
        # A subject in UTF-7 without an encoded word.
        try:
            decoded = value.decode("utf-7")
        except UnicodeError:
            decoded = text
        text = decoded if not decoded.isascii() else text
    yield text


def _words(value: bytes) -> str:
    text, at = "", 0
    waiting, charset = b"", ""
    for match in _ENCODED_WORD.finditer(value):
        between = value[at : match.start()]
        if waiting and (between or match.group(1).decode("ascii", "replace").lower() != charset):
            text += decode(waiting, charset)
            waiting = b""
        text += decode(between)
        charset = match.group(1).decode("ascii", "replace").lower()
        # A character of several bytes may be split between two words.
        waiting += _word_bytes(match.group(2), match.group(3))
        at = match.end()
    if waiting:
        text += decode(waiting, charset)
    return text + decode(value[at:])


def _word_bytes(encoding: bytes, content: bytes) -> bytes:
    if encoding in b"qQ":
        return binascii.a2b_qp(content.replace(b"_", b" ").replace(b"\n", b""), header=False)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return base64.b64decode(kept[: len(kept) // 4 * 4])


def _without_blanks(match: re.Match[str]) -> str:
    return "".join(match.group().split())


def references_of(head: Head) -> tuple[str, ...]:
    """Return the message ids in References, oldest first; the last ones where there are too many.

    The last are those of the mail that is answered.
    """
    values = [value for name, value in head.fields if name == REFERENCES]
    kept = b" ".join(values)[-REFERENCES_BYTES:]
    # What was cut in the middle of an id is no id.
    whole = kept if len(kept) < REFERENCES_BYTES else kept[kept.find(b">") + 1 :]
    return message_ids(whole.decode("utf-8", "replace").replace("\n", " "), REFERENCES_BYTES)[-REFERENCES_LIMIT:]


def message_ids(text: str, limit: int = FIELD_LIMIT) -> tuple[str, ...]:
    """Return the message ids in a text, with their angle brackets, whatever else is in it."""
    return tuple(
        dict.fromkeys(f"<{each}>" for each in _MESSAGE_ID.findall(_IN_BRACKETS.sub(_without_blanks, text[:limit])))
    )


def mailbox(value: bytes) -> Mailbox:
    """Return the first mailbox of an address field.

    The last `<…>` is the address, so that a name that looks like an address stays a name.
    """
    text = value[:FIELD_LIMIT].decode("utf-8", "surrogateescape").replace("\n", " ").strip()
    before: list[str] = []
    for piece in _split(text):
        address, name = _address_and_name(piece)
        if "@" in address:
            return Mailbox(clean_line(_decoded(address)), _name(", ".join([*before, name])))
        before.append(piece)
    address, name = _address_and_name(text)
    return Mailbox(clean_line(_decoded(address)), _name(name))


def mailboxes(value: bytes) -> tuple[Mailbox, ...]:
    """Return every mailbox of an address field."""
    text = value[: FIELD_LIMIT * 4].decode("utf-8", "surrogateescape").replace("\n", " ")
    found = []
    for piece in _split(text.replace(";", ",")):
        address, name = _address_and_name(piece)
        if "@" in address:
            found.append(Mailbox(clean_line(_decoded(address)), _name(name)))
    return tuple(found)


def _split(text: str) -> list[str]:
    """Split at commas that are not in quotes, comments or angle brackets."""
    pieces, start, quoted, depth, angle = [], 0, False, 0, False
    for at, character in enumerate(text):
        if character == '"' and text[at - 1 : at] != "\\":
            quoted = not quoted
        elif not quoted and character in "()":
            depth = max(0, depth + (1 if character == "(" else -1))
        elif not quoted and character in "<>":
            angle = character == "<"
        elif character == "," and not (quoted or depth or angle):
            pieces.append(text[start:at])
            start = at + 1
    pieces.append(text[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _address_and_name(piece: str) -> tuple[str, str]:
    angles = list(_ANGLE.finditer(piece))
    if angles:
        last = angles[-1]
        inside = last.group(1).strip()
        found = _BARE_ADDRESS.search(inside) if "@" in inside else None
        return (found.group() if found else inside), piece[: last.start()].rstrip("<")
    bare = _BARE_ADDRESS.search(piece)
    if bare:
        rest = (piece[: bare.start()] + piece[bare.end() :]).strip()
        comment = re.fullmatch(r"\((.*)\)", rest)
        return bare.group().rstrip(".>"), comment.group(1) if comment else rest
    return "", piece


def _decoded(text: str) -> str:
    return decode_field(text.encode("utf-8", "surrogateescape"))


def _name(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    text = _decoded(text).strip()
    bare = text.strip("\"'").strip()
    # As in 'Rita' via Support, quotes may be about a part of a name.
    return text if re.search(r"[\"'] ", bare) else bare
