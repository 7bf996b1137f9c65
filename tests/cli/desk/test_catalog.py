"""What `commands --json` says of every command is what its parser does."""

import click
import pytest

from supportdesk.cli.main import supportdesk
from tests.cli.test_bad_words import words_of
from tests.cli.test_help import LEAVES

COMMANDS = {(): supportdesk, **LEAVES}
ALSO_NEEDED = {("ticket", "reply"): "--text=x", ("experiment", "import"): "--events=x.csv"}


@pytest.fixture
def described(run):
    """Every parameter of every command, with what the catalogue says of it."""
    rows = run("commands", "--json").json
    assert [tuple(row["command"].split()) for row in rows] == list(COMMANDS)
    return [
        (path, parameter, entry)
        for (path, command), row in zip(COMMANDS.items(), rows, strict=True)
        for parameter, entry in zip(command.params, row["parameters"], strict=True)
    ]


def test_every_parameter_is_described_as_its_parser_takes_it(described):
    for path, parameter, entry in described:
        context = click.Context(COMMANDS[path])
        names = [*parameter.opts, *parameter.secondary_opts]
        assert entry["kind"] == parameter.param_type_name
        assert entry["names"] == (names if entry["kind"] == "option" else [parameter.make_metavar(context)])
        assert entry["required"] is parameter.required
        assert entry["multiple"] is (parameter.multiple or parameter.nargs == -1)
        assert (entry["type"] == "flag") is getattr(parameter, "is_flag", False)
        default = parameter.get_default(context)
        if isinstance(default, str | int | float):
            assert entry["default"] == default
        else:
            assert entry["default"] is None


def test_a_wrong_choice_or_number_is_refused_with_the_value_and_what_is_allowed(run, described):
    run.ticket()
    run("faq", "create", "--question", "Why?", "--answer", "So.")
    run("experiment", "create", "--name", "n", "--control", "a", "--test", "b", "--metric", "m")
    for path, parameter, entry in described:
        if not entry["choices"] and entry["type"] != "integer":
            continue
        also = filter(None, [ALSO_NEEDED.get(path)])
        ended = run(*path, *also, *words_of(path, parameter, "zzz")[len(path) :], stdin="")
        assert (ended.code, "'zzz'" in ended.err) == (1, True), (path, entry["names"], ended)
        assert all(word in ended.err for word in entry["choices"] or ["from 1 to"]), (path, ended.err)
