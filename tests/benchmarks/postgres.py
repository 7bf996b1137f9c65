"""A desk on a server beside the same one in a file: pages, searches, changes and keys, on a line of 1 ms round trip.

`python -m tests.benchmarks.postgres [TICKETS]`; each ticket has three messages. A million of them take 20 minutes.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, perf_counter_ns

from supportdesk.domain.desk_address import DeskAddress, PostgresServer, SqliteFile, parse_desk_address
from supportdesk.domain.page import START, Seek
from supportdesk.domain.query import parse_query
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.services.desk import Desk
from supportdesk.storage.database import Database
from supportdesk.storage.desk_copy import copy_desk
from supportdesk.storage.tickets.indexing import index_messages
from tests.benchmarks.conversations import make_conversations
from tests.benchmarks.running import READY, p95
from tests.benchmarks.table import Row, print_table
from tests.benchmarks.wire import pressed
from tests.conftest import AT_ONCE
from tests.postgres_server import own_server
from tests.terminal import PROGRAM, Terminal

TICKETS, MESSAGES = 100_000, 3
TIMES, CHANGES, STEPS, PAGES = 40, 100, 40, 20
ROUND_TRIP = 1.0
"""Milliseconds."""
OPTIONS = {
    "fsync": "on", "full_page_writes": "on", "shared_buffers": "1GB", "work_mem": "16MB", "max_wal_size": "4GB",
}  # fmt: skip
Call = Callable[[Desk], object]


def rows(tickets: int = TICKETS) -> list[Row]:
    """The figures of both engines, in one run."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        file = SqliteFile(make_conversations(folder / "support.db", tickets, MESSAGES))
        with closing(Database(file)) as database:
            index_messages(database, None)
        with own_server(folder, **OPTIONS) as server, server.database("measured", template=False) as address:
            target = parse_desk_address(address)
            assert isinstance(target, PostgresServer)
            return [*copied(file, target, tickets), *measured(file, target, server.socket)]


def copied(file: SqliteFile, target: PostgresServer, tickets: int) -> list[Row]:
    """How fast the desk moves to the server."""
    began = perf_counter()
    with closing(Database(file)) as source, closing(Database(target)) as database:
        many = sum(copy_desk(source, database, lambda table, rows: None).values())
        taken = perf_counter() - began
    speed = many / taken
    return [Row(f"desk copy, {tickets:,} tickets", speed, "rows/s", None, None, "any", True)]


def measured(file: SqliteFile, target: PostgresServer, socket: Path) -> list[Row]:
    """Pages and searches, changes, and keys of the app."""
    with Desk(file, "ann", mail=AT_ONCE) as in_file, Desk(target, "ann", mail=AT_ONCE) as on_server:
        found = [compared(name, call, most, in_file, on_server) for name, call, most in readings(in_file)]
    with slow_line(socket) as port:
        far = replace(target, host="127.0.0.1", port=str(port), options={})
        found += changes(far)
        found += keys(file, far)
    return found


def readings(desk: Desk) -> Iterator[tuple[str, Call, tuple[float, float | None]]]:
    """What is read: its name, how, and how many times as long as in a file or how many milliseconds it may take."""

    def page(line: str, seek: Seek = START) -> Call:
        query = parse_query(line)
        return lambda desk: desk.tickets.page(query, seek, 50)

    last = desk.tickets.page(parse_query(""), START, 50)[-1]
    after = Seek(parse_query("").sort_key(last))
    yield "first page", page(""), (1.5, None)
    yield "next page", page("", after), (1.5, None)
    yield "filtered page", page("status:open prio:high"), (1.5, None)
    yield "a common word, newest first", page("the"), (1.5, None)
    yield "a word of few tickets", page("word4711"), (0, 30)
    yield "a word that only old tickets have", page("vintage"), (0, 150)
    yield "hits of a common word, counted", lambda desk: desk.tickets.count(parse_query("the")), (0, 25)
    yield "hits of two words, counted", lambda desk: desk.tickets.count(parse_query("the order")), (0, 25)
    yield "counts of the queues", lambda desk: desk.queues.counts(), (0, 5)


