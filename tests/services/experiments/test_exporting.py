"""An export of an experiment, imported into another one, gives the same experiment."""

import io
from datetime import timedelta

import pytest

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.experiments.assignment import UserFacts
from supportdesk.domain.experiments.event import new_event
from supportdesk.services.experiments.exporting import Part
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.export_format import Form
from tests.services.experiments.samples import drafted, running


@pytest.fixture
def exported(desk, tmp_path):
    """Write a part of experiment 1 into a file."""

    def exported(part):
        file = tmp_path / f"{part}.csv"
        desk.experiment_export.save("1", Part(part), Form.CSV, file)
        return file

    return exported


def filled(desk, take_rows):
    running(desk, metric="bought", secondary="spent:revenue; seconds:mean")
    take_rows(
        ["user_identifier,variant,assigned_at,before,country"]
        + [
            f"user{n},{('green', 'blue')[n % 2]},2026-11-{1 + n % 5:02},{n},{('de', 'fr')[n % 3 % 2]}"
            for n in range(40)
        ]
        + ["both,green,2026-11-01,1,de", "both,blue,2026-11-02,1,de"],
        ["user_identifier,event_name,event_value,created_at"]
        + [f"user{n},bought,,2026-11-{6 + n % 3:02}" for n in range(0, 40, 3)]
        + [f"user{n},spent,{n * 1.1},2026-11-{6 + n % 4:02}" for n in range(0, 40, 2)]
        + [f"user{n},spent,-3,2026-11-12" for n in range(0, 40, 4)]
        + [f"user{n},seconds,{n},2026-11-{7 + n % 3:02}" for n in range(0, 40, 5)],
    )


@pytest.fixture
def take_rows(desk, tmp_path):
    def take(users, events):
        files = {}
        for name, lines in (("assignments", users), ("events", events)):
            files[name] = tmp_path / f"{name}-in.csv"
            files[name].write_text("\n".join(lines) + "\n", encoding="utf-8")
        desk.experiment_import.run("1", ColumnChoice(), attributes=[("country", "country")], **files)

    return take


def figures(desk, reference):
    found = desk.experiments.calculate(reference, keep=False).analysis
    return [
        (metric.metric, [(arm.users, arm.conversions, pytest.approx(arm.value)) for arm in metric.variants])
        for metric in found.metrics
    ], [(day.day, [arm.users for arm in day.arms]) for day in found.series]


def test_users_and_events_come_back_as_they_were(desk, take_rows, exported, sql):
    filled(desk, take_rows)
    users, events = exported("assignments"), exported("events")
    desk.experiments.clone("1")
    done = desk.experiment_import.run("2", ColumnChoice(), assignments=users, events=events)
    assert (done.moved.left_out, done.moved.without_assignment) == (1, 0)
    assert figures(desk, "2") == figures(desk, "1")
    known = (
        "SELECT users.user_identifier, before, name, value FROM experiment_assignments AS users JOIN "
        'experiment_attributes ON "user" = users.number WHERE test = {} ORDER BY 1, 3'
    )
    assert sql(known.format(2)) == sql(known.format(1))
    assert len(sql(known.format(1))) == 41


def test_what_was_imported_once_is_known_again_in_its_own_experiment(desk, take_rows, exported):
    filled(desk, take_rows)
    again = desk.experiment_import.run(
        "1", ColumnChoice(), assignments=exported("assignments"), events=exported("events")
    )
    assert (again.moved.users, again.moved.events) == (0, 0)


def test_daily_sums_come_back_with_every_metric_and_day(desk, take_rows, exported):
    filled(desk, take_rows)
    daily = exported("daily")
    desk.experiments.clone("1")
    desk.experiment_daily_import.run("2", daily, ColumnChoice())
    assert figures(desk, "2") == figures(desk, "1")
    desk.experiment_export.save("2", Part.DAILY, Form.CSV, daily.with_name("again.csv"))
    assert daily.with_name("again.csv").read_text() == daily.read_text()


def test_a_name_that_is_a_formula_runs_nowhere_and_comes_back(desk, sql):
    running(desk)
    user = "=HYPERLINK(1)"
    desk.experiments.assign("1", user, UserFacts(attributes={"=name": "@value"}))
    desk.experiments.track("1", user, new_event("bought", data='{"a": "=1"}'))
    out = io.StringIO()
    desk.experiment_export.write("1", Part.ASSIGNMENTS, Form.CSV, out)
    assert "\n'=HYPERLINK(1)," in out.getvalue()
    assert ",'@value\n" in out.getvalue()
    drafted(desk)
    desk.experiment_import.run("2", ColumnChoice(), assignments=io.BytesIO(out.getvalue().encode()))
    assert sql("SELECT user_identifier FROM experiment_assignments WHERE test = 2") == [(user,)]
    assert sql("SELECT DISTINCT name, value FROM experiment_attributes") == [("=name", "@value")]


def test_an_experiment_without_data_exports_a_header(desk):
    drafted(desk)
    for part in Part:
        out = io.StringIO()
        assert desk.experiment_export.write("1", part, Form.CSV, out) == 0
        assert out.getvalue().count("\n") == 1


def test_phases_survive_an_export(desk, clock, exported):
    running(desk, metric="bought", weights="90/10", min_sample="50", min_days="0")
    for weights, hits in ((None, 3), ("20/80", 9)):
        if weights:
            clock.at += timedelta(days=2)
            desk.experiments.update("1", {"weights": weights})
        for n in range(200):
            user = f"{weights}-{n}"
            desk.experiments.assign("1", user)
            if n % hits == 0:
                desk.experiments.track("1", user, new_event("bought"))
    files = {part: exported(part) for part in ("assignments", "events")}
    assert files["assignments"].read_text().splitlines()[0].endswith(",phase,weights")
    drafted(desk, metric="bought", min_sample="50", min_days="0")
    desk.experiment_import.run("2", ColumnChoice(), **files)
    first, second = (desk.experiments.calculate(each, keep=False).analysis for each in "12")
    assert [(each.phase, each.weights, each.users) for each in second.phases] == [
        (each.phase, each.weights, each.users) for each in first.phases
    ]
    assert second.target.comparisons == first.target.comparisons
    assert desk.experiments.get("2").weights == (0.2, 0.8)
    # Users of the draft's own weights are another experiment.
    running(desk, metric="bought")
    desk.experiments.assign("3", "somebody")
    with pytest.raises(NotAllowed, match="its phases are not those of the file"):
        desk.experiment_import.run("3", ColumnChoice(), **files)
