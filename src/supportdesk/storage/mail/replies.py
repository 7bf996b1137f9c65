"""What the mail of a reply has that a notification does not have: its author, and everybody it is addressed to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from supportdesk.domain.text import clean_line
from supportdesk.storage.database import Database
from supportdesk.storage.merges import members, target_of
from supportdesk.storage.rows import addresses

if TYPE_CHECKING:
    from supportdesk.domain.conversation.message import Message


class Envelope(NamedTuple):
    """The author's name as requesters see it, and the addresses in To and Cc of a reply, and the id of its message."""

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
        "SELECT COALESCE(NULLIF(a.display_name, ''), n.sender_name), n.to_header, n.cc_header, n.message "
        "FROM notifications AS n LEFT JOIN agents AS a ON a.name = n.sender_name WHERE n.seq = ?",
        (seq,),
    )[0]
    return Envelope(clean_line(author), addresses(to or "[]"), addresses(cc or "[]"), clean_line(message))


class FailedReply(NamedTuple):
    """A reply that did not arrive: its mail, the number of its ticket, to whom, and what the service said."""

    notification: str
    ticket: int
    recipient: str
    error: str


def record_failure(database: Database, notification: str, *, any_mail: bool = False) -> None:
    """Make the failing of a reply an unseen event of its author and of the ticket's owner.

    Inside the caller's transaction, after its mail was marked as failed; other mail is none of theirs, unless
    `any_mail` says so.
    """
    found = database.sql(
        "SELECT n.sender_name, t.number FROM notifications AS n JOIN tickets AS t ON t.id = n.ticket_id "
        "WHERE n.id = ? AND n.status = 'failed' AND (n.message <> '' OR ? = 1)",
        (notification, int(any_mail)),
    )
    for author, number in found:
        [(ticket_id, owner)] = database.sql(
            "SELECT id, owner FROM tickets WHERE number = ?", (target_of(database, number),)
        )
        for agent in {author, owner} - {""}:
            database.sql(
                "INSERT INTO failed_replies (agent, notification, ticket_id) VALUES (?, ?, ?) "
                "ON CONFLICT (agent, notification) DO UPDATE SET seen_at = NULL, ticket_id = excluded.ticket_id",
                (agent, notification, ticket_id),
            )


def forget_failure(database: Database, notification: str) -> None:
    """Forget the failing of a mail that is sent again, inside the caller's transaction."""
    database.sql("DELETE FROM failed_replies WHERE notification = ?", (notification,))


def unseen_failures(database: Database, agent: str) -> list[FailedReply]:
    """Return the failed replies that an agent has not seen, newest first."""
    found = database.sql(
        "SELECT n.id, t.number, n.recipient_email, n.error FROM failed_replies AS f "
        "JOIN notifications AS n ON n.id = f.notification JOIN tickets AS t ON t.id = f.ticket_id "
        "WHERE f.agent = ? AND f.seen_at IS NULL AND t.deleted_at IS NULL ORDER BY n.seq DESC",
        (agent,),
    )
    return [
        FailedReply(clean_line(mail), number, clean_line(to), clean_line(error)) for mail, number, to, error in found
    ]


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
