"""Desks whose tickets are conversations: owners, tags, replies, words of requesters, notes."""

import csv
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.benchmarks.made_desk import AGENTS, SAMPLE, make_desk

MESSAGES = 4
"""Messages of a ticket after its description."""
BATCH = 50_000
KINDS = ("reply", "requester", "reply", "note")
OLDEST = 50
"""One ticket in so many is among the oldest, which alone have a word: `vintage`."""
TAGS = (*("billing", "bug", "shipping", "refund") * 20, *(f"case-{number}" for number in range(400)))


def make_conversations(path: Path, tickets: int, messages: int = MESSAGES) -> Path:
    """Makes a desk with so many tickets, and so many messages in each; they are not in the text index yet."""
    make_desk(path, tickets)
    chance = random.Random(tickets)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN IMMEDIATE")
        database.executemany(
            "UPDATE tickets SET owner = ?, tags = ?, contact_email = ? WHERE number = ?",
            [
                (
                    chance.choice((*AGENTS, "", "")),
                    chance.choice((*TAGS, *("",) * 200)),
                    f"requester{chance.randrange(tickets // 3 + 1)}@{domain(chance)}",
                    number,
                )
                for number in range(1, tickets + 1)
            ],
        )
        made = database.execute("SELECT id, created_at FROM tickets ORDER BY number").fetchall()
        database.executemany(
            "INSERT INTO messages (id, ticket_id, kind, author, content, trimmed_at, source, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, 'mail', ?)",
            _messages(made, messages, chance),
        )
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def domain(chance: random.Random) -> str:
    """A domain: some have many requesters, most have few."""
    return chance.choice(("example.com", "example.com", "acme.com", f"company{chance.randrange(2_000)}.example"))


def _messages(tickets: list[tuple[str, str]], messages: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    with SAMPLE.open(encoding="utf-8", newline="") as text:
        told = [row["description"] for row in csv.DictReader(text)]
    for number, (ticket, created_at) in enumerate(tickets):
        old = " vintage" * (number * OLDEST < len(tickets))
        for place in range(messages):
            content = f"{chance.choice(told)} (word{chance.randrange(50_000)}){old}"
            author = chance.choice(AGENTS)
            yield f"m-{number}-{place}", ticket, KINDS[place], author, content, len(content), created_at
