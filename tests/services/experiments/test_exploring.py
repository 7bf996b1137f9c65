"""What the plan does not name can be compared, is marked as such, and is right."""

import random
from datetime import timedelta

import pytest

from supportdesk.domain.errors import InvalidValue, NotAllowed
from supportdesk.services.experiments.exploring.question import parse_question
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.stats import Mean, Pairs, cuped, ratio_difference, welch_t
from tests.services.experiments.samples import drafted, running

USERS = "user_identifier,variant,assigned_at,before,attribute:country"
EVENTS = "user_identifier,event_name,event_value,created_at"


@pytest.fixture
def take(desk, tmp_path):
    """Import users and events into experiment 1."""

    def take(users, events=()):
        files = {}
        for name, lines in (("assignments", [USERS, *users]), ("events", [EVENTS, *events])):
            files[name] = tmp_path / f"{name}.csv"
            files[name].write_text("\n".join(lines) + "\n", encoding="utf-8")
        desk.experiment_import.run("1", ColumnChoice(), **files)

    return take


@pytest.fixture
def people(desk, take):
    """Make 400 users with a value from before, their revenue, clicks and views."""
    drafted(desk)
    draw = random.Random(3)
    rows = [(n, n % 2, draw.gauss(50, 10), "de" if draw.random() < 0.5 else "fr") for n in range(400)]
    spent = {n: before + 3 * arm + draw.gauss(0, 4) for n, arm, before, _ in rows}
    views = {n: draw.randint(1, 9) for n, *_ in rows}
    clicks = {n: sum(draw.random() < 0.3 for _ in range(views[n])) for n in views}
    take(
        [f"u{n},{('green', 'blue')[arm]},2026-11-01,{before!r},{country}" for n, arm, before, country in rows],
        [f"u{n},spent,{value!r},2026-11-03" for n, value in spent.items()]
        + [f"u{n},view,{times},2026-11-02" for n, times in views.items()]
        + [f"u{n},click,{times},2026-11-02" for n, times in clicks.items()],
    )
    return rows, spent, views, clicks


def of(rows, arm):
    return [n for n, place, *_ in rows if place == arm]


def test_an_event_that_no_metric_counts_is_compared_and_marked(desk, people):
    rows, spent, *_ = people
    found = desk.experiments.explore("1", parse_question(("spent:revenue",))).found[0]
    green, blue = (Mean.of(spent[n] for n in of(rows, arm)) for arm in (0, 1))
    welch = welch_t(green, blue)
    assert (found.control_value, found.value) == (pytest.approx(green.mean), pytest.approx(blue.mean))
    assert (found.difference, found.p_value) == (pytest.approx(welch.difference), pytest.approx(welch.p_value))
    assert desk.experiments.calculate("1", keep=False).verdict.decision == "no-result"


def test_a_value_from_before_takes_variance_away(desk, people):
    rows, spent, *_ = people
    before = {n: value for n, _, value, _ in rows}
    raw = desk.experiments.explore("1", parse_question(("spent:revenue",))).found[0]
    found = desk.experiments.explore("1", parse_question(("spent:revenue",), before=True)).found[0]
    arms = [Pairs.of([before[n] for n in of(rows, arm)], [spent[n] for n in of(rows, arm)]) for arm in (0, 1)]
    assert found.p_value == pytest.approx(cuped(*arms).adjusted.p_value)
    assert found.difference_upper - found.difference_lower < 0.5 * (raw.difference_upper - raw.difference_lower)
    assert "less variance" in found.note


def test_a_ratio_is_over_users(desk, people):
    rows, _, views, clicks = people
    found = desk.experiments.explore("1", parse_question(ratios=("click/view",))).found[0]
    arms = [Pairs.of([clicks[n] for n in of(rows, arm)], [views[n] for n in of(rows, arm)]) for arm in (0, 1)]
    expected = ratio_difference(*arms)
    assert (found.kind, found.metric) == ("ratio", "click/view")
    assert (found.control_value, found.p_value) == (expected.ratio_control, pytest.approx(expected.p_value))


