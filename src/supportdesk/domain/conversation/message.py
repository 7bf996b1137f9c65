"""Conversation of a ticket: what requesters, agents and others said, and who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from supportdesk.domain.address import address_key, clean_address
from supportdesk.domain.conversation.attachment import FILES_LIMIT, REPLY_LIMIT, Attachment, NewFile
from supportdesk.domain.errors import invalid
from supportdesk.domain.text import required_body

RECIPIENTS_LIMIT = 50
NOTE_EDITABLE = timedelta(minutes=10)
"""How long its author can correct or remove a note."""


class MessageKind(StrEnum):
    """Who speaks in a message, and to whom. Only a `REPLY` is mailed; a `NOTE` is read by agents alone."""

    REQUESTER = "requester"
    PARTICIPANT = "participant"
    THIRD_PARTY = "third_party"
    REPLY = "reply"
    NOTE = "note"
    AUTOMATIC = "automatic"


INTERNAL = (MessageKind.NOTE,)
"""What nobody but agents may see."""


class Source(StrEnum):
    """Where a message came from."""

    APP = "app"
    COMMAND = "command"
    MAIL = "mail"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a ticket's conversation.

    `author` is an address, or an agent's name in a reply or note. `trimmed_at` is where the writer's own words end in
    `text`, in characters. `delivery` is the state of its mail, or None for what has none. `edited_at` is None until a
    note is corrected. `seq` is given by the table.
    """

    seq: int
    id: str
    ticket_id: str
    kind: MessageKind
    author: str
    text: str
    trimmed_at: int
    source: Source
    created_at: datetime
    author_name: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    edited_at: datetime | None = None
    delivery: str | None = None
    attachments: tuple[Attachment, ...] = ()

    @property
    def trimmed_text(self) -> str:
        """Return the writer's own words, without what they quote."""
        return self.text[: self.trimmed_at]

    @property
    def is_internal(self) -> bool:
        """Return whether only agents may read it."""
        return self.kind in INTERNAL


@dataclass(frozen=True, slots=True)
class NewReply:
    """A reply as an agent wrote it: the recipients are empty for the requester alone."""

    text: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    files: tuple[NewFile, ...] = ()


def new_reply(text: str, to: Sequence[str] = (), cc: Sequence[str] = (), files: Sequence[NewFile] = ()) -> NewReply:
    """Clean and check a reply; raises `InvalidValue` for the first value at fault."""
    found = NewReply(required_body("text", text), _recipients("to", to), _recipients("cc", cc))
    keys = {address_key(address) for address in found.to}
    check_sizes([len(file.content) for file in files])
    return NewReply(
        found.text, found.to, tuple(each for each in found.cc if address_key(each) not in keys), tuple(files)
    )


def check_sizes(sizes: Sequence[int]) -> None:
    """Raise `InvalidValue` when the files of a reply are too large together, or too many."""
    if len(sizes) > FILES_LIMIT:
        raise invalid("attach", f"{len(sizes)} files", f"a reply can have up to {FILES_LIMIT}")
    if sum(sizes) > REPLY_LIMIT:
        raise invalid(
            "attach", f"{sum(sizes):,} bytes", f"the files of a reply can have up to {REPLY_LIMIT:,} together"
        )


def _recipients(field: str, addresses: Sequence[str]) -> tuple[str, ...]:
    if len(addresses) > RECIPIENTS_LIMIT:
        raise invalid(field, f"{len(addresses)} addresses", f"a reply can have up to {RECIPIENTS_LIMIT}")
    unique: dict[str, str] = {}
    for address in addresses:
        clean = clean_address(address, field)
        unique.setdefault(address_key(clean), clean)
    return tuple(unique.values())


_TAKE_PART = (MessageKind.REQUESTER, MessageKind.PARTICIPANT, MessageKind.REPLY)


def taking_part(requester: str, said: Iterable[tuple[MessageKind, str, Sequence[str]]]) -> tuple[str, ...]:
    """Return the addresses that take part besides the requester: whom an agent or a requester wrote to, or who wrote.

    `said` is kind, author and recipients of each message.
    """
    found: dict[str, str] = {}
    for kind, author, recipients in said:
        if kind in _TAKE_PART:
            wrote = () if kind is MessageKind.REPLY else (author,)
            for address in (*wrote, *recipients):
                found.setdefault(address_key(address), address)
    found.pop(address_key(requester), None)
    return tuple(found.values())
