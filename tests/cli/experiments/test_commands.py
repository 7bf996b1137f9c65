"""Experiments from the command line: written, started, seen, tracked and ended."""

import json
import subprocess
import sys
from itertools import count, islice

import pytest

from tests.arms import falling_in

FIELDS = [
    "id",
    "number",
    "name",
    "description",
    "hypothesis",
    "control_variant",
    "test_variant",
    "target_metric",
    "status",
    "confidence_level",
    "minimum_sample_size",
    "start_date",
    "end_date",
    "total_participants",
    "created_at",
]
BUTTON = ("--name", "Button", "--control", "green", "--test", "blue", "--metric", "clicks")


@pytest.fixture
def experiment(run):
    """Add an experiment, and starts it."""

    def add(*words: str, start: bool = True):
        created = run("experiment", "create", *BUTTON, *words, "--json")
        assert created.code == 0, created.err
        number = str(created.json["number"])
        return run("experiment", "start", number, "--json").json if start else created.json

    return add


def in_arms(run, *many):
    """Assign so many users to each arm of experiment 1."""
    experiment_id = run("experiment", "show", "1", "--json").json["id"]
    return [
        user
        for arm, users in enumerate(many)
        for user in islice(falling_in(arm, map(str, count()), experiment_id), users)
    ]


def test_what_is_created_is_shown_and_listed(run):
    created = run("experiment", "create", *BUTTON, "--hypothesis", "Blue clicks better.", "--json").json
    assert list(created)[: len(FIELDS)] == FIELDS
    assert (created["status"], created["confidence_level"], created["minimum_sample_size"]) == ("draft", 0.95, 100)
    assert (created["control_variant"], created["test_variant"], created["target_metric"]) == (
        "green",
        "blue",
        "clicks",
    )
    for reference in ("1", "#1", created["id"], created["id"][:9]):
        assert run("experiment", "show", reference, "--json").json == created
    assert run("experiment", "list", "--json").json == {"experiments": [created], "next_cursor": None}
    assert run("experiment", "list", "--csv").out.startswith(",".join(FIELDS))
    assert "#1      draft" in run("experiment", "list").out
    assert "Blue clicks better." in run("experiment", "show", "1").out


def test_several_variants_weights_and_metrics(run):
    created = run(
        *("experiment", "create", *BUTTON, "--test", "red", "--weights", "50/30/20", "--guardrail", "complained:down"),
        *("--secondary", "bought:revenue", "--guardrail", "slow:mean:down", "--json"),
    ).json
    assert [(each["name"], each["weight"]) for each in created["variants"]] == [
        ("green", 0.5),
        ("blue", 0.3),
        ("red", 0.2),
    ]
    assert [(each["name"], each["role"], each["kind"], each["better"]) for each in created["metrics"]] == [
        ("clicks", "target", "conversion", "up"),
        ("bought", "secondary", "revenue", "up"),
        ("complained", "guardrail", "conversion", "down"),
        ("slow", "guardrail", "mean", "down"),
    ]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["--confidence", "95"], "confidence"),
        (["--confidence", "0"], "confidence"),
        (["--confidence", "1"], "confidence"),
        (["--min-sample", "-5"], "min_sample"),
        (["--weights", "60/60"], "weights"),
        (["--surface", "attic"], "surface"),
        (["--kind", "share"], "kind"),
    ],
)
def test_a_bad_value_is_refused_in_a_sentence(run, words, field):
    refused = run("experiment", "create", *BUTTON, *words, "--json")
    assert (refused.code, refused.error["code"], refused.error["field"]) == (1, "invalid_value", field)
    run.new_desk()
    assert run("experiment", "list", "--json").json["experiments"] == []


def test_the_start_shows_the_checklist(run, experiment):
    experiment(start=False)
    shown = run("experiment", "start", "1", "--check").out
    assert "warning  hypothesis" in shown
    assert "no event clicks was reported yet" in shown
    assert run("experiment", "show", "1", "--json").json["status"] == "draft"
    started = run("experiment", "start", "1").out
    assert started.endswith("hypothesis, metric, confidence, sample and weights are frozen\n")


def test_a_step_that_is_not_allowed_is_refused(run, experiment):
    experiment()
    again = run("experiment", "start", "1", "--json")
    assert (again.code, again.error["code"], again.error["field"]) == (1, "not_allowed", "status")
    assert run("experiment", "update", "1", "--metric", "x").code == 1
    assert run("experiment", "delete", "1", "--yes").code == 1
    assert run("experiment", "pause", "1").out == "experiment #1 is paused\n"


