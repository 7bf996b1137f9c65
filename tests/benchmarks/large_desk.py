"""Desks of a million conversations: triggers take many minutes for them, so that what they keep is written at once."""

import csv
import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from supportdesk.domain.moment import to_text
from supportdesk.services.desk import Desk
from tests.benchmarks.conversations import TAGS, domain
from tests.benchmarks.made_desk import AGENTS, SAMPLE, SPAN

Values = tuple[object, ...]

LONG = 500
"""Messages of the first ticket."""
BULK, BULK_TAG = 20_000, "bulk"
"""So many tickets have this tag."""
KINDS = ("reply", "requester", "note")
COLUMNS = {
    "tickets": "number, id, title, description, priority, status, contact_email, created_at, updated_at, owner, tags, "
    "awaiting, last_word",
    "ticket_status_history": "id, ticket_id, new_status, changed_by, changed_at",
    "notifications": "id, ticket_id, recipient_email, notification_type, subject, content, status, message_id, "
    "sent_at, created_at",
    "journal": "change, at, actor, kind, subject, number, before, after",
    "messages": "id, ticket_id, kind, author, content, trimmed_at, source, created_at, indexed, pending",
}
# What the triggers keep, from what is there.
KEPT = """
INSERT INTO ticket_counts (status, priority, tickets) SELECT status, priority, count(*) FROM tickets GROUP BY 1, 2;
INSERT INTO notification_counts (status, notifications) SELECT status, count(*) FROM notifications GROUP BY 1;
DELETE FROM queue_counts WHERE queue IN ('owner', 'awaiting');
INSERT INTO queue_counts (queue, agent, tickets)
SELECT 'owner', owner, count(*) FROM tickets WHERE status <> 'resolved' GROUP BY 2;
INSERT INTO queue_counts (queue, agent, tickets)
SELECT 'awaiting', awaiting, count(*) FROM tickets WHERE status <> 'resolved' GROUP BY 2;
UPDATE queue_counts SET tickets = (SELECT count(*) FROM tickets WHERE status <> 'resolved' AND last_word > 0)
WHERE queue = 'unread';
INSERT INTO ticket_tags (tag, number) SELECT tags, number FROM tickets WHERE tags <> '';
INSERT INTO tickets_text (rowid, title, description, contact_email)
SELECT number, title, description, contact_email FROM tickets_said ORDER BY number;
INSERT INTO notes_text (rowid, content) SELECT seq, content FROM messages WHERE kind = 'note' ORDER BY seq;
"""


def make_large_desk(path: Path, tickets: int, messages: int) -> Path:
    """Makes a desk with so many tickets, and so many messages in each; all of it is in the text index."""
    Desk(path, "ann").close()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA cache_size = -1000000")
        database.execute("BEGIN IMMEDIATE")
        tables = ("tickets", "messages", "notifications")
        triggers = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (?, ?, ?)", tables
        ).fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        _write(database, tickets, messages)
        for statement in filter(None, map(str.strip, KEPT.split(";"))):
            database.execute(statement)
        for _, sql in triggers:
            database.execute(sql)
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _write(database: sqlite3.Connection, tickets: int, messages: int) -> None:
    statements = {
        table: f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(columns.split(',')))})"
        for table, columns in COLUMNS.items()
    }
    for first in range(1, tickets + 1, 10_000):
        rows: dict[str, list[Values]] = {table: [] for table in COLUMNS}
        for table, values in _stories(range(first, min(first + 10_000, tickets + 1)), tickets, messages):
            rows[table].append(values)
        for table, statement in statements.items():
            database.executemany(statement, rows[table])


def _stories(numbers: range, tickets: int, messages: int) -> Iterator[tuple[str, Values]]:
    """Yields the rows of these tickets, by table."""
    chance = random.Random(numbers.start)
    with SAMPLE.open(encoding="utf-8", newline="") as text:
        told = [(row["title"], row["description"]) for row in csv.DictReader(text)]
    now = datetime.now(UTC)
    for number in numbers:
        ticket, mail = f"{number:08x}-{chance.getrandbits(40):010x}", f"mail-{number}"
        title = f"{chance.choice(told)[0]} ({chance.choice('ABCDEF')}-{chance.randrange(10**6):06})"
        body = chance.choice(told)[1]
        status = "new" if number == 1 else chance.choices(("new", "in-progress", "resolved"), (1, 1, 8))[0]
        priority = "high" if number == 1 else chance.choices(("low", "medium", "high"), (3, 5, 2))[0]
        tag = BULK_TAG if tickets - BULK < number else chance.choice((*TAGS, *("",) * 200))
        email = f"requester{chance.randrange(tickets // 3 + 1)}@{domain(chance)}"
        at = to_text(now - SPAN * (1 - number / (tickets + 1)))
        agent = chance.choice(AGENTS)
        said = [chance.choice(KINDS) for _ in range(LONG if number == 1 else messages)]
        awaiting = next(("them" if kind == "reply" else "us" for kind in reversed(said) if kind != "note"), "us")
        owner = chance.choice((*AGENTS, "", ""))
        yield "tickets", (number, ticket, title, body, priority, status, email, at, at, owner, tag, awaiting, number)
        yield "ticket_status_history", (f"step-{number}", ticket, "new", agent, at)
        yield "notifications", (mail, ticket, email, "ticket_created", f"{title} [#{number}]", body, "sent",
                                f"<{mail}@supportdesk>", at, at)  # fmt: skip
        after = json.dumps({"title": title, "status": "new", "priority": priority, "contact_email": email})
        yield "journal", (number, at, agent, "ticket.created", ticket, number, "{}", after)
        old = " vintage" * (number * 50 < tickets)
        for place, kind in zip(count(), said, strict=False):
            content = f"{chance.choice(told)[1]} (word{chance.randrange(50_000)}){old}"
            values = (f"m-{number}-{place}", ticket, kind, agent, content, len(content), "mail", at, number, 0)
            yield "messages", values
