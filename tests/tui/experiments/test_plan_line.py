"""How many users an experiment needs, while its numbers are typed."""

import pytest

from supportdesk.domain.experiments.form import DEFAULTS
from supportdesk.tui.experiments.plan_line import planned


@pytest.fixture
def line():
    def line(**typed: str):
        return planned({**DEFAULTS, "test": "b", "baseline": "", "effect": "", "daily": "", "deviation": "", **typed})

    return line


def test_the_users_per_variant_are_those_of_the_formula(line):
    # R: power.prop.test(p1=.13, p2=.15, power=.8) gives 4723.3.
    shown = line(baseline="13", effect="2")
    assert shown.users_per_arm == 4_724
    assert shown.says.startswith("4,724 users per variant, 9,448 in all, detect 13 % → 15 % with 80 % power")
    assert "95 % confidence" in shown.says


def test_the_smallest_arm_is_full_last(line):
    even = line(baseline="13 %", effect="2", daily="1,000")
    assert even.says.endswith(": 10 days at 1,000 users a day")
    uneven = line(baseline="13", effect="2", daily="1000", weights="90/10")
    assert "25,720 in all" in uneven.says
    assert uneven.says.endswith(": 26 days at 1,000 users a day")
    assert line(baseline="13", effect="2", daily="1000", ramp="10").says.endswith(": 95 days at 100 users a day")


def test_more_variants_share_what_is_left_to_chance(line):
    assert line(baseline="13", effect="2", test="b, c").users_per_arm > 4_724


def test_without_a_gain_it_says_what_the_planned_sample_finds(line):
    shown = line(baseline="13", min_sample="4724")
    assert shown.says == "4,724 users per variant detect a 2-point gain with 80 % power."
    assert shown.users_per_arm is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"baseline": "x"}, "current rate: 'x' is not allowed"),
        ({"baseline": "130"}, "from 0 to 100"),
        ({"baseline": "0", "effect": "2"}, "between 0 and 1"),
        ({"baseline": "13", "effect": "0"}, "effect"),
        ({"baseline": "13", "effect": "99"}, "effect"),
        ({"baseline": "13", "effect": "nan"}, "finite"),
        ({"baseline": "13", "effect": "2", "daily": "many"}, "users a day: 'many'"),
        ({"baseline": "13", "effect": "2", "confidence": "95"}, "write 0.95 for 95 %"),
        ({"baseline": "13", "effect": "2", "weights": "1/2/3"}, "there are 2 variants"),
    ],
)
def test_what_is_no_plan_is_said_in_a_sentence(line, typed, says):
    shown = line(**typed)
    assert shown.fault
    assert says in shown.says
    assert shown.users_per_arm is None


def test_no_traffic_and_means_have_no_duration(line):
    assert line(baseline="13", effect="2", daily="0").says.endswith("the duration cannot be estimated")
    assert "standard deviation" in line(kind="mean", baseline="13").says
    assert not line().fault


def test_means_are_planned_in_their_own_unit(line):
    shown = line(kind="revenue", baseline="20", effect="1.5", deviation="12", daily="100")
    # R: power.t.test(delta=1.5, sd=12, power=.8) gives 1005.6, with the normal approximation 1004.7.
    assert shown.users_per_arm == pytest.approx(1_005, abs=1)
    assert "detect 20 → 21.5 at a deviation of 12" in shown.says
    assert shown.says.endswith("days at 100 users a day")
    assert line(kind="mean", baseline="20", effect="1", deviation="-2").fault
    assert "who report a value" in line(kind="mean", baseline="20", effect="1", deviation="9").says
