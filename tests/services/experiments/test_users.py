"""Single users: those with unusually many events, and those who are forgotten."""

import pytest

from supportdesk.domain.errors import NotFound
from supportdesk.domain.experiments.assignment import UserFacts
from supportdesk.domain.experiments.event import new_event
from supportdesk.services.transfer.column_mapping import ColumnChoice
from tests.services.experiments.samples import drafted, running


def arms(desk, number=1):
    return [(arm.users, arm.converted) for arm in desk.experiments.arms([desk.experiments.get(str(number))])[number]]


def test_a_forgotten_user_is_gone_and_the_counts_stay(desk, sql):
    running(desk)
    running(desk, metric="spent", kind="revenue")
    for number in ("1", "2"):
        for user in ("ann@example.com", "bob"):
            desk.experiments.assign(number, user, UserFacts(5, {"country": "de"}))
    desk.experiments.track("1", "ann@example.com", new_event("bought", data='{"who": "ann"}'))
    desk.experiments.track("2", "ann@example.com", new_event("spent", value="12"))
    before = arms(desk), desk.experiments.calculate("2", keep=False).analysis.target
    done = desk.experiments.forget("all", "Ann@Example.com")
    assert (done.events, done.experiments) == (2, (1, 2))
    assert (arms(desk), desk.experiments.calculate("2", keep=False).analysis.target) == before
    assert desk.experiments.get("1").forgotten == 1
    assert "1 user removed on request" in str(desk.experiments.calculate("1", keep=False).analysis.health)
    for table, column in (("ab_test_assignments", "user_identifier"), ("ab_test_events", "user_identifier")):
        assert not [row for row in sql(f"SELECT {column} FROM {table}") if "ann" in row[0]]
    assert sql("SELECT count(*) FROM experiment_attributes") == [(2,)]
    assert "ann" not in str([entry.summary + str(entry.after) for entry in desk.experiments.log("1")])
    with pytest.raises(NotFound, match="is not in any experiment"):
        desk.experiments.forget("all", "ann@example.com")


def test_one_experiment_forgets_alone(desk):
    running(desk)
    running(desk)
    desk.experiments.assign("1", "ann")
    desk.experiments.assign("2", "ann")
    assert desk.experiments.forget("2", "ann").experiments == (2,)
    assert desk.experiments.forget("1", "ann").experiments == (1,)


def test_who_has_more_events_than_the_plan_allows_is_left_out(desk):
    running(desk, max_events="3")
    desk.experiments.assign("1", "robot")
    for n in range(6):
        desk.experiments.track("1", "robot", new_event("bought", event_id=str(n)))
    assert sum(users for users, _ in arms(desk)) == 0
    assert sum(converted for _, converted in arms(desk)) == 0
    experiment = desk.experiments.get("1")
    assert (experiment.robots, experiment.total_participants) == (1, 1)
    checks = {check.name: check.says for check in desk.experiments.calculate("1", keep=False).analysis.health}
    assert "1 user with more events than the plan allows" in checks["robots"]
    assert checks["both arms"] == "no user was seen in several variants"


def test_robots_in_a_file_are_left_out_too(desk, tmp_path):
    drafted(desk, max_events="50", metric="clicked", kind="revenue")
    users, events = tmp_path / "users.csv", tmp_path / "events.csv"
    users.write_text("user_identifier,variant,assigned_at\n" + "".join(f"u{n},green,2026-11-01\n" for n in range(20)))
    rows = [f"u{n},clicked,1,2026-11-02" for n in range(20)] + ["u7,clicked,1,2026-11-03"] * 400
    events.write_text("user_identifier,event_name,event_value,created_at\n" + "\n".join(rows))
    desk.experiment_import.run("1", ColumnChoice(), assignments=users, events=events)
    assert desk.experiments.get("1").robots == 1
    assert arms(desk)[0] == (19, 19)
    assert [(each.user, each.events, each.left_out) for each in desk.experiments.busiest("1")] == [("u7", 401, True)]
