"""Queries on messages of tickets."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from supportdesk.domain.conversation.message import Message, MessageKind, Source
from supportdesk.domain.index_text import index_form
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_body, clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database

_COLUMNS = (
    "m.seq, m.id, m.ticket_id, m.kind, m.author, m.author_name, m.to_addresses, m.cc_addresses, m.subject, m.content, "
    "m.trimmed_at, m.source, m.message_id, m.in_reply_to, m.created_at, m.edited_at"
)
# A reply to several people has several mails: the one that fared worst counts. The index has those of messages alone.
_DELIVERY = """
    (
        SELECT n.status FROM notifications AS n WHERE n.message = m.id AND n.message <> '' AND m.kind = 'reply'
        ORDER BY CASE n.status WHEN 'failed' THEN 0 WHEN 'unknown' THEN 1 WHEN 'held' THEN 2 WHEN 'pending' THEN 3
            ELSE 4 END, n.seq LIMIT 1
    )
"""


def add(database: Database, message: Message) -> None:
    """Insert a message; the table assigns its `seq`."""
    database.add(
        "messages",
        id=message.id,
        ticket_id=message.ticket_id,
        kind=message.kind,
        author=message.author,
        author_name=message.author_name,
        to_addresses=json.dumps(message.to),
        cc_addresses=json.dumps(message.cc),
        subject=message.subject,
        content=message.text,
        indexed_content=index_form(message.text),
        trimmed_at=message.trimmed_at,
        source=message.source,
        message_id=message.message_id,
        in_reply_to=message.in_reply_to,
        created_at=to_text(message.created_at),
    )


def ask_of_tickets(database: Database, ticket_ids: Sequence[str]) -> Callable[[], list[Message]]:
    """Return what gives the messages of tickets after their descriptions, oldest first, like `Database.ask`."""
    answer = database.ask(
        f"SELECT {_COLUMNS}, {_DELIVERY} FROM messages AS m WHERE {_of(ticket_ids)} ORDER BY m.seq", ticket_ids
    )
    return lambda: rows.read(answer(), _message)


def ask_newest(database: Database, ticket_ids: Sequence[str], limit: int) -> Callable[[], list[Message]]:
    """Return what gives up to `limit` messages of tickets after their descriptions, like `Database.ask`.

    Those written last, oldest first.
    """
    answer = database.ask(
        f"SELECT {_COLUMNS}, {_DELIVERY} FROM messages AS m WHERE m.seq IN "
        f"(SELECT m.seq FROM messages AS m WHERE {_of(ticket_ids)} ORDER BY m.created_at DESC, m.seq DESC LIMIT ?) "
        "ORDER BY m.created_at, m.seq",
        (*ticket_ids, limit),
    )
    return lambda: rows.read(answer(), _message)


def count_of_tickets(database: Database, ticket_ids: Sequence[str]) -> int:
    """Return how many messages tickets have after their descriptions."""
    return int(database.sql(f"SELECT count(*) FROM messages AS m WHERE {_of(ticket_ids)}", ticket_ids)[0][0])


def _of(ticket_ids: Sequence[str]) -> str:
    return f"m.ticket_id IN ({', '.join('?' * len(ticket_ids))}) AND m.removed_at IS NULL"


def get(database: Database, message_id: str) -> Message | None:
    """Return a message that was not removed."""
    found = database.sql(
        f"SELECT {_COLUMNS}, {_DELIVERY} FROM messages AS m WHERE m.id = ? AND m.removed_at IS NULL", (message_id,)
    )
    return rows.read_one(found[0], _message) if found else None


def edit(database: Database, message_id: str, text: str, at: datetime) -> None:
    """Replace the text of a message."""
    database.sql(
        "UPDATE messages SET content = ?, indexed_content = ?, trimmed_at = ?, edited_at = ? WHERE id = ?",
        (text, index_form(text), len(text), to_text(at), message_id),
    )


def remove(database: Database, message_id: str, at: datetime | None) -> None:
    """Take a message out of its conversation, or put it back with `at` None."""
    database.sql("UPDATE messages SET removed_at = ? WHERE id = ?", (at and to_text(at), message_id))


def undelivered(database: Database, message_id: str) -> Sequence[str]:
    """Return the states of the mails of a message that were not withdrawn."""
    found = database.sql(
        "SELECT status FROM notifications WHERE message = ? AND message <> '' AND status <> 'withdrawn'", (message_id,)
    )
    return [clean_line(status) for (status,) in found]


# Of an unknown kind, nobody but agents may see it.
@rows.by_place(kind=MessageKind.NOTE, source=Source.APP, to_addresses="[]", cc_addresses="[]")
def _message(
    seq: int,
    id: str,  # noqa: A002
    ticket_id: str,
    kind: str,
    author: str,
    author_name: str,
    to_addresses: str,
    cc_addresses: str,
    subject: str,
    content: str,
    trimmed_at: int,
    source: str,
    message_id: str,
    in_reply_to: str,
    created_at: str,
    edited_at: str | None,
    delivery: str | None,
) -> Message:
    return Message(
        seq=seq,
        id=clean_line(id),
        ticket_id=clean_line(ticket_id),
        kind=MessageKind(kind),
        author=clean_line(author),
        author_name=clean_line(author_name),
        to=rows.addresses(to_addresses),
        cc=rows.addresses(cc_addresses),
        subject=clean_line(subject),
        text=clean_body(content),
        trimmed_at=trimmed_at,
        source=Source(source),
        message_id=clean_line(message_id),
        in_reply_to=clean_line(in_reply_to),
        created_at=from_text(created_at),
        edited_at=None if edited_at is None else from_text(edited_at),
        delivery=delivery and clean_line(delivery),
    )
