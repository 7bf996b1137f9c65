"""The state of tickets and messages by the journal alone, and by the tables: what differs was lost."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from supportdesk.domain.journal import parse_kind
from tests.conftest import run_sql

FIELDS = ("title", "contact_email", "status", "priority", "owner", "tags", "snoozed_until")
SHOWN = ("ticket.replied", "ticket.noted", "ticket.note_corrected", "ticket.mail_received")
REMOVED = ("ticket.reply_withdrawn", "ticket.note_removed")


def by_journal(path: Path) -> dict[str, Any]:
    """Replay the journal of a desk."""
    tickets: dict[str, dict[str, Any]] = {}
    messages: dict[str, bool] = {}
    links: set[frozenset[int]] = set()
    versions: defaultdict[str, int] = defaultdict(int)
    entries = run_sql(path, "SELECT kind, subject, number, before, after FROM journal ORDER BY seq")
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
    tickets = {}
    columns = f"id, deleted_at, merged_into, version, {', '.join(FIELDS)}"
    for key, deleted_at, merged_into, version, *values in run_sql(path, f"SELECT {columns} FROM tickets"):
        state = {name: value or "" for name, value in zip(FIELDS, values, strict=True)}
        is_deleted = deleted_at is not None and merged_into is None
        tickets[key] = {**state, "is_deleted": is_deleted, "merged_into": merged_into, "version": version}
    found = run_sql(path, "SELECT id, removed_at FROM messages")
    messages = {key: removed_at is None for key, removed_at in found}
    links = {frozenset(pair) for pair in run_sql(path, "SELECT lower, higher FROM ticket_links")}
    return {"tickets": tickets, "messages": messages, "links": links}
