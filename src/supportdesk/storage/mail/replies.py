"""What the mail of a reply has beside that of a notification: its author, and everybody it is addressed to."""

from __future__ import annotations

import json
from dataclasses import dataclass

from supportdesk.domain.conversation import Message
from supportdesk.domain.text import clean_line
from supportdesk.storage.database import Database
from supportdesk.storage.merges import members


@dataclass(frozen=True, slots=True)
class Envelope:
    """The author's name and the addresses in To and Cc of a reply, and the id of its message."""

    author: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    message: str


def attach(database: Database, notification: str, message: Message, author: str) -> None:
    """Record that a queued mail carries a message."""
    database.sql(
        "UPDATE notifications SET message = ?, sender_name = ?, to_header = ?, cc_header = ? WHERE id = ?",
        (message.id, author, json.dumps(message.to), json.dumps(message.cc), notification),
    )


def envelope(database: Database, seq: int) -> Envelope:
    """Return author and addresses of the reply that a mail carries."""
    author, to, cc, message = database.sql(
        "SELECT sender_name, to_header, cc_header, message FROM notifications WHERE seq = ?", (seq,)
    )[0]
    return Envelope(clean_line(author), _addresses(to), _addresses(cc), clean_line(message))


def incoming_ids(database: Database, ticket_id: str | None) -> list[str]:
    """Return the Message-IDs of the mails that came in for a ticket or one that it continues, oldest first."""
    if ticket_id is None:
        return []
    tickets = members(database, ticket_id)
    found = database.sql(
        f"SELECT message_id FROM incoming_mails WHERE ticket_id IN ({', '.join('?' * len(tickets))}) "
        "AND message_id <> '' AND outcome IN ('new-ticket', 'appended') ORDER BY seq",
        tickets,
    )
    return [clean_line(each) for (each,) in found]


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(clean_line(str(each)) for each in json.loads(text or "[]"))