def compared(name: str, call: Call, most: tuple[float, float | None], in_file: Desk, on_server: Desk) -> Row:
    """The processor time of program and server: what other programs on the machine add is not the engines'."""
    floor, found = cost(in_file, call), cost(on_server, call)
    times, milliseconds = most
    target = f"at most {times:g} times" if milliseconds is None else f"at most {milliseconds:g} ms"
    met = found <= floor * times if milliseconds is None else found <= milliseconds
    return Row(name, found, "ms", floor, found / floor, target, met)


def cost(desk: Desk, call: Call) -> float:
    """The milliseconds of processor time of one call, in the median."""
    session: Path | None = None
    if isinstance(desk.address, PostgresServer):
        ((process,),) = desk._database.sql("SELECT pg_backend_pid()")
        session = Path(f"/proc/{process}/schedstat")

    def spent() -> int:
        return time.thread_time_ns() + (int(session.read_text().split()[0]) if session else 0)

    call(desk)
    taken = []
    for _ in range(TIMES):
        began = spent()
        call(desk)
        taken.append(spent() - began)
    return median(taken) / 1e6


def changes(far: DeskAddress) -> list[Row]:
    """Changes of one agent after the other, with history, journal and mail."""
    with Desk(far, "ann", mail=AT_ONCE, busy_seconds=60) as desk:
        taken = []
        for number in range(1, CHANGES + 1):
            status = Status.IN_PROGRESS if desk.tickets.get(str(number)).status is Status.RESOLVED else Status.RESOLVED
            began = perf_counter()
            desk.tickets.update([str(number)], TicketChange(status=status))
            taken.append(perf_counter() - began)
    speed = 1 / median(taken)
    return [Row(f"changes at {ROUND_TRIP:g} ms", speed, "a second", None, None, "at least 100", speed >= 100)]


def keys(file: SqliteFile, far: DeskAddress) -> list[Row]:
    """The hand's wait at the same desk in a file and on the server, and how soon a colleague's change is seen."""
    with app_at(file) as near, app_at(far) as there:
        for terminal in (near, there):
            terminal.sees(READY)
            terminal.settle(1.0)
        found = []
        for key, times in (("j", STEPS), ("pagedown", PAGES)):
            floor, taken = (
                1e3 * p95([seconds for seconds, _ in pressed(terminal, key, times)]) for terminal in (near, there)
            )
            name = f"{key} at {ROUND_TRIP:g} ms, key to last byte, p95"
            found.append(Row(name, taken, "ms", floor, taken / floor, "at most 30 ms", taken <= 30))
        with Desk(far, "bob", mail=AT_ONCE, busy_seconds=60) as bob:
            seen = sorted(live(bob, there, str(number)) for number in range(1, 10))
        slowest = seen[-1]
        return [
            *found,
            Row("a colleague's change is seen, slowest of 9", slowest, "s", None, None, "1 s", slowest <= 1),
        ]


def live(bob: Desk, terminal: Terminal, number: str) -> float:
    """The seconds until the app shows what somebody else has done."""
    terminal.settle(0.1)
    began = perf_counter()
    bob.tickets.tag([number], [f"seen-{perf_counter_ns()}"], [])
    terminal.sees(rf"bob: #{number} ")
    return terminal.arrived - began


@contextmanager
def app_at(address: DeskAddress) -> Iterator[Terminal]:
    """The app at a desk."""
    with TemporaryDirectory() as home:
        command = [*PROGRAM, "--db", str(address), "--as", "ann"]
        with Terminal(command, columns=120, rows=40, environment={"HOME": home}) as terminal:
            yield terminal


@contextmanager
def slow_line(socket: Path) -> Iterator[int]:
    """The port of a line to a server, in a process of its own."""
    words = [sys.executable, "-m", "tests.tcp_proxy", socket, str(ROUND_TRIP)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as line:
        assert line.stdin is not None
        assert line.stdout is not None
        yield int(line.stdout.readline())
        line.stdin.close()


if __name__ == "__main__":
    found = rows(*map(int, sys.argv[1:2]))
    print_table(found)
    sys.exit(not all(row.met for row in found))
