"""Results of typed numbers: one test, or thousands from a file."""

import csv
import io
import json

import pytest

HEADER = "name,control_conversions,control_users,test_conversions,test_users"


def test_many_tests_of_one_file_are_those_of_one_by_one(run, tmp_path):
    (tmp_path / "t.csv").write_text(
        f"{HEADER}\nfirst,17489,145274,17264,145310\nsecond,100,1000,160,1000\n,5,100,5,100\n"
    )
    found = list(csv.DictReader(io.StringIO(run("experiment", "evaluate", "--csv", str(tmp_path / "t.csv")).out)))
    assert [each["name"] for each in found] == ["first", "second", "3"]
    alone = run("experiment", "evaluate", "--control", "100/1000", "--test", "160/1000", "--json").json
    compared = alone["metrics"][0]["comparisons"][0]
    for name in ("difference", "difference_lower", "lift_upper", "z_score", "p_value"):
        assert float(found[1][name]) == pytest.approx(compared[name])
    assert float(found[1]["p_value_holm"]) == pytest.approx(3 * float(found[1]["p_value"]))
    assert float(found[0]["p_value_bh"]) == pytest.approx(1.5 * float(found[0]["p_value"]))


def test_a_file_gives_json_and_takes_other_headers(run, tmp_path):
    (tmp_path / "t.csv").write_text("a;b;c;d\n1;100;2;100\n0;0;0;0\n")
    pairs = zip(HEADER.split(",")[1:], "abcd", strict=True)
    columns = [word for field, header in pairs for word in ("--column", f"{field}={header}")]
    found = run("experiment", "evaluate", "--csv", str(tmp_path / "t.csv"), *columns, "--json").json["tests"]
    assert (found[0]["control_rate"], found[0]["test_rate"]) == (0.01, 0.02)
    assert found[1]["p_value"] is None
    assert found[1]["reason"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("x,5,4,1,10", "line 2, control_conversions: 5 are impossible of 4 users"),
        ("x,1.5,4,1,10", "whole number"),
        ("x,,4,1,10", "whole number"),
        ("x,-1,4,1,10", "whole number"),
        ("x,1,1_000,1,10", "whole number"),
    ],
)
def test_a_bad_row_is_named(run, tmp_path, row, says):
    (tmp_path / "t.csv").write_text(f"{HEADER}\n{row}\n")
    refused = run("experiment", "evaluate", "--csv", str(tmp_path / "t.csv"))
    assert refused.code == 1
    assert says in refused.err


def test_numbers_are_typed_or_in_a_file(run):
    assert run("experiment", "evaluate").code == 2
    assert run("experiment", "evaluate", "--control", "1/10", "--test", "2/10", "--csv", "x.csv").code == 2


def test_the_document_has_the_whole_analysis(run):
    found = run("experiment", "evaluate", "--control", "10/100", "--test", "30/100", "--test", "9/100", "--json")
    document = json.loads(found.out)
    assert {"verdict", "health", "metrics", "belief", "confidence_level", "guardrails", "phases"} <= set(document)
    assert document["verdict"]["next_step"]
    assert len(document["metrics"][0]["comparisons"]) == 2
    assert len(document["belief"]["variants"]) == 3


MEANS = "name,control_mean,control_sd,control_users,test_mean,test_variance,test_users"


def test_means_are_compared_as_typed_or_from_a_file(run, tmp_path):
    typed = run("experiment", "evaluate", "--means", "--control", "10.2/4.1/500", "--test", "11/4/510", "--json").json
    (metric,) = typed["metrics"]
    compared = metric["comparisons"][0]
    assert [arm["value"] for arm in metric["variants"]] == [10.2, 11.0]
    # R: t = .8 / sqrt(4.1^2/500 + 4^2/510).
    assert compared["z_score"] == pytest.approx(0.8 / (4.1**2 / 500 + 16 / 510) ** 0.5, rel=1e-6)
    (tmp_path / "m.csv").write_text(f"{MEANS}\nfirst,10.2,4.1,500,11,16,510\nsecond,-1,2,50,-1,4,50\n")
    found = list(
        csv.DictReader(io.StringIO(run("experiment", "evaluate", "--means", "--csv", str(tmp_path / "m.csv")).out))
    )
    assert float(found[0]["p_value"]) == pytest.approx(compared["p_value"])
    assert (found[0]["control_mean"], found[0]["control_conversions"]) == ("10.2", "")
    assert float(found[1]["difference"]) == 0


@pytest.mark.parametrize("arm", ["10/4", "x/4/5", "10/-4/5", "10/4/1.5", "10/nan/5", "1e99/4/5"])
def test_an_impossible_mean_is_refused_in_a_sentence(run, arm):
    refused = run("experiment", "evaluate", "--means", "--control", arm, "--test", "11/4/510")
    assert refused.code == 1
    assert "control" in refused.err


def test_what_a_file_is_advised_to_take_is_taken(run, tmp_path):
    (tmp_path / "t.csv").write_bytes(f"{HEADER}\né,1,100,,100\n".encode("cp1252"))
    file = ("experiment", "evaluate", "--csv", str(tmp_path / "t.csv"))
    assert "pass --encoding cp1252" in run(*file).err
    assert "--default test_conversions=TEXT" in run(*file, "--encoding", "cp1252").err
    options = ("--encoding", "cp1252", "--default", "test_conversions=0", "--delimiter", ",")
    assert run(*file, *options).out.splitlines()[1].startswith("é,100,1,0.01,100,0,")


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
