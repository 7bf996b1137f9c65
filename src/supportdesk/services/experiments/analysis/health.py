"""Whether the figures of an experiment can be trusted: what breaks experiments lies around the formula, not in it."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from math import exp, log

from supportdesk.domain.experiments.experiment import Check, Phase
from supportdesk.domain.experiments.metric import MetricKind
from supportdesk.services.experiments.analysis.figures import Figures
from supportdesk.services.experiments.analysis.silent_arms import silent_arms
from supportdesk.stats import Proportion, sample_ratio, split_evidence

OK, WARNING, BLOCKED = "ok", "warning", "blocked"
SPLIT_AT = 0.001
"""The level at which a split blocks: Fabijan et al. 2019 advise it, since a mismatch is a fault."""
BOTH_ARMS_AT = 0.05
STALLED_DAYS = 3
EXPECTED = 5
FEW_USERS = 30
"""Users from which on the mean of most values is about normal."""


def health(figures: Figures) -> list[Check]:
    """Return what is well and what is not; a blocked check means that no result may be read."""
    checks = [_split(figures), _both_arms(figures), _sample(figures)]
    if figures.robots:
        users = f"{figures.robots:,} user{'s' * (figures.robots != 1)}"
        checks.append(Check("robots", WARNING, f"{users} with more events than the plan allows are left out"))
    if figures.forgotten:
        users = f"{figures.forgotten:,} user{'s' * (figures.forgotten != 1)}"
        checks.append(Check("forgotten", OK, f"{users} removed on request; the counts they are part of stay"))
    if figures.today is not None:
        checks += [*silent_arms(figures), _days(figures), _refused(figures), _traffic(figures)]
    return checks


def broken_days(figures: Figures) -> set[str]:
    """Return the days at whose end the data could not be trusted: a broken split, or too many users in both arms.

    A split that was found broken stays so until the evidence is for the weights again.
    """
    broken, assigned, left_out = set(), 0, 0
    splits = {phase.phase: _Split(phase, len(figures.variants)) for phase in figures.phases}
    for date_of, of_day in groupby(figures.days, key=lambda day: day.day):
        for day in of_day:
            splits[day.phase].users[day.variant] += day.users
            assigned += day.users + day.left_out
            left_out += day.left_out
        for split in splits.values():
            split.look(date_of)
        if any(split.is_broken for split in splits.values()) or left_out - figures.robots > BOTH_ARMS_AT * assigned:
            broken.add(date_of)
    return broken


def days_left(figures: Figures) -> int | None:
    """Return how many days the smallest arm needs to be full, at the pace it had; None where it is unknown."""
    days = figures.days_run
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


class _Split:
    """The split of one phase, day by day; broken from strong evidence against its weights to evidence for them."""

    def __init__(self, phase: Phase, arms: int) -> None:
        self.phase, self.users = phase, [0] * arms
        self.evidence, self.is_broken, self.broken_on = 0.0, False, ""

    def look(self, day: str) -> None:
        """Judge the split by the users so far."""
        self.evidence = split_evidence(self.users, self.phase.weights)
        if self.evidence >= -log(SPLIT_AT):
            self.is_broken, self.broken_on = True, day
        elif self.evidence <= 0:
            self.is_broken = False


def _split(figures: Figures) -> Check:
    phases = zip(figures.phases, figures.users, strict=True)
    found = [_split_of(figures, phase, users) for phase, users in phases if sum(users)]
    if not found:
        return Check("split", OK, "no users have been assigned yet")
    # A broken phase must not hide behind one that is well.
    return next((check for check in found if check.state == BLOCKED), found[-1])


def _split_of(figures: Figures, phase: Phase, users: tuple[int, ...]) -> Check:
    """Return what the split of a phase says: by the sequential test over the days, or by one test of typed numbers."""
    split = _Split(phase, len(users))
    for date_of, of_day in groupby((day for day in figures.days if day.phase == phase.phase), key=lambda day: day.day):
        for day in of_day:
            split.users[day.variant] += day.users
        split.look(date_of)
    if not figures.days:
        split.users = list(users)
        split.look("")
    p_value = exp(min(-split.evidence, 0.0))
    plain = sample_ratio(users, phase.weights)
    if not figures.days and plain.p_value is not None and min(plain.expected) >= EXPECTED:
        p_value = plain.p_value
        split.is_broken = p_value < SPLIT_AT
    where = f" in phase {phase.phase}" if len(figures.phases) > 1 else ""
    shown, meant = _shares(users, phase.weights)
    if not split.is_broken:
        said = f"the split{where} is {shown} for {meant}, as expected by chance (p {p_value:.2g})"
        if split.broken_on:
            said += f"; it was broken up to {split.broken_on}, and nothing was decided then"
        return Check("split", OK, said)
    planned = "" if len(set(phase.weights)) == 1 else f" instead of {meant}"
    if p_value >= SPLIT_AT:
        return Check(
            "split", BLOCKED, f"the split{where} was broken on {split.broken_on} and is not clean yet: {shown}"
        )
    return Check("split", BLOCKED, f"the split{where} is {shown}{planned}, which chance gives {chance(p_value)}")


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
    several = figures.left_out - figures.robots
    if several <= 0:
        return Check("both arms", OK, "no user was seen in several variants")
    share = several / total
    people, were, are = ("user", "was", "is") if several == 1 else ("users", "were", "are")
    said = f"{several:,} {people} ({100 * share:.2g} %) {were} seen in several variants and {are} left out"
    return Check("both arms", BLOCKED if share > BOTH_ARMS_AT else WARNING, said)


def _sample(figures: Figures) -> Check:
    within = figures.metrics[0].within
    if not figures.smallest:
        lacks = "no users" if within is None else "no users whose conversion window is over"
        return Check("sample", WARNING, f"a variant has {lacks}")
    if figures.smallest >= figures.planned:
        said = f"{figures.smallest:,} user{'s' * (figures.smallest != 1)} per variant at least"
        if _is_small(figures):
            return Check("sample", WARNING, f"{said}: so few that z is rough, and little can be shown")
        return Check("sample", OK, said)
    left = days_left(figures)
    about = f", about {left:,} day{'s' * (left != 1)}" if left else ""
    whose = "" if within is None else " whose conversion window is over"
    return Check("sample", WARNING, f"{figures.smallest:,} of {figures.planned:,} users per variant{whose}{about}")


def _is_small(figures: Figures) -> bool:
    """Return whether an arm has few users, or expects fewer than five conversions or misses of the target."""
    arms = figures.samples[0]
    if figures.smallest < FEW_USERS or figures.metrics[0].kind is not MetricKind.CONVERSION:
        return figures.smallest < FEW_USERS
    converted = sum(each.conversions for arm in arms for each in arm if isinstance(each, Proportion))
    rate = converted / sum(figures.counted[0])
    return figures.smallest * min(rate, 1 - rate) < EXPECTED


def _days(figures: Figures) -> Check:
    run = figures.days_run
    if run < figures.minimum_days:
        return Check("days", WARNING, f"day {run} of {figures.minimum_days}: weekdays differ, so plan whole weeks")
    weeks = "" if run < 7 or run % 7 == 0 else "; no whole weeks, so some weekdays count more"
    return Check("days", OK, f"{run} day{'s' * (run != 1)} with users{weeks}")


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
