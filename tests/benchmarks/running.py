"""The program in a terminal, as the benchmarks run it, and what it takes of the machine."""

import os
import sys
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from time import perf_counter

from tests.terminal import PATIENCE, Terminal

READY = r"(?s)all tickets · [\d,]+ .*\n #\d+ .*\? help"
TICKS = os.sysconf("SC_CLK_TCK")


def app_on(desk: Path, *, columns: int = 80, rows: int = 24) -> Terminal:
    """The app on a desk."""
    home = desk.parent
    return Terminal(
        [sys.executable, "-m", "supportdesk", "--db", str(desk), "--as", "ann"],
        columns=columns,
        rows=rows,
        environment={"PATH": os.environ["PATH"], "HOME": str(home), "XDG_STATE_HOME": str(home / "state")},
    )


def empty_app() -> Terminal:
    """The floor."""
    return Terminal([sys.executable, "-m", "tests.benchmarks.empty_app"], environment={"PATH": os.environ["PATH"]})


def seconds_to_last_byte(terminal: Terminal, quiet: float = 0.1) -> float:
    """Waits for what a key brings, however long that takes; gives the seconds until its last byte came."""
    begin = perf_counter()
    came = terminal.read(PATIENCE)
    last = terminal.arrived
    while came and terminal.read(quiet):
        last = terminal.arrived
    return last - begin


def p95(taken: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed, by nearest rank."""
    return sorted(taken)[ceil(0.95 * len(taken)) - 1]


def memory(terminal: Terminal) -> tuple[float, float]:
    """Megabytes the program holds: resident, and its proportional share of what it shares with others."""
    with open(f"/proc/{terminal.process.pid}/smaps_rollup") as lines:
        sizes = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
    return int(sizes["Rss"].split()[0]) / 1024, int(sizes["Pss"].split()[0]) / 1024


def processor_seconds(terminal: Terminal) -> float:
    """Seconds of a core the program has used so far."""
    with open(f"/proc/{terminal.process.pid}/stat") as line:
        fields = line.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
