"""An experiment to work with."""

import pytest

from tests.cli.experiments.samples import BUTTON


@pytest.fixture
def experiment(run):
    """Add an experiment, and start it."""

    def add(*words: str, start: bool = True):
        created = run("experiment", "create", *BUTTON, *words, "--json")
        assert created.code == 0, created.err
        number = str(created.json["number"])
        return run("experiment", "start", number, "--json").json if start else created.json

    return add
