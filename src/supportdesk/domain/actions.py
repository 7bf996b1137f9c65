"""What is done to tickets in one step: by an agent to many at once, or by a macro."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.text import NAME_LIMIT, required_body, required_line
from supportdesk.domain.ticket import parse_priority, parse_status, parse_tag

WAKE = "wake"
"""The time of a snooze that wakes a ticket."""


_ALONE = {"add a note to": "note"}
"""Verbs that are others where it is not said what it is done to."""


@dataclass(frozen=True, slots=True)
class Actions:
    """What to do to each of some tickets, as people write it; what is empty is left as it is.

    `owner` is an agent, `me` or `none`, `tags` are `+vip` and `-spam`, `snooze` is a time or `wake`, `reply` may have
    the variables of canned replies, `canned` is the name of one.
    """

    status: str = ""
    priority: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    snooze: str = ""
    note: str = ""
    reply: str = ""
    canned: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is done."""
        return self == Actions()

    @property
    def is_answer(self) -> bool:
        """Whether requesters are answered."""
        return bool(self.reply or self.canned)

    @property
    def added_tags(self) -> frozenset[str]:
        """The tags that are added."""
        return frozenset(tag[1:] for tag in self.tags if tag[0] == "+")

    @property
    def removed_tags(self) -> frozenset[str]:
        """The tags that are removed."""
        return frozenset(tag[1:] for tag in self.tags if tag[0] == "-")

    def to_document(self) -> dict[str, object]:
        """Return what is not empty, as JSON can hold it."""
        values = ((name, getattr(self, name)) for name in FIELDS)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values if value}

    @property
    def verbs(self) -> str:
        """What is done, in words: `resolve and tag +vip`."""
        return _joined([" ".join(filter(None, (_ALONE.get(verb, verb), rest))) for verb, rest in self._steps()])

    def done_to(self, tickets: str) -> str:
        """Return what is done to these tickets: `resolve 3 tickets and tag them +vip`."""
        objects = [tickets, *["it" if tickets.startswith("1 ") else "them"] * len(fields(self))]
        steps = zip(self._steps(), objects, strict=False)
        return _joined([" ".join(filter(None, (verb, what, rest))) for (verb, rest), what in steps])

    def _steps(self) -> list[tuple[str, str]]:
        """Return each thing that is done, in words before and behind what it is done to."""
        steps = [
            ("answer", "") if self.is_answer else None,
            ("add a note to", "") if self.note else None,
            None if not self.status else ("resolve", "") if self.status == "resolved" else ("set", f"to {self.status}"),
            ("set", f"to {self.priority} priority") if self.priority else None,
            _assignment(self.owner) if self.owner else None,
            ("tag", " ".join(self.tags)) if self.tags else None,
            None if not self.snooze else ("wake", "") if self.snooze == WAKE else ("snooze", f"until {self.snooze}"),
        ]
        return [step for step in steps if step] or [("change", "")]


def _assignment(owner: str) -> tuple[str, str]:
    return ("unassign", "") if owner == "none" else ("assign", f"to {'you' if owner == 'me' else owner}")


def _joined(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


FIELDS = tuple(field.name for field in fields(Actions))


def parse_actions(values: Mapping[str, object]) -> Actions:
    """Return checked actions; raises `InvalidValue` for the first value at fault, and when nothing would be done."""
    unknown = next((name for name in values if name not in FIELDS), None)
    if unknown is not None:
        raise invalid("macro", unknown, f"it can have {', '.join(FIELDS)}")
    texts = {name: _text(name, values.get(name)) for name in FIELDS if name != "tags"}
    actions = Actions(
        status=texts["status"] and parse_status(texts["status"]),
        priority=texts["priority"] and parse_priority(texts["priority"]),
        owner=texts["owner"] and required_line("owner", texts["owner"], NAME_LIMIT),
        tags=_tags(values.get("tags")),
        snooze=texts["snooze"] and required_line("snooze", texts["snooze"], NAME_LIMIT),
        note=texts["note"] and required_body("note", texts["note"]),
        reply=texts["reply"] and required_body("reply", texts["reply"]),
        canned=texts["canned"] and required_line("canned", texts["canned"], NAME_LIMIT),
    )
    if actions.is_empty:
        raise InvalidValue(f"actions: nothing to do; give one of {', '.join(FIELDS)}", field="actions")
    if actions.reply and actions.canned:
        raise InvalidValue("canned: a text of its own and a canned reply exclude each other", field="canned")
    return actions


def _text(name: str, value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    raise invalid(name, str(value), "it must be a text")


def _tags(value: object) -> tuple[str, ...]:
    words: Sequence[object] = ()
    if isinstance(value, str):
        words = value.split()
    elif isinstance(value, list | tuple):
        words = value
    if value is not None and not words and value not in ("", [], ()):
        raise invalid("tags", str(value), "they must be texts such as +vip and -spam")
    return tuple(dict.fromkeys(_tag(word) for word in words))


def _tag(word: object) -> str:
    if not isinstance(word, str) or word[:1] not in ("+", "-"):
        raise invalid("tags", str(word), "a tag to add begins with +, one to remove with -")
    return word[0] + parse_tag(word[1:])
