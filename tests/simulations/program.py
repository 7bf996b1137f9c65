"""One drawn experiment as the program has it, and the program's own verdict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from supportdesk.domain.experiments.experiment import Phase
from supportdesk.domain.experiments.metric import Direction, Metric, MetricKind, MetricRole
from supportdesk.services.experiments.analysis.figures import Figures, with_days
from supportdesk.services.experiments.analysis.report import analyse
from supportdesk.storage.experiments.daily import NO_VALUES, Counted, Day, Values
from tests.simulations.rules import NEVER
from tests.simulations.worlds import Sums, World

START = date(2026, 1, 5)


def day_of(place: int) -> str:
    """Return the date of a day of a simulation."""
    return (START + timedelta(days=place)).isoformat()


def figures_of(world: World, metrics: Sequence[Sequence[Sums]], run: int, until: int | None = None) -> Figures:
    """Return the figures of one run, up to a day (itself not counted)."""
    arms, last = len(metrics[0]), world.days if until is None else until
    others = [Metric((f"g{n}",), role=MetricRole.GUARDRAIL, better=Direction.DOWN) for n in range(len(metrics) - 1)]
    figures = Figures(
        variants=tuple(f"v{arm}" for arm in range(arms)),
        metrics=(target_of(world), *others),
        confidence_level=0.95,
        planned=world.sample,
        minimum_days=world.minimum_days,
        phases=(Phase(1, (1 / arms,) * arms, None),),
        users=(),
        samples=(),
        today=START + timedelta(days=last),
    )
    return with_days(figures, [_day(world, metrics, run, day, arm) for day in range(last) for arm in range(arms)])


def target_of(world: World) -> Metric:
    """Return the target of a world."""
    below = ("seen",) if world.kind is MetricKind.RATIO else ()
    return Metric(("did",), world.kind, within=world.window or None, cap=world.cap, before=world.before, below=below)


def verdict_of(figures: Figures) -> tuple[str, str, int]:
    """Return the rule, the state and the day (from 0) that decided."""
    analysis = analyse(figures)
    day = NEVER
    if analysis.decided is not None and analysis.verdict.state in ("ship", "keep-control"):
        day = (date.fromisoformat(analysis.decided.day) - START).days
    return analysis.verdict.rule, analysis.verdict.state, day


def _day(world: World, metrics: Sequence[Sequence[Sums]], run: int, day: int, arm: int) -> Day:
    of = [each[arm] for each in metrics]
    converted = tuple(int(_grown(each.converted, run, day)) for each in of)
    values = [NO_VALUES] * len(of)
    target = of[0]
    x = [_grown(each, run, day) for each in (target.total_x, target.squares_x, target.products) if each is not None]
    if world.kind is not MetricKind.CONVERSION:
        users = target.users if world.kind is MetricKind.MEAN else target.converted
        values[0] = Values(*(_grown(each, run, day) for each in (users, target.total, target.squares)), *x)
    counted: tuple[Counted, ...] = ()
    if world.window or world.before:
        counted = (Counted(int(_grown(target.users, run, day)), *x[:2]), *(Counted(world.users) for _ in of[1:]))
    return Day(day_of(day), 1, arm, world.users, 0, converted, tuple(values), counted)


def _grown(sums, run: int, day: int) -> float:  # type: ignore[no-untyped-def]
    return float(sums[run, day] - (sums[run, day - 1] if day else 0.0))
