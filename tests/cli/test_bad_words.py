"""Words that no command can use: bytes that are no text, control characters, paths that no file has."""

import re
from functools import partial

import click
import pytest

from supportdesk.cli.io.param_types import FilePath, Text
from tests.cli.test_help import LEAVES

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
TEXT = "\udcff\x1b]0;owned\x07"
NEEDED = {"email": "rita@example.com", "test": "b"}
PATHS = ("", "x" * 5_000, "a\tb", "loop/file")


def values_for(parameter):
    """Return values that are no good for a parameter."""
    if isinstance(parameter.type, FilePath):
        return PATHS
    if isinstance(parameter.type, Text):
        return ["9223372036854775808" if parameter.name == "ref" else TEXT]
    return []


def words_of(path, bad, value):
    """Return a command with `value` for one parameter, and with something for all that it needs."""
    options, arguments = [], []
    for each in LEAVES[path].params:
        if isinstance(each, click.Argument):
            arguments.append(value if each is bad else NEEDED.get(each.name, "1"))
        elif each is bad or (each.required and not each.is_flag):
            options.append(f"{each.opts[-1]}={value if each is bad else NEEDED.get(each.name, '1')}")
    return [*path, *options, "--", *arguments]


GROUPS = sorted({path[0] for path in LEAVES})


@pytest.mark.parametrize("group", GROUPS)
def test_no_word_ends_a_command_otherwise_than_with_a_sentence(run, home, monkeypatch, group):
    monkeypatch.chdir(home)
    (home / "loop").symlink_to("loop")
    for command in (path for path in LEAVES if path[0] == group):
        for bad in LEAVES[command].params:
            for value in values_for(bad):
                ended = run(*words_of(command, bad, value), stdin="")
                assert ended.code in (0, 1, 2, 3, 75), (command, bad.name, value, ended.err)
                assert not CONTROLS.search(ended.err.replace("\n", "", ended.code != 0))
                if ended.code:
                    assert ended.err.startswith("Error: "), (command, bad.name, value)


@pytest.mark.parametrize("place", ["x" * 5_000, "loop", "loop/file", "a\tb", ""])
def test_a_desk_at_a_place_that_no_file_has_is_refused(run, home, monkeypatch, place):
    monkeypatch.chdir(home)
    (home / "loop").symlink_to("loop")
    refused = partial(run.typed, "--as", "ann")
    for words in (("--db", place, "ticket", "list"), ("--db", str(run.db), "desk", "copy", "--to", place)):
        ended = refused(*words, "--json")
        assert (ended.code, ended.error["code"]) == (1, "invalid_value")
