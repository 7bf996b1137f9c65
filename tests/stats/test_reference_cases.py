"""The worked cases pass, and their runner tells what fails."""

import doctest
import json
from pathlib import Path

import pytest

from supportdesk import stats
from tests.reference_cases import main

CASES = Path(__file__).parents[1] / "data" / "statistics_cases.json"


def case(**changes):
    inputs = {"x_control": 10, "n_control": 100, "x_test": 20, "n_test": 100, "alternative": "two-sided"}
    made = {"id": "z", "kind": "two_proportion_z_pooled", "inputs": inputs, "expected": {"z": 1.9802950859}}
    return made | {"tolerance": 1e-9} | changes


@pytest.fixture
def run(tmp_path, capsys):
    """Run cases; gives the exit code and the lines printed."""

    def run(*cases) -> tuple[int, list[str]]:
        file = tmp_path / "cases.json"
        file.write_text(json.dumps(cases))
        return main([str(file)]), capsys.readouterr().out.splitlines()

    return run


def test_every_worked_case_passes(capsys):
    assert main([str(CASES)]) == 0, capsys.readouterr().out


def test_every_worked_case_of_the_real_data_passes(shared_data, capsys):
    assert main([str(shared_data / "experiments" / "reference_cases.json")]) == 0, capsys.readouterr().out


def test_cases_that_pass_are_only_counted(run):
    nobody = {"x_control": 0, "n_control": 0, "x_test": 0, "n_test": 10}
    passing = [case(), case(inputs=nobody, expected={"z": None, "p_value": None, "significant": False})]
    assert run(*passing) == (0, ["2 of 2 cases pass, 0 fail"])


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"expected": {"z": 1.98}}, "z: z: expected 1.98, got 1.98029508"),
        ({"expected": {"z": None}}, "z: z: expected None, got 1.98"),
        ({"expected": {"q": 1}}, "z: q: expected 1, got 'nothing'"),
        ({"kind": "oracle"}, "z: the kind 'oracle' is not known"),
        ({"inputs": {}}, "z: KeyError"),
        ({"inputs": {"x_control": -1, "n_control": 1, "x_test": 1, "n_test": 1}}, "z: refused: conversions: -1"),
    ],
)
def test_a_case_that_fails_is_named(run, changes, line):
    code, lines = run(case(), case(**changes))
    assert code == 1
    assert lines[0].startswith(line)
    assert lines[-1] == "1 of 2 cases pass, 1 fail"


def test_the_example_in_the_package_is_true():
    assert doctest.testmod(stats).failed == 0
