"""Kept counts of the queues; nothing here reads more tickets than are snoozed or wait for one agent."""

from __future__ import annotations

from datetime import datetime

from supportdesk.domain.moment import to_text
from supportdesk.domain.ticket import LONGEST_SNOOZE, RESOLVED_RANK, Side
from supportdesk.storage.database import Database

_KEPT = """
    SELECT queue, agent, tickets FROM queue_counts
    WHERE (queue = 'owner' AND agent IN (?, '')) OR (queue = 'unread' AND agent IN (?, ''))
        OR queue IN ('awaiting', 'failed')
"""
_SNOOZED = """
    SELECT owner, awaiting, queue_rank FROM tickets
    WHERE snoozed_until > ? AND snoozed_until <= ? AND deleted_at IS NULL
"""
_MENTIONED = """
    SELECT count(DISTINCT mentions.ticket_id) FROM mentions JOIN tickets ON tickets.id = mentions.ticket_id
    WHERE mentions.agent = ? AND mentions.seen_at IS NULL AND tickets.deleted_at IS NULL
"""
# A reply that failed is unread for its author and the owner, also when the ticket is resolved.
_FAILED_REPLIES = """
    SELECT count(DISTINCT failed.ticket_id) FROM failed_replies AS failed JOIN tickets ON tickets.id = failed.ticket_id
    WHERE failed.agent = ? AND failed.seen_at IS NULL AND tickets.deleted_at IS NULL AND (
        tickets.status = 'resolved' OR tickets.last_word <= coalesce(
            (SELECT seen FROM ticket_marks WHERE agent = failed.agent AND number = tickets.number), 0
        )
    )
"""

_FAILED_MAILS = "SELECT notifications FROM notification_counts WHERE status = 'failed'"


def failed_mails(database: Database) -> int:
    """Return how many mails could not be delivered."""
    found = database.sql(_FAILED_MAILS)
    return int(found[0][0]) if found else 0


def counts(database: Database, agent: str, at: datetime) -> dict[str, int]:
    """Return how many tickets each queue of an agent has, by its name."""
    kept = {(queue, whose): int(tickets) for queue, whose, tickets in database.sql(_KEPT, (agent, agent))}
    latest = to_text(at + LONGEST_SNOOZE)
    asleep = database.sql(_SNOOZED, (to_text(at), latest))
    open_asleep = [(owner, awaiting) for owner, awaiting, rank in asleep if rank < RESOLVED_RANK]
    owners = [owner for owner, _ in open_asleep]
    sides = [side for _, side in open_asleep]
    every = database.sql("SELECT sum(tickets) FROM ticket_counts")[0][0]
    return {
        "mine": kept.get(("owner", agent), 0) - owners.count(agent),
        "unassigned": kept.get(("owner", ""), 0) - owners.count(""),
        "waiting-for-us": kept.get(("awaiting", Side.US), 0) - sides.count(Side.US),
        "waiting-for-them": kept.get(("awaiting", Side.THEM), 0) - sides.count(Side.THEM),
        "unread": kept.get(("unread", agent), kept.get(("unread", ""), 0))
        + int(database.sql(_FAILED_REPLIES, (agent,))[0][0]),
        "mentions": int(database.sql(_MENTIONED, (agent,))[0][0]),
        "snoozed": len(asleep),
        "failed": kept.get(("failed", ""), 0),
        "all": int(every or 0),
    }
