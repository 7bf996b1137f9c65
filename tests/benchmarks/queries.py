"""The query line and the counts of the queues, on a desk of 100,000 tickets with 400,000 messages."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.domain.page import START
from supportdesk.domain.query import parse_query
from supportdesk.services.desk import Desk
from supportdesk.storage.database import Database
from supportdesk.storage.tickets.indexing import index_messages
from tests.benchmarks.conversations import make_conversations
from tests.benchmarks.running import p95
from tests.benchmarks.table import Row

TICKETS = 100_000
TIMES = 20
SELECTIVE = (
    "#4711", "word17", "order #4711", "owner:me status:open", "awaiting:us", "tag:case-17", "tag:case-17 status:open",
    "from:acme.com status:new", "from:company17.example", "is:unread", "is:failed", "is:deleted", "is:snoozed",
    "created:today", "updated:<1h", "age:<1d", "note:word17", "the from:company17.example", "the tag:case-17",
)  # fmt: skip
ANY = (
    *SELECTIVE,
    "the", "-the", "the OR tag:billing", "wo*", "note:the", "status:new OR prio:high", "tag:case*",
    "(owner:me OR tag:case-17) -status:resolved", "the owner:bob awaiting:us", '"the order"', "has:note", "age:>2d",
)  # fmt: skip


def rows() -> list[Row]:
    """Pages of queries, at the 95th percentile over all of them; the counts; and what indexing messages costs."""
    with TemporaryDirectory() as folder:
        path = make_conversations(Path(folder) / "support.db", TICKETS)
        with closing(Database(SqliteFile(path))) as database:
            began = time.process_time()
            index_messages(database, None)
            indexing = (time.process_time() - began) / (TICKETS * 4 / 100_000)
        row = Row("indexing 100,000 messages, CPU", indexing, "s", None, None, "<= 10 s", indexing <= 10)
        return [row, *page_rows(path, TICKETS)]


def page_rows(path: Path, tickets: int) -> list[Row]:
    """Pages of queries and the counts of the queues on a desk with so many tickets."""
    with Desk(path, "ann") as desk:
        return [
            _row(
                f"a page of a selective query, p95, {tickets:,} tickets", [_page(desk, line) for line in SELECTIVE], 30
            ),
            _row(f"a page of any query, p95, {tickets:,} tickets", [_page(desk, line) for line in ANY], 100),
            _row(f"the counts of all queues, p95, {tickets:,} tickets", [desk.queues.counts], 2),
        ]


def _page(desk: Desk, line: str) -> Callable[[], object]:
    query = parse_query(line)
    return lambda: desk.tickets.page(query, START, 50)


def _row(name: str, calls: Sequence[Callable[[], object]], most: float) -> Row:
    found = sorted(_milliseconds(call) for call in calls for _ in range(TIMES))
    slowest = p95(found)
    return Row(name, slowest, "ms", None, None, f"<= {most:g} ms", slowest <= most)


def _milliseconds(call: Callable[[], object]) -> float:
    # Of this thread alone: other programs on the machine do not count.
    began = time.thread_time()
    call()
    return (time.thread_time() - began) * 1000
