"""Experiments whose data are sums: what a calculation, a list of fifty, and their alerts cost."""

import io
import random
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from supportdesk.domain.experiments.form import new_experiment
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from tests.benchmarks.table import Row

RUNNING, DAYS, USERS_A_DAY = 50, 28, 18_000
REPEATS = 5
GIVEN = {"name": "x", "control": "a", "test": "b", "metric": "bought", "min_sample": "500000", "min_days": "28"}
HEADER = "day,variant,metric,users,conversions,sum,sum_of_squares"


def rows() -> list[Row]:
    """The figures."""
    with TemporaryDirectory() as name, Desk(Path(name) / "support.db", "ann") as desk:
        chance = random.Random(1)
        for number in range(1, RUNNING + 1):
            desk.experiments.create(new_experiment({**GIVEN, "secondary": "spent:revenue", "guardrails": "left:down"}))
            desk.experiment_daily_import.run(str(number), io.BytesIO(_sums(chance)), ColumnChoice())
        # The first one imports the mathematics.
        desk.experiments.calculate("1", keep=False)
        page = desk.experiments.page(limit=RUNNING)

        def live() -> None:
            desk.experiments.arms(page)
            desk.experiments.last_looks(page)
            desk.experiments.days(page)

        users = 2 * DAYS * USERS_A_DAY
        return [
            _row(f"calculate {users:,} users of {DAYS} days", lambda: desk.experiments.calculate("1", keep=False), 200),
            _row(f"live lines of {RUNNING} running experiments", live, 10),
            _row(f"alerts of {RUNNING} running experiments", desk.experiments.alerts, 200),
        ]


def _sums(chance: random.Random) -> bytes:
    lines = [HEADER]
    for day in range(1, DAYS + 1):
        for arm in "ab":
            head = f"2026-10-{day:02},{arm}"
            lines.append(f"{head},bought,{USERS_A_DAY},{chance.randint(1_700, 1_900)},,")
            lines.append(f"{head},spent,{USERS_A_DAY},500,{chance.randint(9_000, 9_900)},900000")
            lines.append(f"{head},left,{USERS_A_DAY},{chance.randint(80, 99)},,")
    return "\n".join(lines).encode()


def _row(name: str, work: Callable[[], object], limit: float) -> Row:
    taken = []
    for _ in range(REPEATS):
        start = perf_counter()
        work()
        taken.append(1e3 * (perf_counter() - start))
    return Row(name, median(taken), "ms", None, None, f"at most {limit:g} ms", median(taken) <= limit)
