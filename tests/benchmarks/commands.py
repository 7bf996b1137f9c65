"""From the shell and back: commands against the imports that they cannot do without."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.benchmarks.made_desk import make_desk
from tests.benchmarks.table import Row

TICKETS = 10_000
REPEATS = 25
FLOORS = {"click, peewee": 2.0, "click": 1.6}


def rows() -> list[Row]:
    """The figures for a desk of 10,000 tickets."""
    with TemporaryDirectory() as folder:
        desk = make_desk(Path(folder) / "support.db", TICKETS)
        program = [sys.executable, "-m", "supportdesk", "--db", str(desk), "--as", "ann"]
        filing = ["--title", "Lamp is dark", "--description", "It does not shine.", "--email", "rita@example.com"]
        commands = {
            f"ticket list, {TICKETS:,} tickets": ([*program, "ticket", "list"], "click, peewee"),
            f"ticket create, {TICKETS:,} tickets": ([*program, "ticket", "create", *filing], "click, peewee"),
            "--help": ([*program, "--help"], "click"),
        }
        # Without the driver of another engine, which Peewee imports wherever it is installed.
        alone = "import sys; sys.modules['psycopg'] = None; import"
        floors = {modules: [sys.executable, "-c", f"{alone} {modules}"] for modules in FLOORS}
        seconds: dict[str, list[float]] = {name: [] for name in (*commands, *floors)}
        # The first of each warms the caches.
        for repeat in range(REPEATS + 1):
            for name, words in (*floors.items(), *((name, words) for name, (words, _) in commands.items())):
                taken = _seconds(words, Path(folder))
                if repeat:
                    seconds[name].append(taken)
    figures = []
    for name, (_, modules) in commands.items():
        value, floor, target = median(seconds[name]), median(seconds[modules]), FLOORS[modules]
        promised = f"at most {target} of import {modules}"
        figures.append(
            Row(
                name,
                1e3 * value,
                "ms",
                1e3 * floor,
                value / floor,
                promised,
                value <= target * floor,
            )
        )
    return figures


def _seconds(words: Sequence[str], home: Path) -> float:
    start = perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "HOME": str(home)})
    return perf_counter() - start
