"""Results of experiments by command: calculated, shown, reported, explored and checked."""

import pytest

from tests.cli.experiments.samples import BUTTON, in_arms


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
    assert "look 1, by ann; calculate it again with: supportdesk experiment calculate 1" in shown
    assert shown.startswith("Button: no result: ")
    assert "valid at every look: p 1" in shown
    done = run("experiment", "complete", "1", "--json").json
    assert (done["status"], done["decision"]) == ("completed", "no-result")
    assert done["decision_reason"].startswith("no result: ")


def test_completing_without_enough_data_ends_without_a_result(run, experiment):
    experiment()
    done = run("experiment", "complete", "1", "--json").json
    assert (done["status"], done["decision"]) == ("completed", "no-result")
    assert done["decision_reason"].startswith("not yet: ")
    assert done["end_date"] is not None


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


@pytest.mark.sqlite
def test_what_cannot_be_calculated_is_no_good_news(run, experiment, sql):
    experiment()
    sql("CREATE TRIGGER no_looks BEFORE INSERT ON experiment_looks BEGIN SELECT RAISE(ABORT, 'no'); END")
    told = run("experiment", "check")
    assert (told.code, told.err) == (75, "Error: 1 failed calculation of experiments\n")
    assert "#1 cannot be calculated: " in told.out
    assert "nothing needs attention" not in told.out
    assert [each["experiment"] for each in run("experiment", "check", "--json").json["failed"]] == [1]
