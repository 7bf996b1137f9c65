"""Bytes to the terminal and time to the last of them, for a key; and what an idle screen costs."""

from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.benchmarks.made_desk import make_desk
from tests.benchmarks.running import READY, app_on, processor_seconds
from tests.benchmarks.table import Row
from tests.terminal import Terminal

TICKETS = 10_000
SIZES = ((80, 24), (120, 40), (200, 50))
STEPS, PAGES = 60, 12
IDLE_SECONDS = 10.0


def rows() -> list[Row]:
    """The figures for a desk of 10,000 tickets, at three sizes of screen."""
    with TemporaryDirectory() as folder:
        desk = make_desk(Path(folder) / "support.db", TICKETS)
        return [row for columns, height in SIZES for row in measured(desk, columns, height)]


def measured(desk: Path, columns: int, height: int) -> list[Row]:
    """The figures for one size of screen."""
    size = f"{columns}x{height}"
    with app_on(desk, columns=columns, rows=height) as terminal:
        terminal.sees(READY)
        terminal.settle(1.0)
        steps = pressed(terminal, "j", STEPS)
        pages = pressed(terminal, "pagedown", PAGES)
        used, begin = processor_seconds(terminal), perf_counter()
        idle = 0
        while perf_counter() - begin < IDLE_SECONDS:
            idle += terminal.read(0.5)
        load = 100 * (processor_seconds(terminal) - used) / (perf_counter() - begin)
    step, page = mean(sent for _, sent in steps) / 1e3, max(sent for _, sent in pages) / 1e3
    return [
        Row(f"j at {size}, mean of {STEPS}", step, "kB", None, None, "at most 0.6 kB", step <= 0.6),
        Row(f"a page at {size}, largest of {PAGES}", page, "kB", None, None, "at most 8 kB", page <= 8),
        answered(f"j at {size}, key to last byte", steps),
        answered(f"a page at {size}, key to last byte", pages),
        Row(f"idle at {size} for {IDLE_SECONDS:.0f} s", idle, "bytes", None, None, "0 bytes", not idle),
        Row(f"idle at {size}, of a core", load, "%", None, None, "under 1 %", load < 1),
    ]


def pressed(terminal: Terminal, key: str, times: int) -> list[tuple[float, int]]:
    """Presses a key again and again; gives seconds to the last byte and the bytes of each."""
    answers = []
    for _ in range(times):
        terminal.press(key)
        answers.append(terminal.settle(0.2))
    return answers


def answered(name: str, answers: list[tuple[float, int]]) -> Row:
    """How long a hand waits for the whole answer."""
    milliseconds = 1e3 * median(seconds for seconds, _ in answers)
    return Row(name, milliseconds, "ms", None, None, "at most 30 ms", milliseconds <= 30)
