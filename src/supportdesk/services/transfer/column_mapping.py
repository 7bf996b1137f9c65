"""Column mapping: which column of a file is which field, and what its values mean."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from supportdesk.domain.errors import InvalidValue, invalid, one_of, quoted
from supportdesk.domain.text import without_invisible
from supportdesk.domain.time_formats import TimeReader, UnclearTime

Value = str | int | float | None
"""What a cell says; None where it may say nothing."""
EVERY_OTHER = "*"
"""Every value of the file that would be refused."""
WORD_LIMIT = 250
"""Longer ones are not offered as a word to map."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ROUNDED = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DATED = re.compile(rf"[0-9]{{1,2}}-{_MONTH}|{_MONTH}-[0-9]{{2}}", re.IGNORECASE)
_SPREADSHEET_ERROR = re.compile(r"#{3,}|#(?:REF|VALUE|NAME|NUM|NULL|DIV/0|SPILL|CALC)[!?]|#N/A", re.IGNORECASE)
_NOTHING = frozenset({"null", "(null)", "<null>", "nil", "none", "nan", "n/a", "undefined", "\\n", "true", "false"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """The mapping that a user asked for.

    `columns` says which header a field has, `values` what a value of the file means here (field, theirs,
    ours), `defaults` what an empty cell or a missing column is, `ignored` which fields to leave out.
    """

    columns: Sequence[tuple[str, str]] = ()
    values: Sequence[tuple[str, str, str]] = ()
    defaults: Sequence[tuple[str, str]] = ()
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields that a kind of thing has in a file: how each is cleaned, in the order an export writes them.

    `required` are those without which there is nothing to import, `words` those that have one of a few words, `times`
    those that are read by the date format of the file, `maybe_times` such that may be empty. `identity` makes a thing
    the same one in another desk: a foreign column of that name is seldom meant so.
    """

    clean: Mapping[str, Callable[[str], Value]]
    required: Sequence[str]
    words: Sequence[str]
    identity: Sequence[str]
    times: Sequence[str] = ()
    maybe_times: Sequence[str] = ()


def clean_id(text: str) -> str:
    """Return the UUID in a cell, in lower case; raises `InvalidValue` for anything else."""
    lower = text.strip().lower()
    if _UUID.fullmatch(lower):
        return lower
    raise invalid("id", text.strip(), "it must be a UUID such as 0e7d1a52-3c5f-4f0b-9a6e-2b8f4c1d7e90")


def refuse_spoiled(field: str, text: str) -> str:
    """Return an identifier; raises `InvalidValue` for one that different things have.

    Spreadsheets round long numbers, take MAR1 for a date, and show errors; other programs write words for nothing.
    """
    word = text.strip()
    if _ROUNDED.fullmatch(word):
        why = "was rounded by a spreadsheet"
    elif _DATED.fullmatch(word):
        why = "was made a date by a spreadsheet"
    elif _SPREADSHEET_ERROR.fullmatch(word):
        why = "is what a spreadsheet shows instead of a value"
    elif word.lower() in _NOTHING:
        why = "is a word for a missing value or a choice"
    else:
        return text
    raise InvalidValue(
        f"{field}: {quoted(word)} {why}, so different ones look the same; export the column as text", field=field
    )


class RowReader:
    """Reader of fields from rows under one header, as chosen.

    `fields` are those that have a column. Raises `InvalidValue` when the choice does not fit the header.
    """

    def __init__(
        self, known: Fields, choice: ColumnChoice, header: Sequence[str], times: TimeReader | None = None
    ) -> None:
        self._known = known
        self._clean = {**known.clean, **_time_cleaners(known, times or TimeReader())}
        columns = self._columns(choice, header)
        defaults = self._defaults(choice)
        for field in known.required:
            if field not in columns and field not in defaults:
                raise InvalidValue(
                    f"{field}: the file has no column for it; pass --column {field}=HEADER with one of its headers "
                    f"({_listed(header)}), or --default {field}=TEXT",
                    field=field,
                )
        values = self._values(choice, columns)
        self.fields = frozenset(columns)
        self.unused = tuple(name for name in header if name.strip() and name not in columns.values())
        self._constants = {field: value for field, value in defaults.items() if field not in columns}
        self._steps = [
            (field, header.index(name), values.get(field, {}), defaults.get(field), self._clean[field])
            for field, name in columns.items()
        ]

    def read(self, cells: Sequence[str]) -> dict[str, Any]:
        """Return the cleaned values of a row by field; raises `InvalidValue` for its first field at fault."""
        found: dict[str, Any] = dict(self._constants)
        for field, place, means, default, clean in self._steps:
            cell = cells[place]
            word = cell.strip()
            if word in means:
                found[field] = means[word]
            elif word or (default is None and field not in self._known.identity):
                found[field] = self._cleaned(field, cell, means, clean)
            elif default is not None:
                found[field] = default
        return found

    def cell(self, field: str, cells: Sequence[str]) -> str:
        """Return the text of a field as it is in the file; empty where the field has no column."""
        return next((cells[place] for name, place, *_ in self._steps if name == field), "")

    def _cleaned(self, field: str, cell: str, means: Mapping[str, Value], clean: Callable[[str], Value]) -> Value:
        control = _CONTROL.search(cell)
        if control:
            raise invalid(field, cell, f"it holds the control character U+{ord(control[0]):04X}, which no text needs")
        try:
            return clean(cell)
        except InvalidValue as error:
            word = cell.strip()
            if not word:
                hint = f"; --default {field}=TEXT fills empty cells"
            elif EVERY_OTHER in means:
                return means[EVERY_OTHER]
            elif isinstance(error, UnclearTime):
                hint = f"; pass --date-format {' or --date-format '.join(error.formats)}"
            elif field in self._known.words and word.isprintable() and len(word) <= WORD_LIMIT:
                hint = f"; map it with --value {shlex.quote(f'{field}:{word}=WORD')}"
            elif field in self._known.identity:
                hint = f"; --ignore {field} leaves the column out"
            else:
                hint = ""
            raise InvalidValue(error.message + hint, field=field) from None

    def _columns(self, choice: ColumnChoice, header: Sequence[str]) -> dict[str, str]:
        columns: dict[str, str] = {}
        for field, given in choice.columns:
            name = given.strip()
            self._check("column", field)
            if field in columns:
                raise InvalidValue(f"column: {field} is mapped twice; it can have one column", field="column")
            if name in columns.values():
                raise InvalidValue(f"column: {quoted(name)} is mapped twice; it can be one field", field="column")
            if name not in header:
                raise invalid("column", name, f"the file has no such header; it has {_listed(header)}")
            columns[field] = name
        for field in choice.ignored:
            self._check("ignore", field)
            if field in columns:
                raise InvalidValue(
                    f"ignore: {field} is mapped and ignored; it can only be one of these", field="ignore"
                )
        for field in self._known.clean:
            by_itself = field not in self._known.identity or not choice.columns
            name = _own_header(field, header)
            free = field not in columns and name not in columns.values() and field not in choice.ignored
            if name and by_itself and free:
                columns[field] = name
        for name in columns.values():
            if header.count(name) > 1:
                raise InvalidValue(f"column: the file has the header {quoted(name)} twice; rename one", field="column")
        return columns

    def _values(self, choice: ColumnChoice, columns: Mapping[str, str]) -> dict[str, dict[str, Value]]:
        values: dict[str, dict[str, Value]] = {}
        for field, given, ours in choice.values:
            theirs = given.strip()
            self._check("value", field)
            if field not in columns:
                raise InvalidValue(f"value: {field} has no column, so it has no values to map", field="value")
            if theirs in values.setdefault(field, {}):
                raise InvalidValue(f"value: {field}:{theirs} is mapped twice; it can mean one thing", field="value")
            values[field][theirs] = self._option("value", f"{field}:{theirs}={ours}", field, ours)
        return values

    def _defaults(self, choice: ColumnChoice) -> dict[str, Value]:
        defaults: dict[str, Value] = {}
        for field, ours in choice.defaults:
            self._check("default", field)
            if field in defaults:
                raise InvalidValue(f"default: {field} has two defaults; it can have one", field="default")
            defaults[field] = self._option("default", f"{field}={ours}", field, ours)
        return defaults

    def _check(self, option: str, field: str) -> None:
        if field not in self._known.clean:
            raise invalid(option, field, f"as a field {one_of(self._known.clean)}")

    def _option(self, option: str, word: str, field: str, ours: str) -> Value:
        try:
            return self._clean[field](ours)
        except InvalidValue as error:
            raise InvalidValue(f"{option} {quoted(word)}: {error.message}", field=option) from None


def _own_header(field: str, header: Sequence[str]) -> str:
    """Return the header that is called like a field, as `Contact Email` is; empty where none is, or several are."""
    if field in header:
        return field
    found = [name for name in header if re.sub("[ -]+", "_", without_invisible(name).lower()) == field]
    return found[0] if len(found) == 1 else ""


def _time_cleaners(known: Fields, times: TimeReader) -> Mapping[str, Callable[[str], Value]]:
    """Return what reads and checks the times of a file."""

    def cleaner(field: str) -> Callable[[str], Value]:
        check = known.clean[field]
        return lambda text: check(times.read_text(field, text))

    def maybe(clean: Callable[[str], Value]) -> Callable[[str], Value]:
        return lambda text: clean(text) if text.strip() else None

    maybe_times = {field: maybe(cleaner(field)) for field in known.maybe_times}
    return {field: cleaner(field) for field in known.times} | maybe_times


def _listed(header: Sequence[str], limit: int = 30) -> str:
    names = [quoted(name) for name in header[:limit]]
    return ", ".join([*names, f"and {len(header) - limit} more"] if len(header) > limit else names)