def test_values_above_the_cap_are_lowered_in_all_variants_alike(desk, take):
    drafted(desk)
    take(
        [f"u{n},{('green', 'blue')[n % 2]},2026-11-01,," for n in range(200)],
        [f"u{n},spent,{10 + n % 5},2026-11-02" for n in range(199)] + ["u199,spent,1000000,2026-11-02"],
    )
    wild = desk.experiments.explore("1", parse_question(("spent:revenue",))).found[0]
    tame = desk.experiments.explore("1", parse_question(("spent:revenue",), cap="0,99")).found[0]
    assert wild.value > 1000
    assert tame.value == pytest.approx(12, abs=0.5)
    assert "1 values above 14 lowered to it" in tame.note


def test_only_events_within_the_window_count_and_young_users_are_out(desk, take, clock):
    drafted(desk)
    days = [(clock() - timedelta(days=age)).date().isoformat() for age in (30, 20, 2)]
    take(
        [f"a,green,{days[0]},,", f"b,blue,{days[0]},,", f"c,green,{days[2]},,"],
        [f"a,bought,,{days[1]}", f"b,bought,,{days[0]}", f"c,bought,,{days[2]}"],
    )
    found = desk.experiments.explore("1", parse_question(within="7d"))
    assert [(each.control_users, each.control_value, each.users, each.value) for each in found.found] == [(1, 0, 1, 1)]
    assert "1 users are left out" in found.notes[0]


def test_segments_are_corrected_together_and_a_broken_split_is_seen(desk, take):
    drafted(desk)
    take(
        [f"g{n},green,2026-11-01,,{'de' if n < 400 else 'fr'}" for n in range(500)]
        + [f"b{n},blue,2026-11-01,,{'de' if n < 200 else 'fr'}" for n in range(500)],
        [f"b{n},bought,,2026-11-02" for n in range(0, 500, 4)],
    )
    found = desk.experiments.explore("1", parse_question(segment="country")).found
    assert [(each.segment, each.control_users, each.users) for each in found] == [("de", 400, 200), ("fr", 100, 300)]
    assert all(each.split_p_value < 0.001 for each in found)
    assert found[0].p_value_holm == pytest.approx(min(2 * found[0].p_value, 1), rel=1e-6)


def test_a_segment_that_no_user_has_is_said(desk, take):
    drafted(desk)
    take(["a,green,2026-11-01,,de", "b,blue,2026-11-01,,fr"])
    with pytest.raises(InvalidValue, match="'land' is not allowed; it can be country"):
        desk.experiments.explore("1", parse_question(segment="land"))


def test_who_is_left_out_is_left_out_here_too(desk, take):
    drafted(desk)
    take(["a,green,2026-11-01,,", "a,blue,2026-11-01,,", "b,green,2026-11-01,,", "c,blue,2026-11-01,,"])
    found = desk.experiments.explore("1", parse_question()).found[0]
    assert (found.control_users, found.users) == (1, 1)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"cap": "2"}, "quantile"),
        ({"cap": ".9_9"}, "quantile"),
        ({"within": "soon"}, "such as 7d"),
        ({"within": "0d"}, "such as 7d"),
        ({"ratios": ("click",)}, "two events"),
        ({"events": ("a:banana",)}, "after a colon"),
        ({"events": ("a",), "cap": ".9"}, "no value to lower"),
    ],
)
def test_what_cannot_be_asked_is_said(asked, says):
    with pytest.raises(InvalidValue, match=says):
        parse_question(**asked)


def test_there_is_nothing_to_explore_in_a_draft_or_in_sums(desk, tmp_path):
    drafted(desk)
    with pytest.raises(NotAllowed, match="is a draft"):
        desk.experiments.explore("1", parse_question())
    (tmp_path / "d.csv").write_text("day,variant,users,conversions\n2026-11-01,green,5,1\n")
    desk.experiment_daily_import.run("1", tmp_path / "d.csv", ColumnChoice())
    with pytest.raises(NotAllowed, match="daily sums"):
        desk.experiments.explore("1", parse_question())
    running(desk)
    desk.experiments.assign("2", "ann")
    with pytest.raises(InvalidValue, match="no user has a value from before"):
        desk.experiments.explore("2", parse_question(before=True))
