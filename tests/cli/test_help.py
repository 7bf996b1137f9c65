"""Help, completion and what is in the table of commands."""

import re

import click
import pytest

from supportdesk import __version__
from supportdesk.cli.main import supportdesk
from supportdesk.domain.experiments.experiment import Decision
from supportdesk.domain.experiments.surface import Surface
from supportdesk.domain.faq import Category
from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.domain.query import Order
from supportdesk.domain.ticket import Priority, Status
from supportdesk.services.transfer.duplicates import Duplicates
from supportdesk.storage.experiments.staged_rows import BothArms


def tree(command, path=()):
    """Every command below this one, with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for name in command.list_commands(ctx):
            yield from tree(command.get_command(ctx, name), (*path, name))


TREE = dict(tree(supportdesk))
LEAVES = {path: command for path, command in TREE.items() if not isinstance(command, click.Group)}


def test_the_commands_are_these():
    groups = {
        "": "backup commands demo doctor health help history paths redo restore undo",
        "agent": "hand-over list set",
        "attachment": "list save",
        "canned": "delete list save",
        "desk": "copy",
        "email": "test",
        "experiment": "assign calculate check clone complete create delete edit evaluate events explore export forget "
        "import list method pause plan report results show simulate start track update",
        "faq": "answer create delete export gaps history import list restore show stats suggest undelete update "
        "vote wordings",
        "macro": "delete list run save",
        "mail": "accept block blocked discard fetch list parse process receive show submit unblock",
        "notification": "deliver list retry show",
        "preference": "export import list set show stats",
        "suppression": "add list remove",
        "tag": "list rename",
        "ticket": "assign create delete draft export history import link list merge messages note notifications reply "
        "show snooze still-resolved tag undelete unlink unmerge update",
        "view": "delete list save",
    }
    wanted = {(*filter(None, [group]), verb) for group, verbs in groups.items() for verb in verbs.split()}
    assert set(LEAVES) == wanted


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_every_command_explains_itself_and_its_options(run, path):
    command = TREE[path]
    first = (command.help or "").split("\n")[0]
    assert re.fullmatch(r"[A-Z].*\.", first), "the help begins with one whole sentence"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert (parameter.help or "").strip(), f"{parameter.opts} says what it is for"
    ended = run.typed(*path, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert run.typed(*path, "-h").out == ended.out
    assert max(map(len, ended.out.splitlines())) <= 80


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_speaks_json(path):
    names = {name for parameter in LEAVES[path].params for name in parameter.opts}
    assert "--json" in names


def test_the_table_of_commands_says_what_the_commands_say():
    for path, command in TREE.items():
        for name, (_, says) in getattr(command, "later", {}).items():
            assert TREE[(*path, name)].help.startswith(says.removesuffix("."))


def test_help_names_the_words_that_are_allowed(run):
    for words, allowed in (
        (("ticket", "create"), Priority),
        (("ticket", "update"), Status),
        (("ticket", "list"), Order),
        (("notification", "list"), DeliveryStatus),
        (("faq", "create"), Category),
        (("faq", "import"), Duplicates),
        (("experiment", "complete"), Decision),
        (("experiment", "import"), BothArms),
    ):
        assert "|".join(allowed) in run.typed(*words, "--help").out
    # In a row they would be wider than the terminal.
    assert ", ".join(Surface) in " ".join(run.typed("experiment", "create", "--help").out.split())


def test_the_version_is_the_packages(run):
    assert run.typed("--version").out == f"supportdesk {__version__}\n"


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("supportdesk ", {"ticket", "undo", "history", "health"}),
        ("supportdesk ti", {"ticket"}),
        ("supportdesk ticket ", {"create", "list", "show", "update", "history", "notifications"}),
        ("supportdesk ticket list --status ", {"open", "new", "in-progress", "resolved"}),
        ("supportdesk ticket update 1 --status r", {"resolved"}),
        ("supportdesk ticket create --description - --priority ", {"low", "medium", "high"}),
        ("supportdesk faq list --category ", {"general", "account", "technical", "billing"}),
        ("supportdesk ticket list --limit x --order ", {"queue", "newest", "updated"}),
        ("supportdesk notification list --status ", {"pending", "sent", "failed"}),
        ("supportdesk ticket list --j", {"--json"}),
    ],
)
@pytest.mark.sqlite
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_commands_options_and_values(run, no_desk, monkeypatch, shell, line, offered):
    *before, last = line.split(" ")
    monkeypatch.setenv("_SUPPORTDESK_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", line if shell != "fish" else " ".join(before))
    monkeypatch.setenv("COMP_CWORD", last if shell == "fish" else str(len(before)))
    ended = run.typed(stdin="nothing here is read")
    words = set(re.split(r"[\s,]", ended.out))
    assert offered <= words
    assert not no_desk.exists()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_completion_script_is_printed_for_the_shell(run, monkeypatch, shell):
    monkeypatch.setenv("_SUPPORTDESK_COMPLETE", f"{shell}_source")
    assert f"_SUPPORTDESK_COMPLETE={shell}_complete" in run.typed().out
