"""The `:` prompt: a command by its name, id or synonym, a screen, a ticket by its number, or a search."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from supportdesk.tui.commands import Command

CLOSE = 0.75
"""How much alike two names must be, from 0 to 1, for one to be a typing error of the other."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a typed line asks for: one of these."""

    command: Command | None = None
    number: int | None = None
    search: str = ""
    topic: str = ""
    refusal: str = ""


_HELP = "help "
_OF_THE_SHELL = re.compile(r"supportdesk \S|(canned|macro) (save|list|delete|run)\b")


def command_names(commands: Iterable[Command]) -> dict[str, Command]:
    """Return every name that a command can be typed by: id, id in words, last word of `go.…`, synonyms."""
    names: dict[str, Command] = {}
    commands = list(commands)
    for command in commands:
        names[command.id.replace(".", " ")] = command
    for command in commands:
        group, _, screen = command.id.partition(".")
        for name in (command.id, *([screen] if group == "go" else []), *command.synonyms):
            names.setdefault(name, command)
    return names


def parse_request(typed: str, names: Mapping[str, Command]) -> Request:
    """Return what a line asks for; the beginning of a name stands for it where only one command has it."""
    line = " ".join(typed.split())
    word = line.casefold()
    if word in names:
        return Request(command=names[word])
    if word.removeprefix("#").isdecimal() and word.isascii():
        return Request(number=int(word.removeprefix("#")[:18]))
    if word.startswith(_HELP) and word.removeprefix(_HELP):
        return _manual_page(word.removeprefix(_HELP))
    if _OF_THE_SHELL.match(word):
        # As the app's own sentences name them; a search for them would find nothing.
        return Request(refusal=f"that is typed in a shell: supportdesk {line.removeprefix('supportdesk ')}")
    if line.startswith("/"):
        return Request(search=line.removeprefix("/").strip())
    begun = {command.id: command for name, command in names.items() if name.startswith(word)}
    if len(begun) == 1:
        return Request(command=next(iter(begun.values())))
    if begun:
        return Request(refusal=f"{line!r} can be {', '.join(name.replace('.', ' ') for name in begun)}")
    close = get_close_matches(word, names, n=3, cutoff=CLOSE)
    if close and ":" not in word:
        return Request(refusal=f"no command {line!r}; did you mean {' or '.join(close)}? /{line} searches for it")
    return Request(search=line)


def _manual_page(topic: str) -> Request:
    # Lazy import: keeps start-up fast.
    from supportdesk.help import TOPICS, close_topics

    if topic in TOPICS:
        return Request(topic=topic)
    meant = " or ".join(close_topics(topic))
    hint = f"did you mean {meant}?" if meant else f"there are {', '.join(TOPICS)}"
    return Request(refusal=f"no page {topic!r} in the manual; {hint}")
