"""From the command to the first usable screen, and the memory it takes: against an empty Textual app."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.made_desk import make_desk
from tests.benchmarks.running import READY, app_on, empty_app, memory, processor_seconds
from tests.benchmarks.table import Row

TICKETS = 10_000
REPEATS = 9
FIGURES = (
    ("first usable screen", "s", 1.35),
    ("of a core until then", "s", 1.35),
    ("memory, resident", "MB", 1.5),
    ("memory, its share", "MB", 1.5),
)


def rows() -> list[Row]:
    """The figures for a desk of 10,000 tickets."""
    with TemporaryDirectory() as folder:
        return measured(make_desk(Path(folder) / "support.db", TICKETS), TICKETS)


def measured(desk: Path, tickets: int) -> list[Row]:
    """The figures for this desk."""
    ours, floors = [], []
    # The first of each warms the caches.
    for repeat in range(REPEATS + 1):
        for figures, opened, ready in ((floors, empty_app, r"Row 20\b"), (ours, lambda: app_on(desk), READY)):
            with opened() as terminal:
                seconds, used = terminal.sees(ready), processor_seconds(terminal)
                terminal.settle(0.5)
                if repeat:
                    figures.append((seconds, used, *memory(terminal)))
    middle, floor = ([median(column) for column in zip(*figures, strict=True)] for figures in (ours, floors))
    return [
        Row(
            f"{what}, {tickets:,} tickets",
            value,
            unit,
            least,
            value / least,
            f"at most {target}",
            value <= target * least,
        )
        for (what, unit, target), value, least in zip(FIGURES, middle, floor, strict=True)
    ]
