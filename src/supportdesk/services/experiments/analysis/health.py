"""Can the figures of an experiment be trusted? What breaks experiments lies around the formula, not in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from supportdesk.domain.experiment import Check, MetricKind, Phase
from supportdesk.services.experiments.analysis.figures import Figures
from supportdesk.stats import Proportion, sample_ratio, sequential_sample_ratio

OK, WARNING, BLOCKED = "ok", "warning", "blocked"
SPLIT_AT = 0.001
"""Chance gives such a split more rarely than that: Fabijan et al. 2019 advise it, since a mismatch is a fault.

For the plain test, which sees it sooner, and for the one that holds however often one looks.
"""
BOTH_ARMS_AT = 0.05
STALLED_DAYS = 3
EXPECTED = 5
FEW_USERS = 30
"""Users from which on the mean of most values is about normal."""


def health(figures: Figures) -> list[Check]:
    """Return what is well and what is not; a blocked check means that no result may be read."""
    checks = [_split(figures), _both_arms(figures), _sample(figures)]
    if figures.today is not None:
        checks += [_days(figures), _refused(figures), _traffic(figures)]
    return checks


def days_run(figures: Figures) -> int:
    """Return how many days data came in, the first and the last one included."""
    days = [date.fromisoformat(day.day) for day in figures.days]
    return (max(days) - min(days)).days + 1 if days else 0


def days_left(figures: Figures) -> int | None:
    """Return how many days the smallest arm needs to be full, at the pace it had; None where it is unknown."""
    days = days_run(figures)
    if not days or not figures.smallest or figures.smallest >= figures.planned:
        return None
    # Rounded up without a float.
    return -(-(figures.planned - figures.smallest) * days // figures.smallest)


def chance(p_value: float) -> str:
    """Return how often chance gives something, in words."""
    if p_value <= 1e-9:
        return "less than once in a billion"
    times = 1 / p_value
    digits = 10 ** max(len(str(int(times))) - 1, 0)
    return f"once in {max(round(times / digits) * digits, 1):,}"


def _split(figures: Figures) -> Check:
    phases = zip(figures.phases, figures.users, strict=True)
    found = [_split_of(figures, phase, users) for phase, users in phases if sum(users)]
    if not found:
        return Check("split", OK, "no users have been assigned yet")
    # A broken phase must not hide behind one that is well.
    return min(found, key=lambda pair: pair[0])[1]


def _split_of(figures: Figures, phase: Phase, users: tuple[int, ...]) -> tuple[float, Check]:
    """Return the smaller p-value of the two tests of a phase's split, and what they say."""
    plain = sample_ratio(users, phase.weights).p_value
    sequential = sequential_sample_ratio(_steps(figures, phase.phase) or [users], phase.weights).p_value
    p_value = min(1.0 if each is None else each for each in (plain, sequential))
    where = f" in phase {phase.phase}" if len(figures.phases) > 1 else ""
    shown, meant = _shares(users, phase.weights)
    if p_value >= SPLIT_AT:
        said = f"the split{where} is {shown} for {meant}, as expected by chance (p {p_value:.2g})"
        return p_value, Check("split", OK, said)
    planned = "" if len(set(phase.weights)) == 1 else f" instead of {meant}"
    said = f"the split{where} is {shown}{planned}, which chance gives {chance(p_value)}"
    return p_value, Check("split", BLOCKED, said)


def _steps(figures: Figures, phase: int) -> list[Sequence[int]]:
    """Return the users that each arm gained day by day."""
    gained: dict[str, list[int]] = {}
    for day in figures.days:
        if day.phase == phase:
            gained.setdefault(day.day, [0] * len(figures.variants))[day.variant] += day.users
    return [tuple(gained[day]) for day in sorted(gained)]


def _shares(users: tuple[int, ...], weights: tuple[float, ...]) -> tuple[str, str]:
    """Return the shares there are and those that were meant, with as many digits as tell them apart."""
    total = sum(users)
    planned = "/".join(f"{100 * weight:.4g}" for weight in weights)
    for digits in range(4):
        shown = "/".join(f"{100 * many / total:.{digits}f}" for many in users)
        meant = "/".join(f"{100 * weight:.{digits}f}" for weight in weights)
        if shown != meant:
            break
    else:
        shown = planned
    return shown, planned


def _both_arms(figures: Figures) -> Check:
    total = sum(figures.arms) + figures.left_out
    if not figures.left_out:
        return Check("both arms", OK, "no user was seen in several variants")
    share = figures.left_out / total
    people, were, are = ("user", "was", "is") if figures.left_out == 1 else ("users", "were", "are")
    said = f"{figures.left_out:,} {people} ({100 * share:.2g} %) {were} seen in several variants and {are} left out"
    return Check("both arms", BLOCKED if share > BOTH_ARMS_AT else WARNING, said)


def _sample(figures: Figures) -> Check:
    if not figures.smallest:
        return Check("sample", WARNING, "a variant has no users")
    if figures.smallest >= figures.planned:
        said = f"{figures.smallest:,} user{'s' * (figures.smallest != 1)} per variant at least"
        if _is_small(figures):
            return Check("sample", WARNING, f"{said}: so few that z and p are rough")
        return Check("sample", OK, said)
    left = days_left(figures)
    about = f", about {left:,} day{'s' * (left != 1)}" if left else ""
    return Check("sample", WARNING, f"{figures.smallest:,} of {figures.planned:,} users per variant{about}")


def _is_small(figures: Figures) -> bool:
    """Return whether an arm has few users, or expects fewer than five conversions or misses of the target."""
    arms = figures.samples[0]
    if figures.smallest < FEW_USERS or figures.metrics[0].kind is not MetricKind.CONVERSION:
        return figures.smallest < FEW_USERS
    converted = sum(each.conversions for arm in arms for each in arm if isinstance(each, Proportion))
    rate = converted / sum(figures.arms)
    return figures.smallest * min(rate, 1 - rate) < EXPECTED


def _days(figures: Figures) -> Check:
    run = days_run(figures)
    if run >= figures.minimum_days:
        return Check("days", OK, f"{run} day{'s' * (run != 1)} of data")
    return Check("days", WARNING, f"day {run} of {figures.minimum_days}: weekdays differ, so whole weeks are compared")


def _refused(figures: Figures) -> Check:
    if not figures.refused:
        return Check("events", OK, "every event came from a user with an assignment, after it")
    said = ", ".join(f"{times:,} × {reason}" for reason, times in figures.refused.items())
    return Check("events", WARNING, f"refused: {said}")


def _traffic(figures: Figures) -> Check:
    with_users = [day.day for day in figures.days if day.users + day.left_out]
    if not with_users or figures.today is None:
        return Check("traffic", WARNING, "no users yet")
    silent = (figures.today - date.fromisoformat(max(with_users))).days
    if figures.running and silent >= STALLED_DAYS:
        return Check("traffic", WARNING, f"no new users for {silent:,} days, since {max(with_users)}")
    return Check("traffic", OK, f"the last user came on {max(with_users)}")
