"""Key map and key reader: sequences, count prefixes, and the user's own keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from supportdesk.domain.errors import InvalidValue
from supportdesk.tui.commands import BY_ID, COMMANDS, Command, Scope
from supportdesk.tui.commands.command import MACRO, macro_command

# What plain terminals, tmux and screen keep for themselves or send as something else.
SWALLOWED = {
    "ctrl+h": "backspace",
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+j": "newline",
    "ctrl+enter": "enter",
    "ctrl+a": "screen's prefix",
    "ctrl+b": "tmux's prefix",
    "ctrl+q": "flow control",
}
COUNT_LIMIT = 1_000_000
Sequence = tuple[str, ...]
_NAMES = {"pgdn": "pagedown", "pgup": "pageup", "esc": "escape", "del": "delete", " ": "space"}
_TOGETHER = {
    Scope.TICKET: (Scope.TICKETS, Scope.BOARD),
    Scope.TICKETS: (Scope.TICKET,),
    Scope.BOARD: (Scope.TICKET,),
}
"""Scopes of the same screens, of which neither hides the keys of the other."""
_SHOWN = {"pagedown": "pgdn", "pageup": "pgup", "escape": "esc", "down": "↓", "up": "↑"}


def parse_keys(text: str, command: str) -> Sequence:
    """Return a key sequence such as `s r`; raises `InvalidValue` for one that no plain terminal can send."""
    sequence = tuple(_NAMES.get(key, key) for key in text.split())
    if not sequence:
        raise InvalidValue(f"keys: {command} has no key; give one such as 'x' or 's r'", field="keys")
    for key in sequence:
        if key in SWALLOWED or (key.startswith("alt+") and len(key) == 5):
            why = SWALLOWED.get(key, "not sent by every terminal")
            raise InvalidValue(f"keys: {command} cannot have {key!r} ({why}); choose another key", field="keys")
        if key.isdigit():
            raise InvalidValue(f"keys: {command} cannot have {key!r}: digits are counts", field="keys")
    return sequence


def format_keys(keys: str) -> str:
    """Return a key sequence as hints and help write it."""
    return " ".join("F" + key[1:] if is_function_key(key) else _SHOWN.get(key, key) for key in keys.split())


def is_function_key(key: str) -> bool:
    """Return whether a key is one of F1, F2 and so on."""
    return key[0] == "f" and key[1:].isdigit()


class KeyMap:
    """Which key sequence means which command, after the user's changes."""

    def __init__(self, remapped: Mapping[str, Iterable[str]] | None = None) -> None:
        """Take command ids to key texts; raises `InvalidValue` for unknown ids, bad keys and clashes."""
        changes = {command: tuple(keys) for command, keys in (remapped or {}).items()}
        # The keys of macros: which ones there are is known when they are run.
        self.macros = tuple(
            macro_command(name.removeprefix(MACRO), keys) for name, keys in changes.items() if name.startswith(MACRO)
        )
        for unknown in changes.keys() - BY_ID.keys() - {command.id for command in self.macros}:
            raise InvalidValue(f"keys: {unknown!r} is no command; help (?) and the README list them", field="keys")
        commands = (*COMMANDS, *self.macros)
        self._keys = {command.id: changes.get(command.id, command.keys) for command in commands}
        self._scoped: dict[Scope, dict[Sequence, Command]] = {scope: {} for scope in Scope}
        for command in commands:
            for text in self._keys[command.id]:
                sequence = parse_keys(text, command.id)
                other = self._clash(command.scope, sequence)
                if other:
                    raise InvalidValue(f"keys: {text!r} is given to both {other.id} and {command.id}", field="keys")
                self._scoped[command.scope][sequence] = command

    def keys_of(self, command: Command) -> tuple[str, ...]:
        """Return the key texts of a command."""
        return self._keys.get(command.id, ())

    def table(self, scopes: Iterable[Scope]) -> dict[Sequence, Command]:
        """Return the sequences that work where all these scopes meet; a later scope wins."""
        merged: dict[Sequence, Command] = {}
        for scope in scopes:
            merged |= self._scoped[scope]
        return merged

    def _clash(self, scope: Scope, sequence: Sequence) -> Command | None:
        for each in (scope, *_TOGETHER.get(scope, ())):
            for other, command in self._scoped[each].items():
                short = min(len(other), len(sequence))
                if other[:short] == sequence[:short]:
                    return command
        return None


@dataclass(frozen=True, slots=True)
class Press:
    """What a key press came to: a command with its count, or a sequence that waits for more."""

    command: Command | None = None
    count: int | None = None
    pending: str = ""
    choices: tuple[tuple[str, Command], ...] = ()


class KeyReader:
    """Reads keys one by one and says when they make a command."""

    def __init__(self, table: dict[Sequence, Command]) -> None:
        self._table = table
        self._typed: Sequence = ()
        self._count = ""

    @property
    def waiting(self) -> bool:
        """Return whether a sequence or a count has begun."""
        return bool(self._typed or self._count)

    @property
    def begun(self) -> str:
        """Return the count and the keys that a sequence has begun with; empty when none has."""
        return " ".join(filter(None, (self._count, *self._typed)))

    def clear(self) -> None:
        """Discard the sequence and the count begun so far."""
        self._typed, self._count = (), ""

    def press(self, key: str) -> Press | None:
        """Read one key; return None when it means nothing here (what had begun is forgotten then)."""
        if not self._typed and key.isdigit() and len(key) == 1 and (self._count or key != "0"):
            self._count = str(min(int(self._count + key), COUNT_LIMIT))
            return Press(pending=self._count)
        typed = (*self._typed, key)
        command = self._table.get(typed)
        if command is not None:
            press = Press(command, int(self._count) if self._count else None)
            self.clear()
            return press
        choices = tuple(
            (" ".join(sequence[len(typed) :]), command)
            for sequence, command in self._table.items()
            if sequence[: len(typed)] == typed
        )
        if not choices:
            self.clear()
            return None
        self._typed = typed
        return Press(pending=(self._count + " " if self._count else "") + " ".join(typed), choices=choices)
