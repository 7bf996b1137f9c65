"""The filters of the query language: one row each, with its names, what its value can be, and how that is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from supportdesk.domain.errors import InvalidValue, invalid, one_of
from supportdesk.domain.query import times
from supportdesk.domain.query.tree import Filter
from supportdesk.domain.ticket import OPEN, Priority, Side, Status, parse_priority, parse_status, parse_tag

MAX_VALUES = 50
"""Values of one filter, separated by commas."""
STATUS_WORDS = ("open", *Status)

# Only to check what does not depend on the time.
_SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FilterKind:
    """A filter: `key:value`.

    `read` returns a value in its normal form, or raises `InvalidValue`; `values` are those that there are, and `source`
    names what the desk knows of others: "agents", "tags". One that `widens` finds what has any of its
    values, however often it is written; of others all must match.
    """

    key: str
    finds: str
    example: str
    read: Callable[[str], str]
    synonyms: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    source: str = ""
    widens: bool = False


def split(value: str) -> list[str]:
    """Return the values of a filter that are separated by commas."""
    return [word.strip() for word in value.split(",")]


def statuses(value: str) -> frozenset[Status]:
    """Return the statuses that a value means; raises `InvalidValue`."""
    return frozenset(status for word in split(value) for status in _statuses_of(word))


def _statuses_of(word: str) -> Sequence[Status]:
    if word.lower() == "open":
        return OPEN
    try:
        return (parse_status(word),)
    except InvalidValue:
        raise invalid("status", word, one_of(STATUS_WORDS)) from None


def priorities(value: str) -> frozenset[Priority]:
    """Return the priorities that a value means; raises `InvalidValue`."""
    return frozenset(parse_priority(word) for word in split(value))


def _status(value: str) -> str:
    found = statuses(value)
    shown = ["open"] if found >= {*OPEN} else [status for status in OPEN if status in found]
    return ",".join([*shown, *([Status.RESOLVED] if Status.RESOLVED in found else [])])


def _priority(value: str) -> str:
    return ",".join(priority for priority in reversed(Priority) if priority in priorities(value))


def _several(field: str, read: Callable[[str], str]) -> Callable[[str], str]:
    def read_all(value: str) -> str:
        found = list(dict.fromkeys(read(word) for word in split(value)))
        if len(found) > MAX_VALUES:
            raise invalid(field, value, f"it can have up to {MAX_VALUES} values")
        return ",".join(found)

    return read_all


def _chosen(field: str, words: Sequence[str]) -> Callable[[str], str]:
    def read(value: str) -> str:
        word = value.strip().lower()
        if word not in words:
            raise invalid(field, value, one_of(words))
        return word

    return read


def _tag(value: str) -> str:
    stem = value.removesuffix("*")
    return parse_tag(stem) + value[len(stem) :]


def _text(field: str, allowed: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not any(map(str.isalnum, value)):
            raise invalid(field, value, allowed)
        return value.strip()

    return read


def _owner(value: str) -> str:
    word = _text("owner", "it can be an agent's name, me or none")(value)
    return word.lower() if word.lower() in ("me", "none") else word


def _time(field: str, bounds: Callable[[str, str, datetime], object]) -> Callable[[str], str]:
    def read(value: str) -> str:
        word = value.strip().lower()
        bounds(field, word, _SOME_TIME)
        return word

    return read


def _number(value: str) -> str:
    word = value.strip().removeprefix("#")
    if not (word.isascii() and word.isdigit() and len(word) <= 15):
        raise invalid("number", value, "it must be the number of a ticket")
    return str(int(word))


FLAGS = ("unread", "mentioned", "snoozed", "failed", "deleted", "merged")
"""What a ticket can be that is no field of it."""
SHORT = {
    **{status.value: Filter("status", status) for status in Status},
    "open": Filter("status", "open"),
    "unassigned": Filter("owner", "none"),
    "mine": Filter("owner", "me"),
}
"""What `is:` says in short."""
PARTS = ("attachment", "note", "reply", "tag", "owner")
"""What a ticket can have."""

_RECENT = ("today", "yesterday", "<1h", "<1d", "<1w")
FILTERS = (
    FilterKind(
        "status",
        "tickets in one of these states; `open` is new and in-progress",
        "status:new,in-progress",
        _status,
        synonyms=("state",),
        values=STATUS_WORDS,
        widens=True,
    ),
    FilterKind(
        "priority",
        "tickets of a priority",
        "priority:high",
        _priority,
        synonyms=("prio",),
        values=tuple(reversed(Priority)),
        widens=True,
    ),
    FilterKind(
        "from",
        "tickets of a requester, or of all at a domain",
        "from:acme.com",
        _several("from", _text("from", "it can be an address, a domain, or how an address begins")),
        synonyms=("email", "requester"),
        widens=True,
    ),
    FilterKind(
        "owner",
        "tickets of an agent: a name, `me` or `none`",
        "owner:me",
        _several("owner", _owner),
        synonyms=("assignee",),
        values=("me", "none"),
        source="agents",
        widens=True,
    ),
    FilterKind(
        "tag",
        "tickets with any of these tags; `vip*` is how one begins",
        "tag:vip,press",
        _several("tag", _tag),
        synonyms=("tags", "label"),
        source="tags",
    ),
    FilterKind(
        "awaiting",
        "open tickets by who is to speak next",
        "awaiting:us",
        _several("awaiting", _chosen("awaiting", tuple(Side))),
        synonyms=("waiting",),
        values=tuple(Side),
        widens=True,
    ),
    FilterKind(
        "is",
        "tickets that are unread or mention you, that are snoozed, have failed mail, were deleted or merged; also in "
        "short a status, `mine` or `unassigned`",
        "is:unread",
        _chosen("is", (*FLAGS, *SHORT)),
        values=(*FLAGS, *SHORT),
    ),
    FilterKind("has", "tickets with such a part", "has:attachment", _chosen("has", PARTS), values=PARTS),
    FilterKind(
        "age",
        "tickets by how long ago they were created: m, h, d, w",
        "age:>2d",
        _time("age", times.age_bounds),
        values=("<1h", "<1d", ">1d", ">2d", ">1w"),
    ),
    FilterKind(
        "created",
        "tickets by when they were created, in UTC: a day, a month, a range, before, after, or an age",
        "created:2026-11-01..2026-11-15",
        _time("created", times.bounds),
        values=_RECENT,
    ),
    FilterKind(
        "updated",
        "tickets by when they last changed",
        "updated:<1h",
        _time("updated", times.bounds),
        values=_RECENT,
    ),
    FilterKind(
        "note",
        'tickets with a note that has this word, `beginning*` or "phrase"',
        "note:locksmith",
        _text("note", "it needs a word or a phrase"),
    ),
    FilterKind("number", "tickets by their number; `#123` is short for `number:123`", "#123", _number),
)
"""Every filter, in the order in which help and completion name them."""

BY_KEY: Mapping[str, FilterKind] = {kind.key: kind for kind in FILTERS}
KEYS: Mapping[str, str] = {name: kind.key for kind in FILTERS for name in (kind.key, *kind.synonyms)}
"""Every name of a filter, with its key."""


def read(given: Filter) -> Filter:
    """Return a filter with its value in the normal form; raises `InvalidValue`."""
    value = BY_KEY[given.key].read(given.value)
    if given.key == "is" and value in SHORT:
        short = SHORT[value]
        return Filter(short.key, short.value, given.position)
    return Filter(given.key, value, given.position)


def joined(one: Filter, other: Filter) -> Filter:
    """Return a filter, still to be read, that finds what either of two of one kind finds."""
    return Filter(one.key, f"{one.value},{other.value}", one.position)
