"""The name under which a field was typed: an error about `contact_email` says `--email`, as the command calls it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

EXACT = 100
"""Better than any number of words in common."""


def with_typed_name(message: str, field: str | None, root: click.Group, words: Sequence[str]) -> str:
    """Return a message that names the option that was typed for `field`."""
    if not field or not message.startswith(f"{field}:"):
        return message
    name = _typed_name(field, root, words)
    return message if name is None else name + message.removeprefix(field)


def _typed_name(field: str, root: click.Group, words: Sequence[str]) -> str | None:
    wanted = set(field.replace("-", "_").split("_"))
    names: dict[str, int] = {}
    for command in _commands(root, words):
        for option in command.params:
            name = next((each for each in option.opts if _is_typed(each, words)), None)
            if name is not None and option.name is not None and isinstance(option, click.Option):
                names[name] = EXACT if option.name == field else len(wanted.intersection(option.name.split("_")))
    best = max(names.values(), default=0)
    fitting = [name for name, score in names.items() if score == best]
    return fitting[0] if best and len(fitting) == 1 else None


def _is_typed(name: str, words: Sequence[str]) -> bool:
    return any(word == name or word.startswith(f"{name}=") for word in words)


def _commands(root: click.Group, words: Sequence[str]) -> Iterator[click.Command]:
    """Yield the commands that the words go through, from the root."""
    command: click.Command = root
    yield command
    for word in words:
        if not isinstance(command, click.Group):
            return
        found = command.get_command(click.Context(command), word)
        if found is not None:
            command = found
            yield command
