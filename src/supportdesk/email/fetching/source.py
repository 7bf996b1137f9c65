"""Mailboxes that mail is fetched from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from supportdesk.domain.mail.incoming import MAIL_LIMIT

HEAD_KEPT = 256 * 1024
"""Bytes that are kept of a mail that is too large."""
TOO_LARGE = f"it has more than {MAIL_LIMIT:,} bytes; only its head was stored, and it is still in its mailbox"


class SourceFailed(Exception):
    """A mailbox that cannot be read just now; the message says why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A raw mail from a mailbox; `place` is the same whenever and by whomever this mail is fetched there.

    `cause` says why it is only a head; empty for a whole mail.
    """

    place: str
    raw: bytes
    cause: str = ""


@dataclass(slots=True)
class Position:
    """How far a mailbox was read: IMAP's UIDVALIDITY and the last UID, and whether it was ever read before."""

    uid_validity: int = 0
    last_uid: int = 0
    is_new: bool = True


Store = Callable[[Fetched], None]
"""Stores a mail durably; raises when it cannot."""
Stop = Callable[[], bool]


class Source(Protocol):
    """A mailbox. One process may use it in one thread; several processes may read the same mailbox."""

    name: str

    def take(self, position: Position, store: Store, stop: Stop) -> None:
        """Store what is new, then mark it; moves `position` on. Raises `SourceFailed`."""

    def wait(self, seconds: float, stop: Stop) -> bool:
        """Return when there may be new mail, at the latest after some seconds; False at once where it cannot tell.

        Raises `SourceFailed`.
        """

    def check(self) -> int:
        """Return how many mails there are; raise `SourceFailed` when it cannot be read."""

    def close(self) -> None:
        """Close the connection."""
