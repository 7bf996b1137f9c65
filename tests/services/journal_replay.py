"""The state of tickets and messages by the journal alone, and by the tables: what differs was lost."""

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

from supportdesk.domain.journal import parse_kind

FIELDS = ("title", "contact_email", "status", "priority", "owner", "tags", "snoozed_until")
SHOWN = ("ticket.replied", "ticket.noted", "ticket.note_corrected", "ticket.mail_received")
REMOVED = ("ticket.reply_withdrawn", "ticket.note_removed")


def by_journal(path: Path) -> dict[str, Any]:
    """Replay the journal of a desk."""
    tickets: dict[str, dict[str, Any]] = {}
    messages: dict[str, bool] = {}
    links: set[frozenset[int]] = set()
    versions: defaultdict[str, int] = defaultdict(int)
    with closing(sqlite3.connect(path)) as file:
        entries = file.execute("SELECT kind, subject, number, before, after FROM journal ORDER BY seq").fetchall()
    for kind, subject, number, before_text, after_text in entries:
        before, after = json.loads(before_text), json.loads(after_text)
        versions[subject] += parse_kind(kind).row.is_version
        if kind == "ticket.created":
            empty = {"owner": "", "tags": "", "snoozed_until": "", "is_deleted": False, "merged_into": None}
            tickets[subject] = {**empty, **after}
        elif kind == "ticket.updated":
            tickets[subject] |= {name: value for name, value in after.items() if name in FIELDS}
        elif kind in ("ticket.deleted", "ticket.undeleted"):
            tickets[subject]["is_deleted"] = kind == "ticket.deleted"
        elif kind == "ticket.merged":
            tickets[subject]["merged_into"] = int(after["merged_into"]) if after else None
        elif kind == "ticket.linked":
            pair = frozenset({number, int({**before, **after}["ticket"])})
            links = links | {pair} if after else links - {pair}
        elif kind in SHOWN:
            messages[after["message"]] = True
        elif kind in REMOVED:
            messages[before["message"]] = False
    for subject, state in tickets.items():
        state["version"] = 1 + versions[subject]
    return {"tickets": tickets, "messages": messages, "links": links}


def by_tables(path: Path) -> dict[str, Any]:
    """Read the same from the tables."""
    with closing(sqlite3.connect(path)) as file:
        file.row_factory = sqlite3.Row
        tickets = {}
        for row in file.execute("SELECT * FROM tickets"):
            state = {name: row[name] or "" for name in FIELDS}
            is_deleted = row["deleted_at"] is not None and row["merged_into"] is None
            state |= {"is_deleted": is_deleted, "merged_into": row["merged_into"], "version": row["version"]}
            tickets[row["id"]] = state
        messages = {row["id"]: row["removed_at"] is None for row in file.execute("SELECT * FROM messages")}
        links = {frozenset(pair) for pair in file.execute("SELECT lower, higher FROM ticket_links")}
    return {"tickets": tickets, "messages": messages, "links": links}
