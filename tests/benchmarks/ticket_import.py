"""How fast tickets move in, how long others wait meanwhile, and how much memory it takes.

`python -m tests.benchmarks.ticket_import [FILE.csv]`: of made-up tickets, or of a file that an export wrote.
The floor is a bare `executemany` of the same rows into the same tables, with the same indexes and triggers,
history and journal, in one transaction.
"""

import csv
import random
import sqlite3
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import ImportOptions
from tests.benchmarks.table import Row, print_table

TICKETS = 10_000
REPEATS = 5
FEW, MANY = 2_000, 40_000

HOLDS_MEMORY = """
import resource, sys
from pathlib import Path
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import ImportOptions
with Desk(Path(sys.argv[1]), "ann") as desk:
    desk.ticket_import.run(Path(sys.argv[2]), ColumnChoice())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def rows(given: Path | None = None) -> list[Row]:
    """The figures, of made-up tickets or of those in a file that an export wrote."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        source = given or invented(folder / "invented.csv", TICKETS)
        return [*_speed(folder, source), _memory(folder)]


def invented(path: Path, tickets: int) -> Path:
    """Writes a CSV of tickets as people write them: common and rare words, paragraphs, some requesters often."""
    chance = random.Random(12)
    syllables = [a + b for a in "bcdfglmnprst" for b in ("a", "e", "i", "o", "u", "an", "er", "in")]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(5_000)]
    commonness = [1 / (rank + 3) for rank in range(len(words))]
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["title", "description", "contact_email", "priority", "status", "created_at"])
        for number in range(tickets):
            paragraphs = [
                " ".join(chance.choices(words, commonness, k=chance.randint(8, 30))).capitalize() + "."
                for _ in range(chance.randint(1, 4))
            ]
            writer.writerow(
                [
                    " ".join(chance.choices(words, commonness, k=chance.randint(3, 9))),
                    "\n\n".join(paragraphs),
                    f"{words[number % 900]}.{chance.randrange(tickets)}@example.com",
                    chance.choice(["low", "medium", "high"]),
                    chance.choice(["new", "in-progress", "resolved"]),
                    f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T10:{chance.randint(0, 59):02}:00Z",
                ]
            )
    return path


def _speed(folder: Path, source: Path) -> list[Row]:
    ours, checks, bare = [], [], []
    for repeat in range(REPEATS):
        seconds, desk = _imported(folder / f"ours-{repeat}.db", source)
        ours.append(seconds)
        checks.append(_imported(folder / f"check-{repeat}.db", source, dry_run=True)[0])
        seconds, tickets = _inserted(folder / f"bare-{repeat}.db", desk)
        bare.append(seconds)
    rate, floor = tickets / median(ours), tickets / median(bare)
    locked = median(ours) - median(checks)
    return [
        Row(
            f"import of {tickets:,} tickets",
            rate,
            "tickets/s",
            floor,
            rate / floor,
            "at least 0.20 of executemany",
            rate / floor >= 0.2,
        ),
        Row(
            "of it under the write lock",
            locked,
            "s",
            median(bare),
            locked / median(bare),
            "less than executemany",
            locked < median(bare),
        ),
    ]


def _imported(path: Path, source: Path, *, dry_run: bool = False) -> tuple[float, Path]:
    # The rules on addresses are remembered: every repeat shall pay for them as the first one does.
    from supportdesk.domain.address import clean_address

    clean_address.cache_clear()
    with Desk(path, "ann") as desk:
        start = perf_counter()
        desk.ticket_import.run(source, ColumnChoice(), ImportOptions(dry_run=dry_run))
        return perf_counter() - start, path


def _inserted(path: Path, like: Path) -> tuple[float, int]:
    """Inserts the rows of another desk into a new one, one by one; gives the seconds and how many they are."""
    tables = {
        "tickets": "number, id, title, description, priority, status, contact_email, created_at, updated_at, version",
        "ticket_status_history": "seq, id, ticket_id, old_status, new_status, changed_by, notes, changed_at",
        "journal": "seq, change, at, actor, kind, subject, number, before, after, notes, undoes",
    }
    source = sqlite3.connect(like)
    content = {table: source.execute(f"SELECT {columns} FROM {table}").fetchall() for table, columns in tables.items()}
    source.close()
    Desk(path, "ann").close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    start = perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for table, columns in tables.items():
        places = ", ".join("?" * len(columns.split(",")))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", content[table])
    connection.execute("COMMIT")
    seconds = perf_counter() - start
    connection.close()
    return seconds, len(content["tickets"])


def _memory(folder: Path) -> Row:
    peaks, sizes = [], []
    for tickets in (FEW, MANY):
        source = invented(folder / f"{tickets}.csv", tickets)
        sizes.append(source.stat().st_size / 1e6)
        arguments = [sys.executable, "-c", HOLDS_MEMORY, folder / f"{tickets}.db", source]
        peaks.append(int(subprocess.run(arguments, capture_output=True, check=True).stdout) / 1e3)
    more, text = peaks[1] - peaks[0], sizes[1] - sizes[0]
    return Row(
        f"memory for {MANY:,} tickets beyond that for {FEW:,}",
        more,
        "MB",
        text,
        more / text,
        "at most 0.25 of the text",
        more <= text / 4,
    )


if __name__ == "__main__":
    print_table(rows(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