def test_assigning_and_tracking(run, experiment):
    test = experiment()
    assigned = run("experiment", "assign", "1", "user123", "--json").json
    names = ["test_id", "user_identifier", "variant", "hash_value", "assigned_at", "stored", "note"]
    assert list(assigned) == names
    assert (assigned["test_id"], assigned["stored"]) == (test["id"], True)
    assert run("experiment", "assign", "1", "user123", "--json").json == assigned
    assert run("experiment", "assign", "1", "user123").out == f"user123: {assigned['variant']}\n"
    words = ("experiment", "track", "1", "user123", "clicks", "--value", "1", "--data", '{"color": "blue"}')
    tracked = run(*words, "--event-id", "a", "--json").json
    assert json.loads(tracked["event_data"]) == {"color": "blue"}
    assert (tracked["event_value"], tracked["counted"], tracked["variant"]) == (1, True, assigned["variant"])
    assert run(*words, "--event-id", "a").out == "clicks of user123 was known already\n"
    assert run("experiment", "show", "1", "--json").json["total_participants"] == 1


def test_a_second_conversion_says_that_it_counts_no_more(run, experiment):
    experiment("--secondary", "basket:revenue")
    run("experiment", "assign", "1", "u")
    assert run("experiment", "track", "1", "u", "clicks").out.endswith(") counts\n")
    again = run("experiment", "track", "1", "u", "clicks").out
    assert again == "clicks of u kept; this user counts already, or is left out; a conversion counts once\n"
    told = run("experiment", "track", "1", "u", "clicks", "--json").json
    assert (told["counted"], told["repeated"]) == (False, False)
    for _ in range(2):
        assert run("experiment", "track", "1", "u", "basket", "--value", "2", "--json").json["counted"] is True


def test_what_is_not_counted_comes_with_the_command_that_would_count_it(run, experiment):
    experiment()
    run("experiment", "assign", "1", "u")
    for _ in range(3):
        run("experiment", "track", "1", "u", "button_clicked")
    for command in ("show", "events"):
        shown = run("experiment", command, "1").out
        assert "not counted: 3 × button_clicked;" in shown
        assert "supportdesk experiment clone 1 --secondary button_clicked" in shown
    clone = run("experiment", "clone", "1", "--metric", "clicks,button_clicked", "--json").json
    assert (clone["target_metric"], clone["status"], clone["number"]) == ("clicks,button_clicked", "draft", 2)


def test_many_users_at_once(run, experiment, tmp_path):
    experiment()
    piped = run("experiment", "assign", "1", "--users", "-", "--json", stdin="a\nb\n\na\n").json["assignments"]
    assert [each["user_identifier"] for each in piped] == ["a", "b", "a"]
    assert run("experiment", "assign", "1", "-", "--json", stdin="a\n").json == piped[0]
    assert run("experiment", "assign", "1", "-", "--json", stdin="a\nb\n").json["assignments"] == piped[:2]
    users = tmp_path / "users.txt"
    users.write_text("a\nc\n")
    lines = run("experiment", "assign", "1", "--users", str(users)).out.splitlines()
    assert lines[0] == f"a\t{piped[0]['variant']}"
    assert run("experiment", "show", "1", "--json").json["total_participants"] == 3
    assert run("experiment", "assign", "1", "--users", str(tmp_path / "none")).code == 1
    assert run("experiment", "assign", "1").code == 2


@pytest.mark.parametrize(
    ("line", "said"), [(b"x" * 400, "line 3, user: 400 characters"), (b"\xff\xfe\x00", "line 3: it is no")]
)
def test_a_bad_user_among_many_is_named_by_its_line(run, experiment, tmp_path, line, said):
    experiment()
    users = tmp_path / "users.txt"
    users.write_bytes(b"a\n\n" + line + b"\nb\n")
    refused = run("experiment", "assign", "1", "--users", str(users), "--json")
    assert (refused.code, refused.error["field"]) == (1, "users")
    assert said in refused.error["message"]


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (["assign", "9", "u"], 3, "reference"),
        (["assign", "1", ""], 1, "user"),
        (["assign", "1", "x" * 400], 1, "user"),
        (["track", "1", "stranger", "clicks"], 1, "user"),
        (["track", "1", "u", "clicks", "--value", "nan"], 1, "value"),
        (["track", "1", "u", "clicks", "--value", "inf"], 1, "value"),
        (["track", "1", "u", "clicks", "--data", "{'a': 1}"], 1, "data"),
        (["track", "1", "u", "clicks", "--at", "2999-01-01T00:00:00Z"], 1, "at"),
        (["track", "1", "u", "clicks", "--at", "1999-01-01T00:00:00Z"], 1, "at"),
        (["track", "1", "u", "\x1b[31m"], 1, "event"),
    ],
)
def test_bad_users_and_events_are_refused_in_a_sentence(run, experiment, words, code, field):
    experiment()
    run("experiment", "assign", "1", "u")
    refused = run("experiment", *words, "--json")
    assert (refused.code, refused.error["field"]) == (code, field)
    assert run("experiment", "events", "1", "--json").json["events"] == []


