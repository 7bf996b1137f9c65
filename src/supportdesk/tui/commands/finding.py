"""Finding commands by what somebody typed: words of their line first, else fuzzily, the best first."""

from __future__ import annotations

from collections.abc import Sequence

from textual.fuzzy import FuzzySearch

from supportdesk.tui.commands.command import Command
from supportdesk.tui.commands.keymap import KeyMap, format_keys

_SEARCH = FuzzySearch()
ALIKE = 0.75
"""How much alike two words must be, from 0 to 1, for one to be a typing error of the other."""


def matching(commands: Sequence[Command], typed: str, keymap: KeyMap) -> list[Command]:
    """Return the commands that a text finds, best first; all in their order for an empty one.

    Commands whose line has all the words come alone; where there are none, the letters may be spread over a title,
    an id or a synonym.
    """
    words = typed.lower().split()
    if not words:
        return list(commands)
    whole = [command for command in commands if all(word in _line(command, keymap) for word in words)]
    scores = {command.id: _score(" ".join(words), command) for command in commands}
    found = whole or [command for command in commands if scores[command.id]]
    return sorted(found, key=lambda command: -scores[command.id]) or _alike(words, commands, keymap)


def format_all_keys(command: Command, keymap: KeyMap) -> str:
    """Return every key sequence of a command, as help writes them."""
    return "  ".join(format_keys(keys) for keys in keymap.keys_of(command))


def _alike(words: Sequence[str], commands: Sequence[Command], keymap: KeyMap) -> list[Command]:
    """Return the commands whose lines have words that these may be typing errors of."""
    # Lazy import: only a typing error needs it.
    from difflib import get_close_matches

    lines = {command.id: _line(command, keymap).split() for command in commands}
    return [
        command for command in commands if all(get_close_matches(word, lines[command.id], 1, ALIKE) for word in words)
    ]


def _line(command: Command, keymap: KeyMap) -> str:
    parts = (format_all_keys(command, keymap), command.title, command.id, command.scope, command.cli_equivalent)
    return " ".join((*parts, *command.synonyms)).lower()


def _score(typed: str, command: Command) -> float:
    return max(_SEARCH.match(typed, text)[0] for text in (command.title, command.id, *command.synonyms))
