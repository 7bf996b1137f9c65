"""The simulations judge as the program does, and what they found is what the manual says."""

from dataclasses import replace

import numpy as np
import pytest

from supportdesk.domain.experiments.metric import MetricKind
from tests.simulations.program import day_of, figures_of, verdict_of
from tests.simulations.rules import NEVER, outcomes
from tests.simulations.worlds import World, draw

WORLDS = {
    "conversion": World(60, 9, (0.1, 0.16)),
    "few conversions": World(40, 8, (0.03, 0.1)),
    "mean": World(40, 8, (0.5, 0.5), kind=MetricKind.MEAN, gain=1.2),
    "revenue": World(80, 8, (0.2, 0.2), kind=MetricKind.REVENUE, gain=0.5),
    "repeated purchases": World(20, 8, kind=MetricKind.REVENUE, repeats=0.2),
    "late conversions": World(60, 9, (0.1, 0.16), late=3.0),
    "three variants": World(60, 8, (0.1, 0.06, 0.16)),
    "minimum of days": World(100, 9, (0.1, 0.15), planned=400, minimum_days=7),
    "conversions within three days": World(60, 12, (0.1, 0.18), late=1.0, window=3),
    "capped revenue": World(80, 8, (0.2, 0.2), kind=MetricKind.REVENUE, gain=0.5, cap=40.0),
    "adjusted revenue": World(40, 8, kind=MetricKind.REVENUE, gain=0.15, before=True),
    "ratio": World(40, 8, kind=MetricKind.RATIO, gain=0.25),
    "guardrails": World(60, 8, (0.1, 0.16), guardrails=(0.1, 0.18)),
}


@pytest.mark.parametrize("name", WORLDS)
def test_the_vectorised_rules_are_those_of_the_program(name):
    world = WORLDS[name]
    metrics = draw(world, 40, np.random.default_rng(4))
    found = outcomes(world, metrics)
    states = set()
    for run in range(40):
        rule, state, day = verdict_of(figures_of(world, metrics, run))
        states.add(state)
        harmed = found.harmed[run] < NEVER and found.harmed[run] <= found.decided[run]
        assert (rule == "guardrail") == harmed, run
        if not harmed:
            assert day == found.decided[run], run
            assert (state == "ship") == bool(found.ships[run]), run
        else:
            assert day == found.harmed[run], run
    assert len(states) > 1 or name == "repeated purchases"


@pytest.mark.parametrize("name", ["conversion", "revenue"])
def test_who_looks_fifty_times_a_minute_sees_what_the_days_that_are_over_say(name):
    world = WORLDS[name]
    metrics = draw(world, 4, np.random.default_rng(9))
    for run in range(4):
        for day in range(1, world.days):
            over = verdict_of(figures_of(world, metrics, run, until=day))
            whole = figures_of(world, metrics, run, until=day + 1)
            for users in (1, world.users // 2, world.users):
                # While a day lasts, some of its users have come.
                days = [
                    each._replace(users=users, converted=(min(each.converted[0], users),))
                    if each.day == day_of(day)
                    else each
                    for each in whole.days
                ]
                now = replace(whole, days=tuple(days), open_from=day_of(day), running=True)
                assert verdict_of(now)[1:] == over[1:]
