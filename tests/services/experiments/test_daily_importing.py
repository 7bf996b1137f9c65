"""Sums per variant and day, as a warehouse keeps them: the same analysis without a row for each user."""

import pytest

from supportdesk.domain.errors import InvalidValue, NotAllowed
from supportdesk.domain.experiments.event import new_event
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import ImportOptions
from tests.services.experiments.samples import drafted, running

RATES = "day,variant,users,conversions"
MEANS = "day,variant,users,sum,sum_of_squares"


@pytest.fixture
def take(desk, tmp_path):
    """Import these lines into experiment 1."""

    def take(*lines, rejects=None, dry_run=False, date_format="", **choice):
        file = tmp_path / "daily.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        options = ImportOptions(rejects=rejects, dry_run=dry_run, date_format=date_format)
        return desk.experiment_daily_import.run("1", file, ColumnChoice(**choice), options)

    return take


def arms(desk):
    return [(arm.users, arm.converted) for arm in desk.experiments.arms([desk.experiments.get("1")])[1]]


def target(desk):
    return desk.experiments.calculate("1", keep=False).analysis.target


def test_sums_are_enough_for_an_analysis(desk, take):
    drafted(desk)
    done = take(
        RATES,
        "2026-11-01,green,1000,100",
        "2026-11-01,blue,1000,130",
        "2026-11-02,green,500,50",
        "2026-11-02,blue,490,70",
    )
    assert (done.new, done.changed, done.known, done.users) == (4, 0, 0, 2990)
    test = desk.experiments.get("1")
    assert (test.status, test.from_sums, test.start_date.isoformat()) == ("running", True, "2026-11-01T00:00:00+00:00")
    assert arms(desk) == [(1500, 150), (1490, 200)]
    assert target(desk).variants[1].value == pytest.approx(200 / 1490)
    assert [day.day for day in desk.experiments.calculate("1", keep=False).analysis.series] == [
        "2026-11-01",
        "2026-11-02",
    ]


def test_the_same_file_again_adds_nothing_and_a_corrected_day_is_replaced(desk, take):
    drafted(desk)
    lines = [RATES, "2026-11-01,green,1000,100", "2026-11-01,blue,1000,130"]
    take(*lines)
    assert (take(*lines).new, take(*lines).known) == (0, 2)
    again = take(RATES, "2026-11-01,green,1000,100", "2026-11-01,blue,1001,131", "2026-11-02,blue,5,1")
    assert (again.new, again.changed, again.known) == (1, 1, 1)
    assert arms(desk) == [(1000, 100), (1006, 132)]


@pytest.mark.parametrize(
    "lines",
    [
        ("day,variant,users,sum,sum_of_squares", "2026-11-01,green,4,20,120", "2026-11-01,blue,4,24,150"),
        (
            "day,variant,users,mean,variance",
            f"2026-11-01,green,4,5,{20 / 3!r}",
            "2026-11-01,blue,4,6,2",
        ),
        (
            "day,variant,users,mean,sd",
            f"2026-11-01,green,4,5,{(20 / 3) ** 0.5!r}",
            f"2026-11-01,blue,4,6,{2**0.5!r}",
        ),
    ],
)
def test_revenue_comes_as_sums_or_as_mean_and_spread(desk, take, lines):
    drafted(desk, metric="spent", kind="revenue")
    take(*lines)
    green, blue = target(desk).variants
    assert (green.value, blue.value) == (pytest.approx(5), pytest.approx(6))
    assert (green.total, blue.total) == (pytest.approx(20), pytest.approx(24))


def test_a_mean_is_of_those_who_reported(desk, take):
    drafted(desk, metric="seconds", kind="mean")
    take(
        "day,variant,users,reported,sum,sum_of_squares", "2026-11-01,green,100,4,20,120", "2026-11-01,blue,90,4,24,150"
    )
    assert [arm.value for arm in target(desk).variants] == [5, 6]


def test_one_row_can_hold_the_rate_and_the_revenue(desk, take):
    drafted(desk, secondary="spent:revenue")
    take(
        "day,variant,users,conversions,sum,sum_of_squares",
        "2026-11-01,green,100,10,200,5000",
        "2026-11-01,blue,100,12,240,6000",
    )
    rate, spent = desk.experiments.calculate("1", keep=False).analysis.metrics
    assert [arm.value for arm in rate.variants] == [0.1, 0.12]
    assert [arm.value for arm in spent.variants] == [2, 2.4]


def test_a_column_says_which_metric_a_row_is_about(desk, take):
    drafted(desk, guardrails="complained:down")
    lines = ["day,variant,metric,users,conversions"]
    lines += ["2026-11-01,green,bought,100,10", "2026-11-01,blue,bought,100,12"]
    with pytest.raises(InvalidValue, match="2026-11-01 of blue has no row of complained"):
        take(*lines, "2026-11-01,green,complained,100,1")
    assert arms(desk) == [(0, 0), (0, 0)]
    take(*lines, "2026-11-01,green,complained,100,1", "2026-11-01,blue,complained,100,9")
    assert [arm.conversions for arm in desk.experiments.calculate("1", keep=False).analysis.metrics[1].variants] == [
        1,
        9,
    ]


def test_sums_are_read_with_a_comma_like_the_values_of_events(desk, take):
    drafted(desk, kind="revenue")
    take(MEANS, '2026-11-01,green,5.0,"12,50",40', '2026-11-01,blue,5,"1.234,50",400000')
    assert [arm.total for arm in target(desk).variants] == [12.5, 1234.5]


