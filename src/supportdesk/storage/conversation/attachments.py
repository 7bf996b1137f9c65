"""Queries on attachments of messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from supportdesk.domain.conversation.attachment import OFTEN, Attachment
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database

_COLUMNS = "a.message, a.name, a.content_type, a.size, a.sha256, a.inline"
# A picture that came with several messages is a logo.
_OFTEN = f"(SELECT count(*) FROM attachments AS o WHERE o.sha256 = a.sha256) >= {OFTEN}"


def add(database: Database, ticket_id: str, files: Sequence[Attachment]) -> None:
    """Insert the files of a message."""
    for each in files:
        database.sql(
            "INSERT INTO attachments (ticket_id, message, name, content_type, size, sha256, inline) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (ticket_id, each.message, each.name, each.content_type, each.size, each.sha256, int(each.inline)),
        )


def ask_of_tickets(database: Database, ticket_ids: Sequence[str]) -> Callable[[], list[Attachment]]:
    """Return what gives the files of tickets, oldest first, but not those of removed messages, like `Database.ask`."""
    places = ", ".join("?" * len(ticket_ids))
    answer = database.ask(
        f"SELECT {_COLUMNS}, {_OFTEN} FROM attachments AS a LEFT JOIN messages AS m ON m.id = a.message "
        f"WHERE a.ticket_id IN ({places}) AND m.removed_at IS NULL ORDER BY a.seq",
        ticket_ids,
    )
    return lambda: rows.read(answer(), _attachment)


def ask_of_messages(database: Database, messages: Sequence[str]) -> Callable[[], list[Attachment]]:
    """Return what gives the files of messages, oldest first, like `Database.ask`."""
    answer = database.ask(
        f"SELECT {_COLUMNS}, {_OFTEN} FROM attachments AS a WHERE a.message IN ({', '.join('?' * len(messages))}) "
        "ORDER BY a.seq",
        messages,
    )
    return lambda: rows.read(answer(), _attachment)


def of_message(database: Database, message: str) -> list[Attachment]:
    """Return the files of a message."""
    found = database.sql(f"SELECT {_COLUMNS}, 0 FROM attachments AS a WHERE a.message = ? ORDER BY a.seq", (message,))
    return rows.read(found, _attachment)


def contents(database: Database) -> Iterator[tuple[str, int]]:
    """Yield the SHA-256 and size of every content that a message has."""
    for name, size in database.sql("SELECT DISTINCT sha256, size FROM attachments"):
        yield clean_line(name), int(size)


def _attachment(
    message: str, name: str, content_type: str, size: int, sha256: str, inline: int, often: int
) -> Attachment:
    if len(sha256) != 64 or not sha256.isalnum():
        # It becomes part of a path.
        raise ValueError(sha256)
    return Attachment(
        clean_line(message),
        clean_line(name),
        clean_line(content_type),
        size,
        sha256,
        bool(inline),
        bool(often),
    )
