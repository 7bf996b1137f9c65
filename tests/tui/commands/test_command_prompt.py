"""What a line after `:` asks for."""

import pytest

from supportdesk.tui.commands import COMMANDS
from supportdesk.tui.screens.command_prompt import command_names, parse_request

NAMES = command_names(COMMANDS)


@pytest.mark.parametrize("typed", ["canned save hi --text Hi", "supportdesk doctor", "macro list"])
def test_what_belongs_into_a_shell_is_no_search(typed):
    request = parse_request(typed, NAMES)
    assert request.refusal == f"that is typed in a shell: supportdesk {typed.removeprefix('supportdesk ')}"
    assert not request.search


@pytest.mark.parametrize("typed", ["canned peaches", "macro lens broken", "supportdesk"])
def test_words_that_only_begin_alike_are_searched(typed):
    assert parse_request(typed, NAMES).search == typed
