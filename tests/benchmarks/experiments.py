"""Experiments with many users: in from a file, assigned one after another, calculated; and what looking daily costs.

`python -m tests.benchmarks experiments` makes its own data; a million users take a minute or two.
"""

import csv
import gzip
import hashlib
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from supportdesk.domain.experiments.form import new_experiment
from supportdesk.services.desk import Desk
from supportdesk.services.experiments.analysis.planning import false_alarms
from supportdesk.services.transfer.column_mapping import ColumnChoice
from tests.benchmarks.table import Row

ROWS = 294_478
ASSIGNED = 100_000
USERS, EVENTS_A_USER = 1_000_000, 3
REPEATS = 3
PAGE = Path(__file__).parents[3] / "shared" / "data" / "experiments" / "ab_data.csv.gz"

# What a calculation has to know: users of each arm, conversions of each arm, and the moments of what they brought.
NEEDED = (
    "SELECT variant, count(*) FROM experiment_assignments WHERE test = 1 AND NOT left_out GROUP BY variant",
    "SELECT users.variant, count(DISTINCT events.user) FROM experiment_events AS events "
    "JOIN experiment_assignments AS users ON users.number = events.user WHERE events.test = 1 GROUP BY users.variant",
    "SELECT variant, count(*), sum(total), sum(total * total) FROM "
    "(SELECT users.variant, sum(events.event_value) AS total FROM experiment_events AS events "
    "JOIN experiment_assignments AS users ON users.number = events.user "
    "WHERE events.test = 1 GROUP BY events.user) GROUP BY variant",
)
# The same from the sums that are kept: the least that any program could do here.
KEPT = (
    "SELECT variant, sum(users) FROM experiment_daily_users WHERE test = 1 GROUP BY variant",
    "SELECT variant, sum(users) FROM experiment_daily_conversions GROUP BY variant",
    "SELECT phase, variant, count(*), total(value), total(value * value) FROM experiment_outcomes WHERE metric = "
    "(SELECT number FROM experiment_metrics WHERE place = 0) GROUP BY phase, variant",
)


