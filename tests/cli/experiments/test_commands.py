"""Experiments from the command line: created, started, changed and undone."""

import subprocess
import sys

import pytest

from tests.cli.experiments.samples import BUTTON

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