def test_a_note_says_that_nothing_was_stored(run, experiment):
    experiment(start=False)
    shown = run("experiment", "assign", "1", "u")
    assert shown.code == 0
    assert shown.err == "Note: not stored; a draft: nobody is assigned before it starts\n"
    assert run("experiment", "assign", "1", "u", "--json").json["stored"] is False


def test_undo_brings_a_deleted_draft_back(run, experiment):
    draft = experiment(start=False)
    assert run("experiment", "delete", "1", "--json").error["field"] == "yes"
    assert run("experiment", "delete", "1", "--yes").code == 0
    assert run("experiment", "show", "1").code == 3
    assert run("undo").code == 0
    assert {**run("experiment", "show", "1", "--json").json} == draft


def test_undo_of_a_step_says_what_to_do_instead(run, experiment):
    experiment()
    assert "pause the experiment, or complete it" in run("undo").err
    run("experiment", "pause", "1")
    assert (
        "cannot be undone: experiment #1 paused; users may have seen it; start the experiment to continue it"
        in run("undo").err
    )
    run("experiment", "complete", "1", "--decision", "no-result")
    assert "clone the experiment to run it again" in run("undo").err


def test_commands_on_experiments_import_no_mathematics(run, experiment):

    experiment()
    for words in (["list"], ["show", "1"], ["assign", "1", "u"], ["track", "1", "u", "clicks"]):
        script = (
            "import sys\nfrom supportdesk.__main__ import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
            "sys.exit(bool({'numpy', 'scipy', 'textual'} & set(sys.modules)))"
        )
        command = [sys.executable, "-c", script, "--db", str(run.db), "--as", "ann", "experiment", *words]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_results_are_calculated_shown_and_stay(run, experiment):
    experiment("--min-days", "0", "--min-sample", "5")
    assert run("experiment", "results", "1").code == 3
    # 15 in each arm, two of three convert.
    for place, user in enumerate(in_arms(run, 15, 15)):
        run("experiment", "assign", "1", user)
        if place % 3:
            run("experiment", "track", "1", user, "clicks")
    # What came in today decides once no more can come in.
    run("experiment", "pause", "1")
    calculated = run("experiment", "calculate", "1", "--json").json
    assert list(calculated) == ["test", "results", "analysis"]
    assert [list(row) for row in calculated["results"]] == [
        [
            "variant",
            "sample_size",
            "conversion_count",
            "conversion_rate",
            "confidence_interval_lower",
            "confidence_interval_upper",
            "z_score",
            "p_value",
            "is_statistically_significant",
            "calculated_at",
            "metric",
            "kind",
            "mean",
            "total",
        ]
    ] * 2
    control, test = calculated["results"]
    assert control["conversion_rate"] == control["conversion_count"] / control["sample_size"]
    assert control["sample_size"] + test["sample_size"] == 30
    assert control["confidence_interval_lower"] < control["conversion_rate"] < control["confidence_interval_upper"]
    assert (control["z_score"], control["p_value"]) == (None, None)
    assert run("experiment", "results", "1", "--json").json == calculated
    shown = run("experiment", "results", "1").out
    assert shown.startswith("Button: no result: ")
    assert "valid at every look: p 1" in shown
    done = run("experiment", "complete", "1", "--json").json
    assert (done["status"], done["decision"]) == ("completed", "no-result")
    assert done["decision_reason"].startswith("no result: ")


@pytest.mark.sqlite
def test_a_calculator_needs_no_desk(run, no_desk):
    found = run("experiment", "evaluate", "--control", "17489/145274", "--test", "17264/145310", "--json").json
    compared = found["metrics"][0]["comparisons"][0]
    assert compared["z_score"] == pytest.approx(-1.31092, abs=1e-5)
    assert compared["p_value"] == pytest.approx(0.18988, abs=1e-5)
    assert found["verdict"]["state"] == "no result"
    assert not no_desk.exists()


