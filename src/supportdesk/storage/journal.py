"""Queries on the journal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from peewee import SQL, Expression, fn

from supportdesk.domain.agent import Account
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.moment import to_text
from supportdesk.domain.page import Seek
from supportdesk.domain.reference import Reference
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.references import named
from supportdesk.storage.tables import JournalRow

REDO_LIMIT = 10_000
"""Entries in which an undo is looked for that can be redone."""


def add(
    database: Database,
    *,
    at: datetime,
    actor: str,
    account: Account,
    kind: EntryKind,
    subject: str | None = None,
    number: int | None = None,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
    notes: str = "",
    undoes: int | None = None,
    change: int | None = None,
) -> int:
    """Append one entry and return its `change`; without one given, the entry opens a new change."""
    seq = database.next_seq()
    database.add(
        "journal",
        seq=seq,
        change=change or seq,
        at=to_text(at),
        actor=actor,
        login=account.login,
        uid=account.uid,
        kind=kind,
        subject=subject,
        number=number,
        before=json.dumps(before or {}, ensure_ascii=False),
        after=json.dumps(after or {}, ensure_ascii=False),
        notes=notes,
        undoes=undoes,
    )
    return change or seq


def last_seq(database: Database) -> int:
    """Return the seq of the newest entry; 0 in an empty journal."""
    return int(database.sql("SELECT coalesce(max(seq), 0) FROM journal")[0][0])


def after(database: Database, seq: int, limit: int) -> list[Entry]:
    """Return up to `limit` entries after `seq`, oldest first."""
    query = JournalRow.select(*rows.ENTRY_COLUMNS).where(JournalRow.seq > seq).order_by(JournalRow.seq).limit(limit)
    return rows.read(database.rows(query), rows.entry)


def page(database: Database, seek: Seek, limit: int) -> list[Entry]:
    """Return up to `limit` entries; the list is newest first, its key is `(seq,)`."""
    query = JournalRow.select(*rows.ENTRY_COLUMNS).limit(limit).offset(seek.skip)
    if seek.key is not None:
        here = seek.key[0]
        query = query.where(JournalRow.seq > here if seek.backwards else JournalRow.seq < here)
    query = query.order_by(JournalRow.seq.asc() if seek.backwards else JournalRow.seq.desc())
    found = rows.read(database.rows(query), rows.entry)
    return found[::-1] if seek.backwards else found


def of_change(database: Database, change: int) -> list[Entry]:
    """Return the entries of one change, oldest first."""
    query = JournalRow.select(*rows.ENTRY_COLUMNS).where(JournalRow.change == change).order_by(JournalRow.seq)
    return rows.read(database.rows(query), rows.entry)


def in_force_after(database: Database, entry: Entry) -> list[Entry]:
    """Return later entries on the same subject that are in force, oldest first: neither undone nor an undo.

    Of an entry that is an undo, those that its actor has redone since do not count: they were in force before it.
    """
    later = (JournalRow.subject == entry.subject) & (JournalRow.seq > entry.seq) & _in_force()
    if entry.undoes is not None:
        redone = JournalRow.select(JournalRow.change).where(
            (JournalRow.actor == entry.actor) & (JournalRow.kind == EntryKind.CHANGE_REDONE)
        )
        later &= JournalRow.change.not_in(redone)
    query = JournalRow.select(*rows.ENTRY_COLUMNS).where(later).order_by(JournalRow.seq)
    return rows.read(database.rows(query), rows.entry)


def latest_in_force(database: Database, subject: str, kind: EntryKind, notes: str) -> Entry | None:
    """Return the newest entry in force on a subject, of this kind and with these notes."""
    query = (
        JournalRow.select(*rows.ENTRY_COLUMNS)
        .where((JournalRow.subject == subject) & (JournalRow.kind == kind) & (JournalRow.notes == notes) & _in_force())
        .order_by(JournalRow.seq.desc())
        .limit(1)
    )
    found = rows.read(database.rows(query), rows.entry)
    return found[0] if found else None


def last_change(database: Database, actor: str, account: Account, before: int | None = None) -> int | None:
    """Return the newest change that an account made under a name, that is no undo and was not undone.

    Only those `before` a change, if given. Entries of programs that recorded no account are of whom they name.
    """
    query = (
        JournalRow.select(JournalRow.change)
        .where((JournalRow.actor == actor) & (JournalRow.login << (account.login, "")) & _in_force())
        .order_by(JournalRow.seq.desc())
        .limit(1)
    )
    if before is not None:
        query = query.where(JournalRow.seq < before)
    found = database.rows(query)
    return int(found[0][0]) if found else None


def unknown_kinds(database: Database) -> dict[str, int]:
    """Return how many entries there are of each kind that this program does not know; reads all of them."""
    found = database.sql("SELECT kind, count(*) FROM journal GROUP BY kind")
    return {clean_line(str(kind)): many for kind, many in found if kind not in list(EntryKind)}


def actors(database: Database) -> dict[str, int]:
    """Return the names of all actors with the seq of their first entry."""
    # From name to name by the index on (actor, seq): reads an entry a name, not all of them.
    found = database.sql(
        "WITH RECURSIVE names (actor) AS (SELECT min(actor) FROM journal UNION ALL "
        "SELECT (SELECT min(actor) FROM journal WHERE journal.actor > names.actor) FROM names "
        "WHERE names.actor IS NOT NULL) "
        "SELECT actor, (SELECT min(seq) FROM journal WHERE journal.actor = names.actor) FROM names "
        "WHERE actor IS NOT NULL"
    )
    return {clean_line(actor): seq for actor, seq in found}


def of_subject(
    database: Database, subject: str, *, leave_out: Sequence[EntryKind] = (), newest: int | None = None
) -> list[Entry]:
    """Return the entries on one subject, or so many of the `newest`, oldest first, but for those of some kinds."""
    query = JournalRow.select(*rows.ENTRY_COLUMNS).where(
        JournalRow.subject == subject, JournalRow.kind.not_in(leave_out)
    )
    return rows.read(database.rows(query.order_by(JournalRow.seq.desc()).limit(newest)), rows.entry)[::-1]


def count_of_subject(database: Database, subject: str, *, leave_out: Sequence[EntryKind] = ()) -> int:
    """Return how many entries on one subject there are, but for those of some kinds."""
    here = (JournalRow.subject == subject) & JournalRow.kind.not_in(leave_out)
    return int(database.rows(JournalRow.select(fn.count(JournalRow.seq)).where(here))[0][0])


def deletion(database: Database, kind: EntryKind, reference: Reference) -> Entry | None:
    """Return the newest entry of this kind of deletion on the subject that a reference named."""
    here = named(JournalRow.number, JournalRow.subject, reference)
    # The kind as it is in the index's condition: a parameter would not let SQLite use it.
    query = (
        JournalRow.select(*rows.ENTRY_COLUMNS)
        .where(here & (JournalRow.kind == SQL(f"'{kind}'")))
        .order_by(JournalRow.seq.desc())
        .limit(1)
    )
    found = rows.read(database.rows(query), rows.entry)
    return found[0] if found else None


def deletions(database: Database, kind: EntryKind) -> list[Entry]:
    """Return the entries of this kind of deletion, newest first."""
    query = (
        JournalRow.select(*rows.ENTRY_COLUMNS)
        .where(JournalRow.kind == SQL(f"'{kind}'"))
        .order_by(JournalRow.seq.desc())
    )
    return rows.read(database.rows(query), rows.entry)


def last_undo(database: Database, actor: str, account: Account) -> list[Entry]:
    """Return the entries of the last undo of an account under a name that was not redone, newest first.

    Empty where it has changed something else since.
    """
    query = (
        JournalRow.select(JournalRow.change, JournalRow.undoes, JournalRow.kind)
        .where((JournalRow.actor == actor) & (JournalRow.login << (account.login, "")))
        .order_by(JournalRow.seq.desc())
        .limit(REDO_LIMIT)
    )
    redone = 0
    for _, made in groupby(database.rows(query), key=lambda row: (row[0], None) if row[1] is None else (0, row[1])):
        entries = list(made)
        undoes = entries[0][1]
        if any(kind == EntryKind.CHANGE_REDONE for _, _, kind in entries):
            redone += 1
        elif undoes is None:
            return []
        elif redone:
            redone -= 1
        else:
            undo = JournalRow.select(*rows.ENTRY_COLUMNS).where(JournalRow.undoes == undoes)
            return rows.read(database.rows(undo.order_by(JournalRow.seq.desc())), rows.entry)
    return []


def _in_force() -> Expression:
    undone = JournalRow.select(JournalRow.undoes).where(JournalRow.undoes.is_null(False))
    return JournalRow.undoes.is_null(True) & JournalRow.change.not_in(undone)
