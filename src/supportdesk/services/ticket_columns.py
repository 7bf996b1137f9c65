"""Which column of a foreign CSV file is which field of a ticket, and what its values mean here."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from supportdesk.domain import moment
from supportdesk.domain.address import clean_address
from supportdesk.domain.errors import InvalidValue, invalid, one_of, quoted
from supportdesk.domain.text import NAME_LIMIT, exact_body, required_line
from supportdesk.domain.ticket import Priority, Status, parse_priority, parse_status

IDENTITY = ("number", "id", "created_at", "updated_at")
"""What makes a ticket the same one in another desk; a foreign `id` column is seldom meant so."""
REQUIRED = ("title", "description", "contact_email")
NUMBER_LIMIT = 2**53 - 1
"""Every program that reads JSON has exact integers up to here, and it leaves numbers for tickets to come."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """How somebody wants a file to be read, in their words.

    `columns` says which header a field has, `values` what a value of the file means here (field, theirs,
    ours), `defaults` what an empty cell or a missing column is, `ignored` which fields to leave out.
    """

    columns: Sequence[tuple[str, str]] = ()
    values: Sequence[tuple[str, str, str]] = ()
    defaults: Sequence[tuple[str, str]] = ()
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Values:
    """What a row says, cleaned and checked; None where it says nothing and the desk decides."""

    title: str
    description: str
    contact_email: str
    priority: str = Priority.MEDIUM
    status: str = Status.NEW
    number: int | None = None
    id: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= NUMBER_LIMIT:
        return int(text)
    raise invalid("number", text, f"it must be a whole number from 1 to {NUMBER_LIMIT:,}")


def _id(text: str) -> str:
    lower = text.lower()
    if _UUID.fullmatch(lower):
        return lower
    raise invalid("id", text, "it must be a UUID such as 0e7d1a52-3c5f-4f0b-9a6e-2b8f4c1d7e90")


_CLEAN: Mapping[str, Callable[[str], str | int]] = {
    "number": lambda text: _number(text.strip()),
    "id": lambda text: _id(text.strip()),
    "title": lambda text: required_line("title", text),
    "description": lambda text: exact_body("description", text),
    "priority": parse_priority,
    "status": parse_status,
    "contact_email": clean_address,
    "created_at": lambda text: moment.to_text(moment.parse("created_at", text)),
    "updated_at": lambda text: moment.to_text(moment.parse("updated_at", text)),
}
FIELDS = tuple(_CLEAN)
"""The fields of a ticket in a file, in the order an export writes them."""


class RowReader:
    """Reads tickets from rows under one header, as somebody chose.

    `fields` are those that have a column. Raises `InvalidValue` when the choice does not fit the header.
    """

    def __init__(self, choice: ColumnChoice, header: Sequence[str]) -> None:
        columns = _columns(choice, header)
        defaults = _defaults(choice)
        for field in REQUIRED:
            if field not in columns and field not in defaults:
                raise InvalidValue(
                    f"{field}: the file has no column for it; say --column {field}=HEADER with one of its headers "
                    f"({_listed(header)}), or --default {field}=TEXT",
                    field=field,
                )
        values = _values(choice, columns)
        self.fields = frozenset(columns)
        self._constants = {field: value for field, value in defaults.items() if field not in columns}
        self._steps = [
            (field, header.index(name), values.get(field, {}), defaults.get(field), _CLEAN[field])
            for field, name in columns.items()
        ]

    def read(self, cells: Sequence[str]) -> Values:
        """The ticket of one row; raises `InvalidValue` for its first field at fault."""
        found: dict[str, Any] = dict(self._constants)
        for field, place, means, default, clean in self._steps:
            cell = cells[place]
            word = cell.strip()
            if word in means:
                found[field] = means[word]
            elif word or (default is None and field not in IDENTITY):
                found[field] = _cleaned(field, cell, clean)
            elif default is not None:
                found[field] = default
        return Values(**found)


def _cleaned(field: str, cell: str, clean: Callable[[str], str | int]) -> str | int:
    control = _CONTROL.search(cell)
    if control:
        raise invalid(field, cell, f"it holds the control character U+{ord(control[0]):04X}, which no text needs")
    try:
        return clean(cell)
    except InvalidValue as error:
        word = cell.strip()
        if not word:
            hint = f"; --default {field}=TEXT fills empty cells"
        elif field in ("priority", "status") and word.isprintable() and len(word) <= NAME_LIMIT:
            hint = f"; say which of them it is with --value {shlex.quote(f'{field}:{word}=WORD')}"
        elif field in IDENTITY:
            hint = f"; --ignore {field} leaves the column out"
        else:
            hint = ""
        raise InvalidValue(error.message + hint, field=field) from None


def _columns(choice: ColumnChoice, header: Sequence[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for field, given in choice.columns:
        name = given.strip()
        _known("column", field)
        if field in columns:
            raise InvalidValue(f"column: {field} is mapped twice; it can have one column", field="column")
        if name in columns.values():
            raise InvalidValue(f"column: {quoted(name)} is mapped twice; it can be one field", field="column")
        if name not in header:
            raise invalid("column", name, f"the file has no such header; it has {_listed(header)}")
        columns[field] = name
    for field in choice.ignored:
        _known("ignore", field)
        if field in columns:
            raise InvalidValue(f"ignore: {field} is mapped and ignored; it can only be one of these", field="ignore")
    for field in FIELDS:
        by_itself = field not in IDENTITY or not choice.columns
        free = field not in columns and field not in columns.values() and field not in choice.ignored
        if field in header and by_itself and free:
            columns[field] = field
    for name in columns.values():
        if header.count(name) > 1:
            raise InvalidValue(f"column: the file has the header {quoted(name)} twice; rename one", field="column")
    return columns


def _values(choice: ColumnChoice, columns: Mapping[str, str]) -> dict[str, dict[str, str | int]]:
    values: dict[str, dict[str, str | int]] = {}
    for field, given, ours in choice.values:
        theirs = given.strip()
        _known("value", field)
        if field not in columns:
            raise InvalidValue(f"value: {field} has no column, so it has no values to map", field="value")
        if theirs in values.setdefault(field, {}):
            raise InvalidValue(f"value: {field}:{theirs} is mapped twice; it can mean one thing", field="value")
        values[field][theirs] = _option("value", f"{field}:{theirs}={ours}", field, ours)
    return values


def _defaults(choice: ColumnChoice) -> dict[str, str | int]:
    defaults: dict[str, str | int] = {}
    for field, ours in choice.defaults:
        _known("default", field)
        if field in defaults:
            raise InvalidValue(f"default: {field} has two defaults; it can have one", field="default")
        defaults[field] = _option("default", f"{field}={ours}", field, ours)
    return defaults


def _known(option: str, field: str) -> None:
    if field not in _CLEAN:
        raise invalid(option, field, f"as a field {one_of(FIELDS)}")


def _option(option: str, word: str, field: str, ours: str) -> str | int:
    try:
        return _CLEAN[field](ours)
    except InvalidValue as error:
        raise InvalidValue(f"{option} {quoted(word)}: {error.message}", field=option) from None


def _listed(header: Sequence[str], limit: int = 30) -> str:
    names = [quoted(name) for name in header[:limit]]
    return ", ".join([*names, f"and {len(header) - limit} more"] if len(header) > limit else names)
