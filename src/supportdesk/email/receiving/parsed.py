"""What a raw mail holds, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Automatic(StrEnum):
    """Whether a person wrote a mail: `WEAK` means that only its words say no."""

    YES = "yes"
    LIST = "list"
    WEAK = "weak"
    NO = "no"


class BounceKind(StrEnum):
    """How a delivery failed: for good, for now, or not yet."""

    HARD = "hard"
    SOFT = "soft"
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True)
class Bounce:
    """A recipient that a mail of ours did not reach; `status` is an RFC 3463 code, or empty."""

    recipient: str
    kind: BounceKind
    status: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text; `size` is in bytes after decoding."""

    name: str
    content_type: str
    size: int
    inline: bool
    content: bytes


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address and the name beside it; the address is empty where none can be read."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What a mail forwards, and what its sender wrote above it."""

    sender: Mailbox
    subject: str
    text: str
    above: str


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail as read: decoded, cleaned of control characters, nothing trusted.

    `recipients` are those of To and Cc, `delivered_to` those that mail servers on the way have noted. `trace` are the
    fields in which servers say what they did, topmost first. `calendar` is an invitation in three lines.
    """

    sender: Mailbox
    recipients: tuple[Mailbox, ...]
    delivered_to: tuple[Mailbox, ...]
    subject: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    automatic: Automatic
    is_bounce: bool
    bounces: tuple[Bounce, ...]
    text: str
    trimmed_text: str
    attachments: tuple[Attachment, ...]
    is_spam: bool = False
    forwarded: Forwarded | None = None
    calendar: str = ""
    trace: tuple[tuple[str, str], ...] = ()

    def to_document(self) -> dict[str, object]:
        """Return the JSON document that `mail parse` prints."""
        return {
            "from_email": self.sender.address,
            "from_name": self.sender.name,
            "subject": self.subject,
            "message_id": self.message_id,
            "in_reply_to": self.in_reply_to,
            "references": list(self.references),
            "is_auto": self.automatic.value,
            "is_bounce": self.is_bounce,
            "bounces": [
                {"recipient": each.recipient, "kind": each.kind.value, "status": each.status} for each in self.bounces
            ],
            "text": self.text,
            "trimmed_text": self.trimmed_text,
            "attachments": [
                {"name": each.name, "content_type": each.content_type, "size": each.size, "inline": each.inline}
                for each in self.attachments
            ],
        }