def test_what_is_very_sure_or_very_small_is_said_so(run):
    def says(control, *tests):
        words = [word for test in tests for word in ("--test", test)]
        return run("experiment", "evaluate", "--control", control, *words).out

    assert "p < 1e-300" in says("100000/1000000", "200000/1000000")
    assert "p 0," not in says("100000/1000000", "200000/1000000")
    assert "warning  sample     10 users per variant at least: so few that z is rough, and little can be shown" in says(
        "0/10", "10/10"
    )
    assert "warning  sample     1,000 users per variant at least: so few that" in says("1/1000", "3/1000")
    assert "warning  sample     a variant has no users" in says("0/0", "0/0")
    assert "1 user per variant" in says("0/1", "1/1")
    both = says("100/1000", "200/1000", "300/1000").splitlines()[0]
    assert both.startswith("result: ship: test 2 changes conversion by +20.00 points (")
    assert "; test 1 changes it by +10.00 points (" in both


def test_completing_without_enough_data_ends_without_a_result(run, experiment):
    experiment()
    done = run("experiment", "complete", "1", "--json").json
    assert (done["status"], done["decision"]) == ("completed", "no-result")
    assert done["decision_reason"].startswith("not yet: ")
    assert done["end_date"] is not None


@pytest.mark.parametrize("arm", ["0/0", "0/10", "10/10"])
def test_odd_counts_are_answered_in_words(run, arm):
    shown = run("experiment", "evaluate", "--control", arm, "--test", arm)
    assert shown.code == 0
    assert "nan" not in shown.out
    assert "inf" not in shown.out


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["evaluate", "--control", "11/10", "--test", "1/10"], "control"),
        (["evaluate", "--control", "1/10", "--test", "x"], "test"),
        (["evaluate", "--control", "1/10", "--test", "-1/10"], "test"),
        (["evaluate", "--control", "1/10", "--test", "1/10", "--confidence", "95"], "confidence"),
        (["evaluate", "--control", "1/10", "--test", "1/10", "--weights", "9/9"], "weights"),
        (["plan", "--baseline", "13", "--effect", "0.02"], "baseline"),
        (["plan", "--baseline", "0.13", "--effect", "0"], "effect"),
        (["plan", "--baseline", "nan", "--effect", "0.1"], "baseline"),
        (["plan", "--baseline", "0.13", "--effect", "0.02", "--power", "1"], "power"),
        (["plan", "--baseline", "0.13", "--effect", "0.02", "--variants", "1"], "variants"),
        (["plan", "--baseline", "0.13", "--effect", "0.02", "--weights", "50/30/10"], "weights"),
        (["plan", "--baseline", "0.13", "--margin", "0"], "margin"),
        (["plan", "--baseline", "0", "--sd", "2", "--margin", "1%"], "margin"),
        (["plan", "--baseline", "20", "--effect", "1", "--sd", "-1"], "sd"),
        (["plan", "--baseline", "20", "--effect", "0", "--sd", "1"], "effect"),
        (["simulate", "--aa", "--baseline", "2"], "baseline"),
    ],
)
def test_bad_numbers_are_refused_in_a_sentence(run, words, field):
    refused = run("experiment", *words, "--json")
    assert (refused.code, refused.error["code"], refused.error["field"]) == (1, "invalid_value", field)


def test_per_cent_are_answered_with_how_to_write_them(run):
    def says(*words):
        return run("experiment", "plan", *words).err

    assert "'13' is not allowed" in says("--baseline", "13", "--effect", "0.02")
    assert "write 0.13 for 13 %" in says("--baseline", "13", "--effect", "0.02")
    assert "write 0.8 for 80 %" in says("--baseline", "0.13", "--effect", "0.02", "--power", "80")


def test_a_plan_and_a_simulation(run):
    planned = run("experiment", "plan", "--baseline", "0.13", "--effect", "0.02", "--daily-users", "500")
    assert "users per variant" in planned.out
    assert "days at 500 users a day" in planned.out
    assert "Fleiss" in planned.out
    simulated = run("experiment", "simulate", "--aa", "--runs", "100", "--json").json["methods"]
    assert {tuple(each) for each in simulated} == {("method", "rate", "error")}
    assert "the verdict here" in run("experiment", "simulate", "--aa", "--runs", "20").out
    assert run("experiment", "simulate").code == 2


