"""Desks of any size with believable tickets, written straight into the tables because services take their time."""

import csv
import json
import random
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from supportdesk.domain.moment import to_text
from supportdesk.services.desk import Desk

SAMPLE = Path(__file__).parents[2] / "data" / "tickets.csv"
AGENTS = ("ann", "bob", "chen", "dora")
SPAN = timedelta(days=400)
BATCH = 50_000
TABLES = {
    "tickets": "number, id, title, description, priority, status, contact_email, created_at, updated_at",
    "ticket_status_history": "id, ticket_id, old_status, new_status, changed_by, changed_at",
    "notifications": "id, ticket_id, recipient_email, notification_type, subject, content, status, message_id, "
    "sent_at, created_at",
    "journal": "change, at, actor, kind, subject, number, before, after",
}


def make_desk(path: Path, tickets: int) -> Path:
    """Makes a desk with so many tickets; the same number always gives the same desk, but for its age."""
    Desk(path, "ann").close()
    chance = random.Random(tickets)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN IMMEDIATE")
        for first in range(1, tickets + 1, BATCH):
            _write(database, list(_stories(range(first, min(first + BATCH, tickets + 1)), tickets, chance)))
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _stories(numbers: range, tickets: int, chance: random.Random) -> Iterator[dict[str, tuple[object, ...]]]:
    with SAMPLE.open(encoding="utf-8", newline="") as text:
        told = [(row["title"], row["description"]) for row in csv.DictReader(text)]
    now = datetime.now(UTC)
    for number in numbers:
        ticket = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        title = f"{chance.choice(told)[0]} ({chance.choice('ABCDEF')}-{chance.randrange(10**6):06})"
        body = "\n\n".join(chance.choice(told)[1] for _ in range(chance.randint(1, 2)))
        status = chance.choices(("new", "in-progress", "resolved"), (1, 1, 8))[0]
        priority = chance.choices(("low", "medium", "high"), (3, 5, 2))[0]
        email = f"requester{chance.randrange(max(2, tickets // 3))}@example.com"
        at = to_text(now - SPAN * (1 - number / (tickets + 1)))
        subject = f"{title} [#{number}]"
        mail = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        yield {
            "tickets": (number, ticket, title, body, priority, status, email, at, at),
            "ticket_status_history": (f"step-{number}", ticket, None, "new", chance.choice(AGENTS), at),
            "notifications": (mail, ticket, email, "ticket_created", subject, body, "sent", f"<{mail}@supportdesk>",
                              at, at),
            "journal": (number, at, chance.choice(AGENTS), "ticket.created", ticket, number, "{}",
                        json.dumps({"title": title, "status": "new", "priority": priority, "contact_email": email})),
        }  # fmt: skip


def _write(database: sqlite3.Connection, stories: list[dict[str, tuple[object, ...]]]) -> None:
    for table, columns in TABLES.items():
        places = ", ".join("?" * len(columns.split(",")))
        # By way of a bare table: one statement flushes the full-text index once, not once a row.
        database.execute(f"CREATE TEMP TABLE bare AS SELECT {columns} FROM {table} LIMIT 0")
        database.executemany(f"INSERT INTO bare VALUES ({places})", [story[table] for story in stories])
        database.execute(f"INSERT INTO {table} ({columns}) SELECT * FROM bare")
        database.execute("DROP TABLE bare")
