"""The same on a desk of 1,000,000 tickets, which takes minutes and two gigabytes to make."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import startup
from tests.benchmarks.made_desk import make_desk
from tests.benchmarks.running import READY, app_on
from tests.benchmarks.table import Row
from tests.benchmarks.wire import answered, pressed

TICKETS = 1_000_000


def rows() -> list[Row]:
    """Start-up, memory, and the keys that cross the whole list."""
    with TemporaryDirectory() as folder:
        desk = make_desk(Path(folder) / "support.db", TICKETS)
        figures = startup.measured(desk, TICKETS)
        with app_on(desk) as terminal:
            terminal.sees(READY)
            terminal.settle(1.0)
            for key, times in (("j", 40), ("pagedown", 20), ("G", 1), ("pageup", 20)):
                figures.append(answered(f"{key}, key to last byte, {TICKETS:,} tickets", pressed(terminal, key, times)))
        return figures