def test_a_plan_knows_weights_means_looks_and_comparisons(run):
    def planned(*words):
        return run("experiment", "plan", *words, "--json").json

    rate = ("--baseline", "0.13", "--effect", "0.02")
    even, uneven = planned(*rate), planned(*rate, "--weights", "90/10")
    assert even["users_per_arm"] == 4724
    assert uneven["users"] > 2 * even["users"]
    assert uneven["users_per_arm"] == uneven["arms"][1] < uneven["arms"][0]
    looked = planned(*rate, "--looks", "20")
    assert 1.03 < looked["users_per_arm"] / even["users_per_arm"] < 1.06
    assert even["users_with_looks"] > even["users_per_arm"]
    several = planned(*rate, "--variants", "3", "--metrics", "2")
    assert several["alpha"] == pytest.approx(0.05 / 4)
    # R: power.t.test(delta = 0.5, sd = 4, power = 0.8) has 1005.6 a group.
    assert 1000 < planned("--baseline", "20", "--effect", "0.5", "--sd", "4")["users_per_arm"] < 1010
    assert "Holm's first and hardest step" in run("experiment", "plan", *rate, "--variants", "3").out


def test_a_guardrail_is_planned_by_its_margin(run):
    shown = run("experiment", "plan", "--baseline", "0.13", "--margin", "5%")
    assert "non-inferiority" in shown.out
    tight, loose = (
        run("experiment", "plan", "--baseline", "0.13", "--margin", margin, "--json").json["users_per_arm"]
        for margin in ("1%", "5%")
    )
    assert 20 < tight / loose < 26
    assert run("experiment", "plan", "--baseline", "0.13").code == 2


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


def test_an_arm_without_users_has_no_rate(run, experiment):
    experiment()
    rows = run("experiment", "calculate", "1", "--json").json["results"]
    assert [(row["sample_size"], row["conversion_rate"]) for row in rows] == [(0, None), (0, None)]


def test_a_mean_says_that_it_is_over_those_who_reported(run, experiment):
    experiment("--kind", "mean", "--min-days", "0")
    users = in_arms(run, 6, 6)
    for user in users:
        run("experiment", "assign", "1", user)
    run("experiment", "track", "1", users[3], "clicks", "--value", "4")
    assert "MEAN OF REPORTED" in run("experiment", "calculate", "1").out
    assert "REPORTED" in run("experiment", "show", "1").out


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


def test_a_report_is_printed_or_written(run, experiment, tmp_path):
    experiment("--hypothesis", "Blue clicks better.")
    assert "# Experiment \\#1: Button" in run("experiment", "report", "1").out
    assert run("experiment", "report", "1", "--format", "html").out.startswith("<!DOCTYPE html>")
    assert run("experiment", "report", "1", "--output", str(tmp_path / "r.html")).code == 0
    assert "Blue clicks better." in (tmp_path / "r.html").read_text()
    said = run("experiment", "report", "1", "--json").json
    assert (said["format"], said["file"]) == ("markdown", None)
    assert "Blue clicks better." in said["text"]
    written = run("experiment", "report", "1", "--output", str(tmp_path / "s.html"), "--json").json
    assert written == {"format": "html", "file": str(tmp_path / "s.html"), "text": None}
    assert run("experiment", "report", "1", "--format", "pdf").code == 1
    assert run("experiment", "report", "9").code == 3


def test_what_the_plan_does_not_name_is_explored(run, experiment):
    experiment()
    for user in in_arms(run, 5, 5):
        run("experiment", "assign", "1", user, "--attribute", "country=de")
    said = run("experiment", "explore", "1", "--event", "opened", "--segment", "country")
    assert "exploratory: it does not decide" in said.out
    assert "5 / 5" in said.out
    assert run("experiment", "explore", "1", "--json").json["exploratory"] is True
    assert run("experiment", "explore", "1", "--cap", "7").code == 1


def test_cron_is_told_by_the_exit_code(run, experiment, tmp_path):
    run("experiment", "create", *BUTTON)
    assert "nothing needs attention" in run("experiment", "check").out
    (tmp_path / "d.csv").write_text("day,variant,users,conversions\n2026-11-01,green,900,9\n2026-11-01,blue,100,2\n")
    run("experiment", "import", "1", "--daily", str(tmp_path / "d.csv"))
    told = run("experiment", "check", "1")
    assert told.code == 75
    assert "split: #1 Button: the split" in told.out
    assert "split" in str(run("experiment", "list").out)
    found = run("experiment", "check", "--json")
    assert (found.code, found.json["alerts"][0]["kind"]) == (75, "split")


def test_a_user_is_forgotten_after_a_question(run, experiment):
    experiment()
    run("experiment", "assign", "1", "ann")
    run("experiment", "track", "1", "ann", "clicks")
    assert run("experiment", "forget", "1", "ann").code == 1
    done = run("experiment", "forget", "1", "ann", "--yes", "--json").json
    assert done == {"user": "ann", "events": 1, "experiments": [1]}
    assert "forgotten   1 user; their counts stay" in run("experiment", "show", "1").out
    assert run("experiment", "forget", "all", "ann", "--yes").code == 3
