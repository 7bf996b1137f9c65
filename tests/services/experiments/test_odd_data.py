"""Odd data get a right answer or a sentence: refunds, one day, changed weights, late events, silent arms, and more."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from supportdesk.domain.experiments.experiment import Phase
from supportdesk.domain.experiments.look import target_values
from supportdesk.domain.experiments.metric import Metric, MetricKind, MetricRole
from supportdesk.services.experiments.analysis.figures import Figures, with_days
from supportdesk.services.experiments.analysis.report import analyse
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.stats import Proportion
from supportdesk.storage.experiments.daily import NO_VALUES, Day, Values
from supportdesk.storage.experiments.staged_rows import BothArms
from tests.services.experiments.samples import drafted, running

START = date(2026, 1, 5)


def figures(*days, kind=MetricKind.CONVERSION, weights=((0.5, 0.5),), planned=0, minimum_days=0):
    """Return figures of days: for each day and arm a phase, users, conversions and values of users."""
    arms = len(weights[0])
    made = []
    for place, arms_of_day in enumerate(days):
        at = (START + timedelta(days=place)).isoformat()
        for arm, (phase, users, converted, values) in enumerate(arms_of_day):
            sums = Values(len(values), sum(values), sum(v * v for v in values)) if len(values) else NO_VALUES
            made.append(Day(at, phase, arm, users, 0, (converted,), (sums,)))
    empty = Figures(
        variants=("green", "blue", "red", "grey")[:arms],
        metrics=(Metric(("bought",), kind),),
        confidence_level=0.95,
        planned=planned or sum(day[0][1] for day in days),
        minimum_days=minimum_days,
        phases=tuple(Phase(number, shares, None) for number, shares in enumerate(weights, 1)),
        users=(),
        samples=(),
        today=START + timedelta(days=len(days)),
    )
    return with_days(empty, made)


def rates(*pairs, phase=1):
    return [(phase, users, converted, ()) for users, converted in pairs]


def test_three_arms_with_refunds_below_zero_have_differences_and_no_lift():
    random = np.random.default_rng(3)
    day = [(1, 400, 200, random.normal(mean, 20, 200).tolist()) for mean in (-2.0, -2.0, 12.0)]
    found = analyse(figures(*[day] * 3, kind=MetricKind.REVENUE, weights=((1 / 3,) * 3,)))
    same, better = found.target.comparisons
    assert found.verdict.state == "ship"
    assert found.verdict.variant == "red"
    assert better.difference > 0
    assert better.lift is None or better.lift > 0
    assert same.p_value is not None


def test_all_users_on_one_day_are_judged_when_the_days_allow_it():
    many = rates((5000, 500), (5000, 640))
    assert analyse(figures(many)).verdict.state == "ship"
    waiting = analyse(figures(many, minimum_days=7))
    assert waiting.verdict.sentence == "not yet: day 1 of 7"


def test_weights_that_change_while_the_rate_falls_favour_nobody():
    first, second = rates((9000, 1800), (1000, 200)), rates((2000, 200), (8000, 800), phase=2)
    found = analyse(figures(first, second, weights=((0.9, 0.1), (0.2, 0.8)), planned=9000))
    row = found.target.comparisons[0]
    # Pooled, the rates are 18.2 and 11.1 %; in each phase there is no difference at all.
    assert row.difference == pytest.approx(0, abs=1e-12)
    assert found.verdict.state == "no result"
    assert found.target.adjusted
    green, blue = found.target.variants
    assert green.value == pytest.approx(blue.value)
    chances = [each.probability_best for each in found.belief.variants]
    assert chances == pytest.approx([0.5, 0.5], abs=0.01)


def test_beliefs_are_given_over_phases_for_three_variants_too():
    first = rates((9000, 1800), (500, 100), (500, 130))
    second = rates((2000, 200), (4000, 400), (4000, 520), phase=2)
    found = analyse(figures(first, second, weights=((0.9, 0.05, 0.05), (0.2, 0.4, 0.4))))
    assert max(found.belief.variants, key=lambda each: each.probability_best).variant == "red"
    assert sum(each.probability_best for each in found.belief.variants) == pytest.approx(1, abs=1e-6)


def test_few_conversions_over_phases_are_tested_exactly():
    first, second = rates((90, 0), (10, 1)), rates((20, 0), (80, 4), phase=2)
    row = analyse(figures(first, second, weights=((0.9, 0.1), (0.2, 0.8)))).target.comparisons[0]
    assert row.method == "exact test over phases (Gart 1970)"
    assert row.p_value > 0.05
    assert (row.difference_lower, row.reason) == (
        None,
        "too few conversions in the phases for limits of the difference",
    )


def test_one_late_event_neither_adds_days_nor_decides():
    days = [rates((300, 30), (300, 31))] * 3
    late = [(1, 0, 1, ()), (1, 0, 0, ())]
    found = analyse(figures(*days, *[rates((0, 0), (0, 0))] * 5, late, minimum_days=7))
    assert found.days == 3
    assert found.verdict.sentence == "not yet: day 3 of 7"


@pytest.mark.parametrize("silent", [range(5, 8), range(2, 4)], ids=["to the end", "for two days"])
def test_an_arm_that_stops_reporting_is_no_loser(silent):
    days = [rates((300, 30), (300, 0 if day in silent else 30)) for day in range(8)]
    found = analyse(figures(*days))
    assert (found.verdict.rule, found.verdict.state) == ("reporting", "blocked")
    first, last = (START + timedelta(days=day) for day in (silent[0], silent[-1]))
    expected = 30 * len(silent)
    assert f"blue has no bought from {first} to {last}, though {expected} were to be expected" in found.verdict.sentence
    assert found.verdict.next_step.startswith("Do not read the figures.")
    assert found.belief.variants == ()


def test_a_quiet_day_of_few_users_is_no_hole():
    days = [rates((30, 3), (30, 0 if day == 2 else 3)) for day in range(8)]
    assert analyse(figures(*days)).verdict.rule != "reporting"


def test_a_variant_that_is_much_worse_is_not_taken_for_silent():
    days = [rates((40, 4), (40, 0 if day % 4 else 3)) for day in range(12)]
    assert analyse(figures(*days)).verdict.rule != "reporting"


def test_conversions_that_all_come_later_than_the_users_are_no_hole():
    days = [rates((500, 60), (500, 0)), rates((0, 0), (0, 50))]
    assert analyse(figures(*days)).verdict.rule != "reporting"


def test_healthy_experiments_are_not_taken_for_silent():
    random = np.random.default_rng(8)
    for _ in range(200):
        days = [rates(*((100, int(random.binomial(100, 0.05))) for _ in range(2))) for _ in range(10)]
        assert analyse(figures(*days)).verdict.rule != "reporting"


def test_an_arm_without_users_is_said():
    assert "blue has no users" in analyse(figures(rates((8, 5), (0, 0)))).verdict.sentence


def test_more_conversions_than_users_are_never_shown_as_a_rate_above_one():
    found = figures(rates((10, 5), (10, 5)))
    odd = found.days[0]._replace(converted=(99,))
    samples = with_days(found, [odd, found.days[1]]).samples[0]
    assert samples[0][0] == Proportion(10, 10)


def test_users_in_two_arms_and_duplicates_count_once_or_block(desk, tmp_path):
    drafted(desk, min_sample="2", min_days="0")
    lines = ["user_identifier,variant,assigned_at"]
    lines += [f"u{n},{('green', 'blue')[n % 2]},2026-11-0{1 + n % 3}" for n in range(60)]
    lines += lines[1:20] + [f"u{n},{('blue', 'green')[n % 2]},2026-11-04" for n in range(6)]
    path = tmp_path / "users.csv"
    path.write_text("\n".join(lines), "utf-8")
    desk.experiment_import.run("1", ColumnChoice(), assignments=path, both_arms=BothArms.LEAVE_OUT)
    found = desk.experiments.calculate("1").analysis
    assert sum(arm.users for arm in found.target.variants) == 54
    assert found.verdict.sentence.startswith("blocked: 6 users (10 %) were seen in several variants")


def test_a_list_shows_no_pooled_rates_of_phases_that_cannot_be_compared(desk):
    running(desk, weights="90/10", min_sample="10", min_days="0")
    experiment = desk.experiments.update("1", {"weights": "20/80"})
    arms = desk.experiments.arms([experiment])[1]
    assert target_values(experiment, arms, None) == ("–", "–")


@pytest.mark.parametrize(("last", "state"), [(600, "safe"), (450, "not shown")])
def test_what_was_safe_is_no_longer_when_the_last_days_point_beyond_the_margin(last, state):
    guardrail = Metric(("opened",), role=MetricRole.GUARDRAIL, margin=0.05)
    days = []
    for place in range(6):
        at = (START + timedelta(days=place)).isoformat()
        opened = (600, 620 if place < 4 else last)
        days += [Day(at, 1, arm, 1000, 0, (100, opened[arm]), (NO_VALUES, NO_VALUES)) for arm in range(2)]
    found = figures(rates((1000, 100), (1000, 100)), planned=6000)
    found = with_days(replace(found, metrics=(*found.metrics, guardrail)), days)
    assert analyse(found).guardrails[0].state == state
