"""What needs attention in experiments that run is said wherever somebody looks, and can pause them."""

from datetime import timedelta

import pytest

from supportdesk.services.transfer.column_mapping import ColumnChoice
from tests.services.experiments.samples import drafted, running


@pytest.fixture
def filled(desk, tmp_path):
    """Give experiment 1 these daily sums: users and harmed users of green and blue on each of ten days."""

    def filled(green, blue, harmed=(5, 5), **texts):
        drafted(desk, guardrails="complained:down", **texts)
        lines = ["day,variant,metric,users,conversions"]
        for day in range(9, 19):
            for arm, users, bad in (("green", green, harmed[0]), ("blue", blue, harmed[1])):
                lines += [f"2026-11-{day:02},{arm},bought,{users},{users // 10}"]
                lines += [f"2026-11-{day:02},{arm},complained,{users},{bad}"]
        file = tmp_path / "daily.csv"
        file.write_text("\n".join(lines), encoding="utf-8")
        desk.experiment_daily_import.run("1", file, ColumnChoice())

    return filled


def kinds(desk):
    return [alert.kind for alert in desk.experiments.alerts()]


def test_nothing_is_wrong_with_what_has_just_started(desk):
    running(desk)
    assert kinds(desk) == []


def test_nothing_is_wrong_with_what_is_well(desk, filled):
    filled(100, 100)
    assert kinds(desk) == []


def test_a_broken_split_is_an_alert_of_the_desk(desk, filled):
    filled(200, 100)
    assert kinds(desk) == ["split"]
    assert "#1 Button: the split" in desk.maintenance.health()["experiment_alerts"][0]
    finding = next(each for each in desk.doctor.examine() if each.check == "experiments")
    assert not finding.is_ok
    desk.experiments.pause("1")
    assert kinds(desk) == []


def test_traffic_that_stalled_is_an_alert_while_users_are_missing(desk, filled, clock):
    filled(100, 100, min_sample="5000")
    assert kinds(desk) == []
    clock.at += timedelta(days=4)
    assert kinds(desk) == ["traffic"]


def test_nobody_is_waited_for_once_the_sample_is_full(desk, filled, clock):
    filled(100, 100)
    clock.at += timedelta(days=400)
    assert kinds(desk) == []


def test_a_guardrail_that_got_worse_is_an_alert_and_pauses_what_asks_for_it(desk, filled):
    filled(200, 200, harmed=(5, 40))
    desk.experiments.calculate("1", keep=False)
    assert kinds(desk) == []
    desk.experiments.calculate("1")
    assert kinds(desk) == ["guardrail"]
    assert desk.experiments.get("1").status == "running"


def test_it_is_paused_only_when_the_plan_says_so(desk, filled):
    filled(200, 200, harmed=(5, 40), auto_pause="yes")
    desk.experiments.calculate("1", keep=False)
    assert desk.experiments.get("1").status == "running"
    desk.experiments.calculate("1")
    assert desk.experiments.get("1").status == "paused"
    assert "by itself: guardrail complained with blue got worse" in desk.experiments.log("1")[-1].notes
