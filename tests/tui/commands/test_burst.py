"""Keys that came at once run only when they can have been meant as commands."""

import pytest

from supportdesk.tui.commands import BY_ID, Scope
from supportdesk.tui.commands.burst import (
    ANSWERED_AT_ONCE,
    BEGINS_WITH,
    HARMLESS,
    TAKES_KEY,
    TAKES_TEXT,
    is_several_lines,
    is_typed_ahead,
)
from supportdesk.tui.commands.keymap import KeyMap, KeyReader

SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.TICKET, Scope.TICKETS)
NAMED = {"\r": "enter", "\x1b": "escape", " ": "space", "\n": "ctrl+j"}


def is_run(typed: str, **state: bool) -> bool:
    reader = KeyReader(KeyMap().table(SCOPES))
    keys = [NAMED.get(key, key) for key in typed]
    return is_typed_ahead(keys, reader, **({"in_text": False} | state))


@pytest.mark.parametrize(
    "typed",
    [
        "jjjjjjjjjjjjjjjj",
        "          e",
        "jjje",
        "12jsr",
        "jsiquick look\rj",
        "jibring a cable\r",
        "ithe lamp",
        "\rrHello",
        "jj\rsrfixed\r",
        ":tickets",
        "/printer\rj",
        "srhalf of a no",
        "cA title",
        "rHello",
        "ENew title",
        "Tdark",
        "yajjj",
        "aajaaj",
        "abob\rj",
        "t+vip -spam\rj",
        "jiseen by Bob\r",
    ],
)
def test_what_was_typed_ahead_is_run(typed):
    assert is_run(typed)


@pytest.mark.parametrize(
    "pasted",
    [
        "please help me resolve",
        "hello there",
        "every day the lamp",
        "see below",
        "Please help\rthank you\r",
        "one line\nanother line",
        "eeeeeeeeeeee",
        "aaaaaaaaaaaaaaaaaaaa",
        "thank you\r",
        "idea one\rin two\r",
        "reply to him\rthanks",
        "call me\rat noon\r",
        "/etc/hosts\r/etc/passwd\r",
        "edit it\r",
        "in one\nin two\n",
        "e\re\re\r",
        "eibring a cable\r",
        "+vip",
        "помогите",
    ],
)
def test_pasted_text_is_not_run(pasted):
    assert not is_run(pasted)


def test_what_follows_an_answer_is_read_as_commands():
    assert is_run("a note\rj", in_text=True)
    assert not is_run("a note\rplease resolve", in_text=True)
    assert not is_run("yes please", skip=True)


@pytest.mark.parametrize(
    ("typed", "several"), [("a note\r", False), ("\ra", False), ("one\rtwo", True), ("a\r\rb\r", True)]
)
def test_lines_of_text_are_told_from_one_line_with_its_end(typed, several):
    assert is_several_lines([NAMED.get(key, key) for key in typed]) is several


def test_the_commands_it_names_exist():
    assert BY_ID.keys() >= TAKES_TEXT | TAKES_KEY | HARMLESS | BEGINS_WITH.keys() | ANSWERED_AT_ONCE.keys()
