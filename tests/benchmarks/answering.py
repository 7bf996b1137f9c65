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
from tests.benchmarks.running import READY, app_on, p95, processor_seconds, seconds_to_last_byte
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
        replied = make_desk(Path(folder) / "reply.db", REPLIES)
        return [_many(Path(folder)), reply_row(replied), *opening_rows(_long_conversation(Path(folder)))]


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
        statements = written(file, MARKED)
        changed = file.execute("SELECT status, updated_at, version, number FROM tickets ORDER BY number").fetchall()
    with closing(sqlite3.connect(bare, isolation_level=None)) as file:
        began = thread_time()
        file.execute("BEGIN IMMEDIATE")
        file.executemany("UPDATE tickets SET status = ?, updated_at = ?, version = ? WHERE number = ?", changed)
        for statement, values in statements.items():
            file.executemany(statement, values)
        file.execute("COMMIT")
        return thread_time() - began


def written(file: sqlite3.Connection, many: int, *, copies: bool = False) -> dict[str, list[tuple[object, ...]]]:
    """The statements that wrote the last rows, with their values; as `copies` they can be written once more."""
    statements = {}
    for table in WRITTEN:
        names = [name for _, name, *_ in file.execute(f"PRAGMA table_info({table})") if name != "seq"]
        columns = ", ".join(names)
        read = ", ".join(
            {"id": "id || '-copy'", "change": "-change"}.get(name, name) if copies else name for name in names
        )
        found = file.execute(f"SELECT {read} FROM {table} ORDER BY seq DESC LIMIT ?", (many,)).fetchall()
        statements[f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))})"] = found[::-1]
    return statements


def reply_row(path: Path) -> Row:
    """A reply with message, journal entry and mail, against the bare row of its message, each synced to the disk."""
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


def opening_rows(path: Path) -> list[Row]:
    """Opening the first ticket, which has many messages, in the app, from the key to the last byte."""
    with app_on(path, columns=120, rows=40) as terminal:
        terminal.sees(READY)
        terminal.press("/", "#", "1", "enter")
        terminal.settle(1.0)
        taken, used = [], 0.0
        for _ in range(OPENINGS):
            before = processor_seconds(terminal)
            terminal.press("enter")
            # What comes later is news, such as that the ticket was read.
            taken.append(1e3 * seconds_to_last_byte(terminal))
            used += processor_seconds(terminal) - before
            terminal.press("escape")
            terminal.settle(0.5)
    slowest, each = p95(taken), 1e3 * used / OPENINGS
    name = f"a ticket of {LONG} messages opens at 120x40"
    return [
        Row(f"{name}, p95", slowest, "ms", None, None, "at most 30 ms", slowest <= 30),
        Row(f"{name}, of the processor", each, "ms", None, None, "at most 30 ms", each <= 30),
    ]


def _long_conversation(folder: Path) -> Path:
    """Makes a desk whose first ticket has many messages: replies with their mail, notes, words of the requester."""
    path = make_conversations(folder / "long.db", 5_000)
    chance = random.Random(LONG)
    with closing(sqlite3.connect(path)) as file, file:
        told = [text for (text,) in file.execute("SELECT content FROM messages")]
        ticket, at = file.execute("SELECT id, created_at FROM tickets WHERE number = 1").fetchone()
        file.execute("UPDATE tickets SET status = 'new', priority = 'high' WHERE number = 1")
        file.executemany(
            "INSERT INTO messages (id, ticket_id, kind, author, content, trimmed_at, source, created_at) "
            "VALUES (?, ?, ?, 'ann', ?, ?, 'mail', ?)",
            [
                (f"long-{place}", ticket, chance.choice(("reply", "requester", "note")), text, len(text), at)
                for place, text in enumerate(chance.choices(told, k=LONG))
            ],
        )
        add_replies(file, ticket)
    return path


def add_replies(file: sqlite3.Connection, ticket: str) -> None:
    """Adds the mails and journal entries of a ticket's replies, which they would have had."""
    file.execute(
        "INSERT INTO notifications (id, ticket_id, recipient_email, notification_type, subject, content, status, "
        "message_id, message, sent_at, created_at) SELECT 'mail-' || id, ticket_id, 'rita@example.com', 'reply', "
        "'Re: lamp', content, 'sent', '<' || id || '@supportdesk>', id, created_at, created_at FROM messages "
        "WHERE ticket_id = ? AND kind = 'reply'",
        (ticket,),
    )
    file.execute(
        "INSERT INTO journal (change, at, actor, kind, subject, number, before, after) "
        "SELECT 10000000 + seq, created_at, author, 'ticket.replied', ticket_id, 1, '{}', "
        "json_object('message', id, 'text', content) FROM messages WHERE ticket_id = ? AND kind = 'reply'",
        (ticket,),
    )
