"""Experiments in which something goes wrong, or is odd, as the program itself judges them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

import numpy as np

from supportdesk.domain.experiments.experiment import Phase
from supportdesk.domain.experiments.metric import Metric
from supportdesk.services.experiments.analysis.figures import Figures, with_days
from supportdesk.services.experiments.analysis.report import analyse
from supportdesk.storage.experiments.daily import NO_VALUES, Day
from tests.simulations.found import SEED, Found
from tests.simulations.program import day_of

DAYS, USERS, RATE = 14, 120, 0.1
SILENT_FROM = 7
IN_TWO = 0.03
TRIGGERED = 0.3
EFFECT = ("ship", "keep-control")
BLOCKED = ("blocked",)

Random = np.random.Generator
Arm = tuple[int, int, int]
"""Users, users left out and conversions of an arm on a day."""


def silent(random: Random, day: int, arm: int) -> Arm:
    """Draw an arm whose outcomes are not reported any more from one day on."""
    return USERS, 0, 0 if arm and day >= SILENT_FROM else int(random.binomial(USERS, RATE))


def reporting(random: Random, day: int, arm: int) -> Arm:
    """Draw an arm of which all outcomes are reported."""
    return USERS, 0, int(random.binomial(USERS, RATE))


def in_two_arms(random: Random, day: int, arm: int) -> Arm:
    """Draw an arm of whom some were seen in the other one, too: those who come often, who also convert more."""
    both = int(random.binomial(USERS, IN_TWO))
    return USERS - both, both, int(random.binomial(USERS - both, RATE))


def triggered(random: Random, day: int, arm: int) -> Arm:
    """Draw an arm of which those alone count who saw what was changed."""
    saw = int(random.binomial(USERS, TRIGGERED))
    return saw, 0, int(random.binomial(saw, RATE))


def ended(draw: Callable[[Random, int, int], Arm], states: Sequence[str], runs: int = 2_000) -> Iterator[Found]:
    """Yield how often experiments without a difference end in one of some states."""
    random, hits = np.random.default_rng(SEED), 0
    phases = (Phase(1, (0.5, 0.5), None),)
    planned = round(USERS * DAYS * (TRIGGERED if draw is triggered else 1 - IN_TWO) * 0.9)
    today = date.fromisoformat(day_of(DAYS))
    figures = Figures(("a", "b"), (Metric(("did",)),), 0.95, planned, 7, phases, (), (), today=today)
    for _ in range(runs):
        days = []
        for day in range(DAYS):
            for arm in range(2):
                users, left_out, converted = draw(random, day, arm)
                days.append(Day(day_of(day), 1, arm, users, left_out, (converted,), (NO_VALUES,)))
        hits += analyse(with_days(figures, days)).verdict.state in states
    yield Found("", hits / runs, runs)


WRONG = {
    "silent": ("an arm stops reporting: blocked", 0.95, 1.0, partial(ended, silent, BLOCKED)),
    "reporting": ("all arms report: blocked", 0.0, 0.005, partial(ended, reporting, BLOCKED)),
    "two-arms": ("A/A, 3 % of users in two arms: an effect", 0.0, 0.055, partial(ended, in_two_arms, EFFECT)),
    "triggered": ("A/A of users who saw the change: an effect", 0.0, 0.055, partial(ended, triggered, EFFECT)),
}
"""What is looked at, the shares that are allowed, and the simulation, by the name of the claim."""