def rows() -> list[Row]:
    """The figures."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        return [*_import(folder), *_assign(folder), *_calculate(folder), _evaluate(folder), *_alarms()]


def _started(path: Path, **texts: str) -> None:
    with Desk(path, "ann") as desk:
        given = {"name": "x", "control": "control", "test": "treatment", "metric": "converted", **texts}
        desk.experiments.create(new_experiment(given))
        desk.experiments.start("1")


def _page_test(folder: Path) -> Path:
    """The real page test where it lies beside the repository, else one like it."""
    if PAGE.exists():
        return PAGE
    path, chance = folder / "page.csv.gz", random.Random(3)
    with gzip.open(path, "wt", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["user_id", "timestamp", "group", "landing_page", "converted"])
        for number in range(ROWS):
            group = chance.choice(["control", "treatment"])
            at = f"2017-01-{chance.randint(2, 24):02} {chance.randint(0, 23):02}:{chance.randint(0, 59):02}:07.123456"
            writer.writerow([600_000 + number, at, group, "page", int(chance.random() < 0.12)])
    return path


def _import(folder: Path) -> list[Row]:
    source, ours, bare = _page_test(folder), [], []
    columns = [("user_identifier", "user_id"), ("variant", "group"), ("assigned_at", "timestamp")]
    for repeat in range(REPEATS):
        path = folder / f"ours-{repeat}.db"
        _started(path)
        with Desk(path, "ann") as desk:
            start = perf_counter()
            desk.experiment_import.run(
                "1", ColumnChoice(columns), assignments=source, outcomes=[("converted", "converted")]
            )
            ours.append(perf_counter() - start)
        bare.append(_inserted(folder / f"bare-{repeat}.db", path))
    rate, floor = ROWS / median(ours), ROWS / median(bare)
    promised = "at least 0.25 of executemany"
    return [Row(f"import of {ROWS:,} rows", rate, "rows/s", floor, rate / floor, promised, rate / floor >= 0.25)]


def _inserted(path: Path, like: Path) -> float:
    """Inserts the users and events of another desk into a new one, one by one; gives the seconds."""
    tables = {
        "experiment_assignments": "number, test, user_identifier, variant, phase, hash_value, assigned_at, left_out",
        "experiment_events": "number, test, user, name, event_value, event_data, event_id, created_at",
    }
    with closing(sqlite3.connect(like)) as source:
        # In the order of the file, as far as it is known: that is what a bare program would do.
        content = {
            table: source.execute(f"SELECT {columns} FROM {table} ORDER BY random()").fetchall()
            for table, columns in tables.items()
        }
    _started(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        start = perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for table, columns in tables.items():
            places = ", ".join("?" * len(columns.split(",")))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", content[table])
        connection.execute("COMMIT")
        return perf_counter() - start


def _assign(folder: Path) -> list[Row]:
    users = [f"user_{number}" for number in range(ASSIGNED)]
    together, alone, bare, bare_alone = [], [], [], []
    few = users[: ASSIGNED // 20]
    for repeat in range(REPEATS):
        path = folder / f"assign-{repeat}.db"
        _started(path)
        with Desk(path, "ann") as desk:
            together.append(_timed(lambda desk=desk: sum(1 for _ in desk.experiments.assign_many("1", users))))
        path = folder / f"alone-{repeat}.db"
        _started(path)
        with Desk(path, "ann") as desk:
            alone.append(_timed(lambda desk=desk: [desk.experiments.assign("1", user) for user in few]))
        bare.append(_hashed(folder / f"hash-{repeat}.db", users, each=False))
        bare_alone.append(_hashed(folder / f"hash-alone-{repeat}.db", few, each=True))
    figures = []
    for what, many, taken, least in (
        (f"assign of {ASSIGNED:,} users in one session", len(users), together, bare),
        (f"assign of {len(few):,} users one by one", len(few), alone, bare_alone),
    ):
        rate, floor = many / median(taken), many / median(least)
        promised = "at least 0.30 of hash and insert"
        figures.append(Row(what, rate, "users/s", floor, rate / floor, promised, rate / floor >= 0.3))
    return figures


def _hashed(path: Path, users: list[str], *, each: bool) -> float:
    """The bare hash and insert into the same table; `each` in a transaction of its own."""
    _started(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Each assignment that was answered is on the disk, as ours is.
        connection.execute(f"PRAGMA synchronous = {'FULL' if each else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys = ON")
        test = connection.execute("SELECT id FROM experiments").fetchone()[0]
        insert = (
            "INSERT INTO experiment_assignments (test, user_identifier, variant, hash_value, assigned_at) "
            "VALUES (1, ?, ?, ?, '2026-11-22T10:00:00.000Z')"
        )

        def hashed() -> None:
            if not each:
                connection.execute("BEGIN IMMEDIATE")
            for user in users:
                digits = hashlib.md5((user + test).encode()).hexdigest()[:8]
                if each:
                    connection.execute("BEGIN IMMEDIATE")
                connection.execute(insert, (user, int(int(digits, 16) % 100 >= 50), digits))
                if each:
                    connection.execute("COMMIT")
            if not each:
                connection.execute("COMMIT")

        return _timed(hashed)


def _calculate(folder: Path) -> list[Row]:
    path = folder / "million.db"
    _started(path, kind="revenue", secondary="converted", min_sample="1000")
    _fill(path)
    with Desk(path, "ann") as desk:
        # The first one imports the mathematics.
        desk.experiments.calculate("1", keep=False)
        ours = median(_timed(lambda: desk.experiments.calculate("1")) for _ in range(REPEATS))
    what = f"calculate {USERS:,} users, {USERS * EVENTS_A_USER:,} events"
    figures = []
    with closing(sqlite3.connect(path)) as file:
        for which, queries in (("of events", NEEDED), ("of what is kept", KEPT)):

            def asked(queries: tuple[str, ...] = queries) -> None:
                for query in queries:
                    file.execute(query).fetchall()

            bare = median(_timed(asked) for _ in range(REPEATS))
            promised = "at most 1.5 of the aggregates"
            figures.append(Row(f"{what}: {which}", ours, "s", bare, ours / bare, promised, ours <= 1.5 * bare))
    return [*figures, _memory(path)]


def _fill(path: Path) -> None:
    chance = random.Random(5)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO experiment_assignments (number, test, user_identifier, variant, hash_value, assigned_at) "
            "VALUES (?, 1, ?, ?, '', ?)",
            (
                (number, f"{number:08}", number % 2, f"2026-11-{1 + number * 20 // USERS:02}T10:00:00.000Z")
                for number in range(USERS)
            ),
        )
        name = connection.execute("SELECT number FROM experiment_event_names").fetchone()[0]
        connection.executemany(
            "INSERT INTO experiment_events (test, user, name, event_value, created_at) VALUES (1, ?, ?, ?, ?)",
            (
                (number // EVENTS_A_USER, name, round(40 * chance.random(), 2), "2026-11-21T10:00:00.000Z")
                for number in range(USERS * EVENTS_A_USER)
            ),
        )
        connection.execute("COMMIT")


HOLDS_MEMORY = """
import resource, sys
from pathlib import Path
from supportdesk.services.desk import Desk
from supportdesk.services.experiments.analysis import results as experiment_results
import scipy.special
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with Desk(Path(sys.argv[1]), "ann") as desk:
    desk.experiments.calculate("1", keep=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def _memory(path: Path) -> Row:
    words = [sys.executable, "-c", HOLDS_MEMORY, str(path)]
    more = int(subprocess.run(words, capture_output=True, check=True).stdout) / 1e3
    return Row(f"memory to calculate {USERS:,} users", more, "MB", None, None, "at most 25 MB", more <= 25)


def _evaluate(folder: Path) -> Row:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    program = [sys.executable, "-m", "supportdesk", "experiment", "evaluate"]
    ours = [*program, "--control", "17489/145274", "--test", "17264/145310"]
    floor = [sys.executable, "-c", "import click, scipy.stats"]
    taken: dict[str, list[float]] = {"ours": [], "floor": []}
    for _ in range(7):
        for name, words in (("ours", ours), ("floor", floor)):
            run = lambda words=words: subprocess.run(words, check=True, capture_output=True, env=environment)  # noqa: E731
            taken[name].append(_timed(run))
    value, bare = (median(seconds[1:]) for seconds in taken.values())
    promised = "at most 1.0 of import click, scipy.stats"
    return Row("experiment evaluate", 1e3 * value, "ms", 1e3 * bare, value / bare, promised, value <= bare)


def _alarms() -> list[Row]:
    rates = {each.method: each.rate for each in false_alarms()}
    what, naive = "false alarms, 20 looks: ", rates["z-test at every look"]
    figures = [Row(what + "z-test at every look", naive, "", None, None, "about .25", naive > 0.15)]
    for method, ours in (("O'Brien-Fleming bounds", "the verdict"), ("mixture SPRT", "always-valid p")):
        rate = rates[method]
        figures.append(Row(f"{what}{ours} here", rate, "", None, None, "at most .05", rate <= 0.05))
    return figures


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
