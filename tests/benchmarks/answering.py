"""What answering costs: a reply, the same done to many tickets, and opening a long conversation."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time

from supportdesk.domain.actions import Actions
from supportdesk.domain.conversation.message import NewReply
from supportdesk.services.desk import Desk
from tests.benchmarks.conversations import make_conversations
from tests.benchmarks.made_desk import make_desk
from tests.benchmarks.running import READY, app_on
from tests.benchmarks.table import Row

MARKED = 20_000
REPLIES = 200
LONG = 500
OPENINGS = 20
# What a change of many tickets writes; the floor is these statements by themselves.
WRITTEN = ("ticket_status_history", "journal", "notifications")


def rows() -> list[Row]:
    """The figures."""
    with TemporaryDirectory() as folder:
        return [_many(Path(folder)), _reply(Path(folder)), _long_conversation(Path(folder))]


def _many(folder: Path) -> Row:
    path = make_desk(folder / "many.db", MARKED)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE tickets SET status = 'new'")
    bare = Path(shutil.copy(path, folder / "bare.db"))
    numbers = [str(number) for number in range(1, MARKED + 1)]
    with Desk(path, "ann") as desk:
        began = thread_time()
        changed = desk.bulk.run(numbers, Actions(status="resolved")).changed
        taken = thread_time() - began
    assert len(changed) == MARKED
    floor = _written_barely(path, bare)
    promised = "at most 4 of the bare statements"
    name = f"{MARKED:,} tickets resolved at once, each with its mail"
    return Row(name, taken, "s", floor, taken / floor, promised, taken <= 4 * floor)


def _written_barely(path: Path, bare: Path) -> float:
    """Seconds to write what was written to one desk into another, statement by statement."""
    with closing(sqlite3.connect(path)) as file:
        written = {}
        for table in WRITTEN:
            names = [name for _, name, *_ in file.execute(f"PRAGMA table_info({table})") if name != "seq"]
            columns = ", ".join(names)
            found = file.execute(f"SELECT {columns} FROM {table} ORDER BY seq DESC LIMIT ?", (MARKED,)).fetchall()
            written[f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))})"] = found[::-1]
        changed = file.execute("SELECT status, updated_at, version, number FROM tickets ORDER BY number").fetchall()
    with closing(sqlite3.connect(bare, isolation_level=None)) as file:
        began = thread_time()
        file.execute("BEGIN IMMEDIATE")
        file.executemany("UPDATE tickets SET status = ?, updated_at = ?, version = ? WHERE number = ?", changed)
        for statement, values in written.items():
            file.executemany(statement, values)
        file.execute("COMMIT")
        return thread_time() - began


def _reply(folder: Path) -> Row:
    """A reply with message, journal entry and mail, against the bare row of its message, each synced to the disk."""
    path = make_desk(folder / "reply.db", REPLIES)
    replies: list[float] = []
    inserts: list[float] = []
    with Desk(path, "ann") as desk, closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous = FULL")
        for number in range(1, REPLIES + 1):
            began = perf_counter()
            desk.conversation.reply(str(number), NewReply("A new lamp is on its way."))
            middle = perf_counter()
            file.execute(
                "INSERT INTO messages (id, ticket_id, kind, author, content, trimmed_at, source, created_at) "
                "SELECT id || 'x', ticket_id, 'note', author, content, trimmed_at, source, created_at FROM messages "
                "WHERE seq = (SELECT max(seq) FROM messages)"
            )
            inserts.append(perf_counter() - middle)
            replies.append(middle - began)
    value, floor = median(replies), median(inserts)
    promised = "at most 4 of a bare INSERT"
    return Row("a reply", 1e3 * value, "ms", 1e3 * floor, value / floor, promised, value <= 4 * floor)


def _long_conversation(folder: Path) -> Row:
    """Opening a ticket of many messages in the app, from the key to the last byte."""
    path = make_conversations(folder / "long.db", 100)
    chance = random.Random(LONG)
    with closing(sqlite3.connect(path)) as file, file:
        told = [text for (text,) in file.execute("SELECT content FROM messages")]
        ticket = file.execute("SELECT id, created_at FROM tickets WHERE number = 1").fetchone()
        file.execute("UPDATE tickets SET status = 'new', priority = 'high' WHERE number = 1")
        file.executemany(
            "INSERT INTO messages (id, ticket_id, kind, author, content, trimmed_at, source, created_at) "
            "VALUES (?, ?, ?, 'ann', ?, ?, 'mail', ?)",
            [
                (f"long-{place}", ticket[0], chance.choice(("reply", "requester", "note")), text, len(text), ticket[1])
                for place, text in enumerate(chance.choices(told, k=LONG))
            ],
        )
    with app_on(path, columns=120, rows=40) as terminal:
        terminal.sees(READY)
        terminal.press("/", "#", "1", "enter")
        terminal.settle(1.0)
        taken = []
        for _ in range(OPENINGS):
            terminal.press("enter")
            # What comes later is news, such as that the ticket was read.
            taken.append(1e3 * terminal.settle(0.1)[0])
            terminal.press("escape")
            terminal.settle(0.5)
    slowest = sorted(taken)[int(len(taken) * 0.95)]
    name = f"a ticket of {LONG} messages opens at 120x40, p95"
    return Row(name, slowest, "ms", None, None, "at most 30 ms", slowest <= 30)
