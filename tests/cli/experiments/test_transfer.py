"""Data of experiments in files: imported, exported and imported again."""

import json

from tests.cli.experiments.samples import BUTTON


def test_users_and_events_come_from_files(run, experiment, tmp_path):
    experiment(start=False)
    assignments, events = tmp_path / "a.csv", tmp_path / "e.csv"
    assignments.write_text("uid,arm\na,green\na,blue\nb,blue\n")
    events.write_text("who,event_name\nb,clicks\nx,clicks\n")
    words = ["experiment", "import", "1", "--assignments", str(assignments), "--events", str(events)]
    words += ["--column", "user_identifier=uid", "--column", "variant=arm", "--column", "event_user=who"]
    tried = run(*words, "--dry-run").out
    assert "1 event left out: no assignment of that user\n" in tried
    assert tried.startswith("2 users and 1 event can be imported\n")
    done = run(*words, "--json").json
    assert done["seen"]["users_in_both_arms"] == done["imported"]["left_out"] == 1
    assert (done["imported"]["without_assignment"], done["test"]["status"]) == (1, "running")
    assert run("experiment", "import", "1").code == 2
    assert run(*words, "--both-arms", "maybe").code == 1
    assert run("experiment", "import", "1", "--assignments", str(tmp_path / "none.csv")).code == 1


def test_revenue_is_told_by_its_mean_and_days_are_those_of_the_data(run, experiment, tmp_path):
    experiment("--kind", "revenue", "--min-days", "0", start=False)
    file = tmp_path / "a.csv"
    file.write_text(
        "user_identifier,variant,assigned_at,spent\n"
        "a,green,2017-01-02T10:00:00Z,10\nb,green,2017-01-03T10:00:00Z,0\n"
        "c,blue,2017-01-24T10:00:00Z,5\nd,blue,2017-01-24T10:00:00Z,2.5\n"
    )
    words = ("--assignments", str(file), "--outcome", "clicks=spent")
    assert run("experiment", "import", "1", *words).code == 0
    assert "– / –" in run("experiment", "list").out
    results = run("experiment", "calculate", "1", "--json").json["results"]
    assert [(row["metric"], row["kind"], row["mean"], row["total"]) for row in results] == [
        ("clicks", "revenue", 5.0, 10.0),
        ("clicks", "revenue", 3.75, 7.5),
    ]
    assert [row["conversion_rate"] for row in results] == [0.5, 1.0]
    listed = run("experiment", "list").out
    assert "5 / 3.75" in listed
    assert "  23  " in listed
    shown = run("experiment", "show", "1").out
    assert "23 days of data" in shown
    assert "MEAN" in shown
    assert "50 %    50 %" not in shown


def test_daily_sums_are_imported_by_a_command(run, tmp_path):
    run("experiment", "create", *BUTTON)
    (tmp_path / "sums.csv").write_text(
        "day,variant,users,conversions\n2026-11-01,green,100,9\n2026-11-01,blue,100,12\n"
    )
    done = run("experiment", "import", "1", "--daily", str(tmp_path / "sums.csv"), "--json").json
    assert done["imported"] == {"new": 2, "changed": 0, "known": 0, "users": 200}
    assert done["test"]["from_sums"] is True
    said = run("experiment", "import", "1", "--daily", str(tmp_path / "sums.csv"))
    assert "2 daily sums of 200 users imported" in said.out
    assert "2 daily sums known already" in said.out
    assert run("experiment", "import", "1", "--daily", "a.csv", "--events", "b.csv").code == 2


def test_data_are_exported_and_imported_by_commands(run, experiment, tmp_path):
    experiment()
    run("experiment", "assign", "1", "ann", "--attribute", "country=de", "--before", "3")
    run("experiment", "track", "1", "ann", "clicks")
    users = run("experiment", "export", "1")
    assert (
        users.out.splitlines()[0] == "user_identifier,variant,assigned_at,before,left_out,reported_at,attribute:country"
    )
    assert users.out.splitlines()[1].endswith(",3.0,0,,de")
    assert "clicks" in run("experiment", "export", "1", "--events").out
    assert run("experiment", "export", "1", "--events", "--daily").code == 2
    assert run("experiment", "export", "1", "--daily", "--output", str(tmp_path / "d.csv")).code == 0
    [user] = run("experiment", "export", "1", "--json").json["assignments"]
    assert (user["user_identifier"], user["before"], user["attribute:country"]) == ("ann", 3.0, "de")
    [event] = map(json.loads, run("experiment", "export", "1", "--events", "--ndjson").out.splitlines())
    assert (event["event_name"], event["event_value"]) == ("clicks", None)
    run("experiment", "clone", "1")
    assert run("experiment", "import", "2", "--daily", str(tmp_path / "d.csv"), "--json").json["imported"]["new"] == 1
