"""All that is promised at 1,000,000 tickets with 3,000,000 messages, on a desk that takes minutes and 6 GB to make."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import thread_time

from supportdesk.domain.actions import Actions
from supportdesk.domain.page import START
from supportdesk.domain.query import parse_query
from supportdesk.services.desk import Desk
from tests.benchmarks import answering, queries, startup
from tests.benchmarks.large_desk import BULK, BULK_TAG, make_large_desk
from tests.benchmarks.running import READY, app_on, p95, processor_seconds, seconds_to_last_byte
from tests.benchmarks.table import Row
from tests.terminal import Terminal

TICKETS, MESSAGES = 1_000_000, 3
KEYS = (("j", 40, 30), ("pagedown", 20, 30), ("G", 10, 30), ("pageup", 20, 30))
"""Keys, how often they are pressed, and the milliseconds that they may take."""
LETTERS = ("be", "wo", "la", "re", "th", "in", "st", "pa")


def rows() -> list[Row]:
    """The figures of a desk that is made for them."""
    with TemporaryDirectory() as folder:
        return measured(make_large_desk(Path(folder) / "support.db", TICKETS, MESSAGES))


def measured(desk: Path) -> list[Row]:
    """The figures of this desk: start-up, keys, an opened ticket, queries, counts, a reply, many at once."""
    return [
        *startup.measured(desk, TICKETS),
        *_keys(desk),
        *answering.opening_rows(desk),
        *queries.page_rows(desk, TICKETS),
        _prefixes(desk),
        answering.reply_row(desk),
        _many(desk),
    ]


def _keys(desk: Path) -> list[Row]:
    with app_on(desk) as terminal:
        terminal.sees(READY)
        terminal.settle(1.0)
        return [row for key, times, most in KEYS for row in _pressed(terminal, key, times, most)]


def _pressed(terminal: Terminal, key: str, times: int, most: float) -> list[Row]:
    taken, used = [], 0.0
    for _ in range(times):
        before = processor_seconds(terminal)
        terminal.press(key)
        taken.append(1e3 * seconds_to_last_byte(terminal))
        used += processor_seconds(terminal) - before
        if key == "G":
            terminal.press("g", "g")
            terminal.settle(0.5)
    slowest, each = p95(taken), 1e3 * used / times
    return [
        Row(f"{key}, key to last byte, p95", slowest, "ms", None, None, f"at most {most:g} ms", slowest <= most),
        Row(f"{key}, of the processor, mean", each, "ms", None, None, f"at most {most:g} ms", each <= most),
    ]


def _prefixes(desk: Path) -> Row:
    """Searches after two letters, as while typing; the slowest of them."""
    with Desk(desk, "ann") as opened:
        taken = [_milliseconds(lambda each=each: _typed(opened, each)) for each in LETTERS for _ in range(5)]
    slowest = p95(taken)
    return Row("a search after two letters, p95", slowest, "ms", None, None, "at most 50 ms", slowest <= 50)


def _typed(desk: Desk, letters: str) -> None:
    query = parse_query(letters, typing=True)
    desk.tickets.page(query, START, 60)
    desk.tickets.count(query)


def _many(desk: Path) -> Row:
    """All that match marked, and resolved: against the bare statements on as many others."""
    with Desk(desk, "ann") as opened:
        began = thread_time()
        numbers = opened.tickets.numbers(parse_query(f"tag:{BULK_TAG} status:open,resolved"))
        marking = thread_time() - began
        with closing(sqlite3.connect(desk)) as file, file:
            file.execute("UPDATE tickets SET status = 'new' WHERE tags = ?", (BULK_TAG,))
        began = thread_time()
        changed = opened.bulk.run([str(number) for number in numbers], Actions(status="resolved")).changed
        taken = marking + thread_time() - began
    assert len(changed) == BULK
    floor = _bare(desk, BULK)
    promised = "at most 4 of the bare statements"
    name = f"{BULK:,} tickets marked by * and resolved, each with its mail"
    return Row(name, taken, "s", floor, taken / floor, promised, taken <= 4 * floor)


def _bare(desk: Path, many: int) -> float:
    """Seconds to write as much as was just written, statement by statement, for as many other tickets."""
    with closing(sqlite3.connect(desk, isolation_level=None)) as file:
        statements = answering.written(file, many, copies=True)
        tickets = file.execute(
            "SELECT 'resolved', updated_at, version + 1, number FROM tickets WHERE status = 'new' LIMIT ?", (many,)
        ).fetchall()
        began = thread_time()
        file.execute("BEGIN IMMEDIATE")
        file.executemany("UPDATE tickets SET status = ?, updated_at = ?, version = ? WHERE number = ?", tickets)
        for statement, values in statements.items():
            file.executemany(statement, values)
        file.execute("COMMIT")
        return thread_time() - began


def _milliseconds(call: Callable[[], object]) -> float:
    began = thread_time()
    call()
    return 1e3 * (thread_time() - began)