def test_running_totals_become_days(desk, take, sql):
    drafted(desk)
    take(
        "day,variant,users_so_far,conversions",
        "2026-11-02,green,150,30",
        "2026-11-01,green,100,10",
        "2026-11-01,blue,100,12",
        "2026-11-02,blue,100,40",
    )
    assert arms(desk) == [(150, 30), (100, 40)]
    assert sql("SELECT day, users FROM experiment_daily_conversions WHERE variant = 1 ORDER BY day") == [
        ("2026-11-01", 12),
        ("2026-11-02", 28),
    ]
    with pytest.raises(InvalidValue, match="line 3, users_so_far: a running total cannot fall"):
        take("day,variant,users_so_far,conversions", "2026-11-01,green,100,10", "2026-11-02,green,90,10")


@pytest.mark.parametrize(
    ("kind", "header", "row", "says"),
    [
        ("conversion", RATES, "2026-11-01,green,100,101", "line 2, conversions: 101 are impossible of 100 users"),
        ("conversion", RATES, "2026-11-01,green,-1,0", "users: '-1' is not allowed"),
        ("conversion", RATES, "2026-11-01,green,1.5,0", "whole number"),
        ("conversion", RATES, "2026-11-01,green,,0", "users: the cell is empty"),
        ("conversion", RATES, "2026-11-01,green,1_000,0", "whole number"),
        ("conversion", RATES, "2026-11-01,green,10,nan", "whole number"),
        ("revenue", MEANS, "2026-11-01,green,10,nan,10", "finite number"),
        ("revenue", MEANS, "2026-11-01,green,10,1e31,10", r"up to 1e\+30"),
        ("revenue", MEANS, "2026-11-01,green,10,1_000,10", "such as 1 or 19.90"),
        ("conversion", RATES, "2026-11-01,grey,10,1", "it can be green or blue"),
        ("conversion", RATES, "2027-11-01,green,10,1", "in the future"),
        ("conversion", RATES, "yesterday,green,10,1", "it must be a time"),
        ("conversion", "day,variant,users,sum", "2026-11-01,green,10,1", "no column conversions"),
        ("revenue", MEANS, "2026-11-01,green,5,100,10", "it is 2000 at least"),
        ("revenue", MEANS, "2026-11-01,green,0,5,25", "impossible without users"),
        ("revenue", "day,variant,users,mean,sd", "2026-11-01,green,5,1,-1", "sd: -1 is impossible"),
        ("revenue", "day,variant,users,mean,variance", "2026-11-01,green,1,5,3", "impossible for one user"),
        ("revenue", "day,variant,users,mean", "2026-11-01,green,9,5", "needs sum and sum_of_squares"),
    ],
)
def test_impossible_sums_are_refused_with_row_and_reason(desk, take, kind, header, row, says):
    drafted(desk, kind=kind)
    with pytest.raises(InvalidValue, match=says.replace("(", r"\(")):
        take(header, row)
    assert desk.experiments.get("1").status == "draft"


def test_rows_that_contradict_each_other_are_set_aside(desk, take, tmp_path):
    drafted(desk)
    rejects = tmp_path / "rejects.csv"
    done = take(
        RATES, "2026-11-01,green,10,1", "2026-11-01,green,10,1", "2026-11-01,blue,11,1", "x,blue,1,1", rejects=rejects
    )
    assert (done.new, done.rejected) == (2, 2)
    assert "has this variant and metric in line 2 already" in rejects.read_text()


def test_sums_and_users_do_not_mix(desk, take):
    experiment = running(desk)
    desk.experiments.assign("1", "ann")
    with pytest.raises(NotAllowed, match="has users of its own"):
        take(RATES, "2026-11-01,green,10,1")
    clone = desk.experiments.clone(str(experiment.number))
    assert clone.number == 2


def test_an_experiment_of_sums_takes_no_users(desk, take, tmp_path):
    drafted(desk)
    take(RATES, "2026-11-01,green,10,1")
    users = tmp_path / "users.csv"
    users.write_text("user_identifier,variant\nann,green\n", encoding="utf-8")
    with pytest.raises(NotAllowed, match="takes no users"):
        desk.experiment_import.run("1", ColumnChoice(), assignments=users)
    assert not desk.experiments.assign("1", "ann").stored
    with pytest.raises(NotAllowed, match="takes no events"):
        desk.experiments.track("1", "ann", new_event("bought"))


def test_dates_in_a_stated_format_and_words_of_others(desk, take):
    drafted(desk)
    take(
        "date,group,visitors,orders",
        "9/24/2016,A,10,1",
        "9/24/2016,B,12,2",
        date_format="month-first",
        columns=[("day", "date"), ("variant", "group"), ("users", "visitors"), ("conversions", "orders")],
        values=[("variant", "A", "green"), ("variant", "B", "blue")],
    )
    assert arms(desk) == [(10, 1), (12, 2)]


def test_a_dry_run_and_an_empty_file_change_nothing(desk, take):
    drafted(desk)
    assert take(RATES, "2026-11-01,green,10,1", dry_run=True).new == 1
    with pytest.raises(InvalidValue, match="no rows"):
        take(RATES)
    assert desk.experiments.get("1").status == "draft"
