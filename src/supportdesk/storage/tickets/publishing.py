"""Staged tickets on their way into the desk: in one transaction, or hidden in many that are published at once.

The write lock is held for a part of a second at a time, so that others can save while a large import continues. An
engine that hides what is unsaved needs it for the counts alone, at the end of one transaction. One
`INSERT ... SELECT` moves thousands of tickets, which is three to four times as fast as inserting them one by one: the
full-text index is flushed at the end of each statement.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import datetime, timedelta

from supportdesk.domain.errors import Conflict
from supportdesk.domain.moment import to_text
from supportdesk.storage.database import Database
from supportdesk.storage.tables import HIDDEN
from supportdesk.storage.tickets.staging import COLUMNS

STALE = timedelta(minutes=15)
"""An import that was seen last before this is not running any more."""
PURGED = 2_000
"""Hidden tickets that are removed at a time."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What the history of an imported ticket records."""

    actor: str
    login: str
    notes: str
    at: datetime


class TicketMover:
    """Moves the tickets of the staging table into the desk; `first` and `last` are the numbers they get.

    Made outside of a transaction; every other method needs the caller's.
    """

    def __init__(self, database: Database, import_id: str, origin: Origin) -> None:
        self._database = database
        self._import = import_id
        self._origin = origin
        # In the order of the file; those without a number get one by this.
        database.sql(
            "CREATE TEMP TABLE staged_order AS "
            "SELECT place, row_number() OVER (ORDER BY number IS NULL, place) AS turn, "
            "sum(CASE WHEN number IS NULL THEN 1 ELSE 0 END) "
            "OVER (ORDER BY number IS NULL, place ROWS UNBOUNDED PRECEDING) AS rank "
            "FROM staged"
        )
        database.sql("CREATE UNIQUE INDEX staged_turn ON staged_order (turn)")
        ((self.total, self.characters),) = database.sql(
            "SELECT count(*), coalesce(sum(length(description)), 0) FROM staged"
        )
        self._base = self.first = self.last = self._moved = self._hidden = 0

    def reserve(self) -> None:
        """Decide which numbers the tickets get; nobody else takes one of them once `move_last` was called."""
        ((given, lowest, highest),) = self._database.sql("SELECT count(number), min(number), max(number) FROM staged")
        newest = self._database.sql("SELECT coalesce(max(number), 0) FROM tickets")[0][0]
        self._base = max(newest, highest or 0)
        self.first = lowest or self._base + 1
        self.last = self._base + self.total - given if given < self.total else highest

    def move_all(self) -> int:
        """Move all tickets, visible at once; return how many there are."""
        return self._move(1, self.total, hidden=False)

    def move_last(self) -> None:
        """Move the ticket with the highest number, hidden: the desk gives others the numbers after it."""
        self._seen()
        turn = (
            "SELECT turn FROM staged_order JOIN staged USING (place) ORDER BY coalesce(number, ? + rank) DESC LIMIT 1"
        )
        last = int(self._database.sql(turn, (self._base,))[0][0])
        self._hidden += self._move(last, 1, hidden=True)
        self._moved = last

    def move_hidden(self, turn: int, size: int) -> None:
        """Move `size` tickets from the given turn on, hidden."""
        self._seen()
        self._hidden += self._move(turn, size, hidden=True)

    def move_uncounted(self, turn: int, size: int) -> None:
        """Move `size` tickets from the given turn on, in the transaction that will publish them."""
        self._move(turn, size, hidden=False)

    def publish(self) -> None:
        """Show all tickets of this import, in lists and in counts.

        Raises `Conflict` when another import took this one for one that had ended, and has purged it.
        """
        mine = (self._import, self.first, self.last)
        here = "WHERE import_id = ? AND number BETWEEN ? AND ?"
        self._database.sql(
            "INSERT INTO ticket_counts (status, priority, tickets) "
            f"SELECT status, priority, count(*) FROM tickets {here} GROUP BY status, priority "
            "ON CONFLICT (status, priority) DO UPDATE SET tickets = ticket_counts.tickets + excluded.tickets",
            mine,
        )
        is_open = f"{here} AND status <> 'resolved'"
        self._database.sql(
            "INSERT INTO queue_counts (queue, agent, tickets) "
            f"SELECT 'owner', owner, count(*) FROM tickets {is_open} GROUP BY owner UNION ALL "
            f"SELECT 'awaiting', awaiting, count(*) FROM tickets {is_open} GROUP BY awaiting "
            "ON CONFLICT (queue, agent) DO UPDATE SET tickets = queue_counts.tickets + excluded.tickets",
            (*mine, *mine),
        )
        shown = self._database.change(f"UPDATE tickets SET deleted_at = NULL {here} AND deleted_at IS NOT NULL", mine)
        if shown != self._hidden:
            raise Conflict("another import took this one for one that had ended; nothing was imported, try again")
        self._database.sql("DELETE FROM running_imports WHERE import_id = ?", (self._import,))

    def close(self) -> None:
        """Drop the temporary table."""
        self._database.sql("DROP TABLE IF EXISTS staged_order")

    def _seen(self) -> None:
        self._database.sql(
            "INSERT INTO running_imports (import_id, host, pid, seen_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (import_id) DO UPDATE SET seen_at = excluded.seen_at",
            (self._import, platform.node(), os.getpid(), to_text(self._database.now())),
        )

    def _move(self, turn: int, size: int, *, hidden: bool) -> int:
        origin, within = self._origin, (turn, turn + size - 1, self._moved)
        chunk = (
            "FROM staged_order JOIN staged AS staged USING (place) "
            "WHERE turn BETWEEN ? AND ? AND turn <> ? ORDER BY turn"
        )
        others = COLUMNS.removeprefix("number, ")
        moved = self._database.change(
            f"INSERT INTO tickets (number, {others}, indexed_title, indexed_description, import_id, deleted_at) "
            f"SELECT coalesce(number, ? + rank), {others}, indexed_title, indexed_description, ?, ? {chunk}",
            (self._base, self._import, HIDDEN if hidden else None, *within),
        )
        self._database.sql(
            "INSERT INTO ticket_status_history "
            "(id, ticket_id, new_status, changed_by, login, notes, changed_at) "
            "SELECT step_id, id, status, ?, ?, "
            f"? || CASE contact_name WHEN '' THEN '' ELSE '; requester: ' || contact_name END, ? {chunk}",
            (origin.actor, origin.login, origin.notes, to_text(origin.at), *within),
        )
        return moved


