"""Keys that came at once: typed ahead over a slow link, or text that was pasted without the codes of a paste."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import copy
from itertools import groupby

from supportdesk.tui.commands.command import Command, Scope
from supportdesk.tui.commands.keymap import KeyReader

MOST_CHANGES = 5
"""Commands in one burst that do something at once; holding a key down makes more."""
TAKES_TEXT = frozenset(
    {
        "answer",
        "assign",
        "canned",
        "create",
        "edit",
        "experiment.complete",
        "experiment.create",
        "experiment.edit",
        "experiment.pause",
        "experiment.ramp",
        "experiment.report",
        "experiment.weights",
        "faq.create",
        "file.open",
        "file.pipe",
        "file.save",
        "faq.edit",
        "faq.forget",
        "faq.restore",
        "faq.undelete",
        "faq.search",
        "gaps.create",
        "help",
        "link",
        "macro",
        "mail.search",
        "merge",
        "note",
        "note.correct",
        "palette",
        "preference.create",
        "preference.edit",
        "preference.search",
        "preferences",
        "prompt",
        "quarantine.add",
        "quarantine.block",
        "quarantine.unblock",
        "reply",
        "reply.all",
        "search",
        "snooze",
        "status.in-progress",
        "status.new",
        "status.resolved",
        "tags",
        "theme",
    }
)
"""Commands that ask for text, or open a form: the keys that follow are for that."""
TAKES_KEY = frozenset(
    {
        "away",
        "columns",
        "copy",
        "experiment.delete",
        "experiment.filter",
        "faq.category",
        "faq.delete",
        "mail.filter",
        "preference.language",
        "views",
    }
)
"""Commands that ask for one key."""
BEGINS_WITH = {"merge": frozenset("#0123456789"), "link": frozenset("#-0123456789"), "tags": frozenset("+-")}
"""First keys of texts that begin with a sign: a word after them was not meant as an answer."""
ANSWERED_AT_ONCE = {"assign": frozenset("an123456789")}
"""First keys of a text that are a whole answer; what follows is commands again."""
HARMLESS = frozenset(
    {
        "back",
        "board.left",
        "board.right",
        "experiment.terms",
        "experiment.view.next",
        "experiment.view.previous",
        "mark",
        "mark.range",
        "row.next",
        "row.previous",
        "unfold",
    }
)
"""Commands that only look or mark, like those of lists: any number of them may come at once."""
_ENDS_TEXT = ("enter", "escape", "ctrl+s", "f10")
_ENDS_LINE = ("enter", "ctrl+j")


def is_typed_ahead(keys: Iterable[str], reader: KeyReader, *, in_text: bool, skip: bool = False) -> bool:
    """Return whether keys that came at once can be meant as commands and answers; pasted text hardly ever can.

    A key that opens a text field takes what follows, to the end of the line. Text hits a key that means nothing
    here, has several lines, or changes something before it comes to a text field.
    `in_text` says whether the first key goes to a text field, `skip` whether it answers a question by itself.
    """
    reader = copy(reader)
    changes = acted = 0
    # Whether a line of text has ended: more text behind it was pasted.
    ended = False
    at_once: Collection[str] = ()
    first: Collection[str] = ()
    for key in keys:
        if skip:
            skip = False
        elif key in at_once:
            in_text, at_once = False, ()
            changes += 1
        elif in_text:
            is_text = key not in _ENDS_TEXT and key not in _ENDS_LINE
            if is_text and (ended or (first and key not in first)):
                return False
            in_text, at_once, first = key not in _ENDS_TEXT, (), ()
            ended = ended or key in _ENDS_LINE
        elif (press := reader.press(key)) is None:
            return False
        elif press.command is not None:
            in_text = press.command.id in TAKES_TEXT
            skip = press.command.id in TAKES_KEY
            moves = _is_harmless(press.command)
            if (ended and not moves) or (in_text and acted):
                return False
            at_once = ANSWERED_AT_ONCE.get(press.command.id, ())
            first = BEGINS_WITH.get(press.command.id, ())
            acted += not (in_text or skip or moves)
            ended = ended or (key in _ENDS_LINE and acted > 0)
    return changes + acted <= MOST_CHANGES


def is_several_lines(keys: Iterable[str]) -> bool:
    """Return whether keys that came at once are text of more than one line."""
    lines = groupby(keys, key=_ENDS_LINE.__contains__)
    return sum(not ends for ends, _ in lines) > 1


def _is_harmless(command: Command) -> bool:
    return command.scope is Scope.LIST or command.id in HARMLESS