def touched(database: Database, import_id: str, first: int, last: int) -> int | None:
    """Return the number of a ticket of an import with which something was done since; None when there is none."""
    found = database.sql(
        "SELECT number FROM tickets WHERE import_id = ? AND number BETWEEN ? AND ? AND (version > 1 "
        "OR deleted_at IS NOT NULL OR EXISTS (SELECT 1 FROM messages WHERE messages.ticket_id = tickets.id) "
        "OR EXISTS (SELECT 1 FROM journal WHERE journal.subject = tickets.id)) LIMIT 1",
        (import_id, first, last),
    )
    return int(found[0][0]) if found else None


def delete_import(database: Database, import_id: str, first: int, last: int, at: datetime) -> int:
    """Delete the tickets of an import inside the caller's transaction; return how many there were."""
    return database.change(
        "UPDATE tickets SET deleted_at = ?, version = version + 1, updated_at = ? "
        "WHERE import_id = ? AND number BETWEEN ? AND ? AND deleted_at IS NULL",
        (to_text(at), to_text(at), import_id, first, last),
    )


def purge(database: Database, import_id: str) -> bool:
    """Remove some hidden tickets of an import inside the caller's transaction; return whether there are more."""
    some = f"SELECT number FROM tickets WHERE deleted_at = '{HIDDEN}' AND import_id = ? LIMIT {PURGED}"
    database.sql(
        f"DELETE FROM ticket_status_history WHERE ticket_id IN (SELECT id FROM tickets WHERE number IN ({some}))",
        (import_id,),
    )
    if database.change(f"DELETE FROM tickets WHERE number IN ({some})", (import_id,)):
        return True
    database.sql("DELETE FROM running_imports WHERE import_id = ?", (import_id,))
    return False


def stale_imports(database: Database) -> list[str]:
    """Return the imports that were killed: their process is gone, or they were not seen for long, or in the future."""
    now = database.now()
    earliest, latest = to_text(now - STALE), to_text(now + STALE)
    found = database.sql("SELECT import_id, host, pid, seen_at FROM running_imports")
    return [
        str(import_id)
        for import_id, host, pid, seen_at in found
        if not earliest <= seen_at <= latest or (host == platform.node() and not _is_alive(pid))
    ]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        # Somebody else's, or no number of a process: then the time decides.
        return True
    return True
