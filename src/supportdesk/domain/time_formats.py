"""Times as other programs write them: ISO 8601 and its kin, named months, day or month first, and epoch numbers.

A text is read only when its shape leaves one meaning. What has several needs a stated format.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from math import floor

from supportdesk.domain.errors import InvalidValue, invalid, quoted
from supportdesk.domain.moment import YEARS

AUTO = "auto"
ISO = "ISO 8601"
DAY_FIRST = "day-first"
MONTH_FIRST = "month-first"
SECONDS = "epoch-seconds"
MILLISECONDS = "epoch-milliseconds"
SPREADSHEET = "spreadsheet-days"
WORDS = (AUTO, DAY_FIRST, MONTH_FIRST, SECONDS, MILLISECONDS, SPREADSHEET)
"""What a format can be called, besides patterns such as `%d.%m.%Y %H:%M`."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPREADSHEET_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_UNITS = {SECONDS: 1, MILLISECONDS: 1_000, "epoch-microseconds": 10**6, "epoch-nanoseconds": 10**9}
# Digits before the point, for times from 2001 to 2286: no other unit gives a plausible time.
_UNIT_BY_DIGITS = {10: SECONDS, 13: MILLISECONDS, 16: "epoch-microseconds", 19: "epoch-nanoseconds"}
_MONTH_NAMES = (
    "jan january|feb february|mar march|apr april|may|jun june|"
    "jul july|aug august|sep sept september|oct october|nov november|dec december"
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES.split("|"), 1) for name in names.split()}
_NUMBER = re.compile(r"(-?[0-9]+)(?:\.([0-9]+))?")
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
_DATE = (
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+)?"
    r"(?:(?P<y>[0-9]{4})(?P<s>[-/.]?)(?P<m>[0-9]{2})(?P=s)(?P<d>[0-9]{2})"
    r"|(?P<y1>[0-9]{4})(?P<s1>[-/.])(?P<m1>[0-9]{1,2})(?P=s1)(?P<d1>[0-9]{1,2})"
    r"|(?P<a>[0-9]{1,2})(?P<t>[-/.])(?P<b>[0-9]{1,2})(?P=t)(?P<y2>[0-9]{4}|[0-9]{2})"
    r"|(?P<d3>[0-9]{1,2})(?:st|nd|rd|th)?[-. ]+(?P<m3>[a-z]{3,9})[-., ]+(?P<y3>[0-9]{4}|[0-9]{2})"
    r"|(?P<m4>[a-z]{3,9})[. ]+(?P<d4>[0-9]{1,2})(?:st|nd|rd|th)?,?[ ]+(?P<y4>[0-9]{4}))"
)
_TIME = (
    r"(?:(?:[ ]*t[ ]*|[ ]+at[ ]+|,?[ ]+)(?P<hour>[0-9]{1,2})(?:[:.](?P<min>[0-9]{2})(?:[:.](?P<sec>[0-9]{2})"
    r"(?:[.,:](?P<frac>[0-9]+))?)?|(?P<basic>[0-9]{2}(?:[0-9]{2}(?:[.,][0-9]+)?)?))?[ ]?(?P<half>[ap]\.?m\.?)?)?"
)
_ZONE = (
    r"[ ]*(?P<zone>(?:z|utc|gmt|ut)?(?:[+-](?:[0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2})?)?|[0-9]:[0-9]{2}))?)(?:[ ]+utc)?"
    # What Java and RFC 9557 add: it says nothing that the offset does not.
    r"(?P<region>\[[a-z0-9_+/-]+\])?"
)
_SHAPE = re.compile(_DATE + _TIME + _ZONE, re.IGNORECASE)
# The forms that most files have: none of the above need be asked.
_PLAIN = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)

_COMPACT = re.compile(r"(?:19|20)[0-9]{6}(?:[0-9]{6})?|[0-9]{8}")
_NEARLY_STORED = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}(?:[0-9]{3})?Z?")


class UnclearTime(InvalidValue):
    """A time that can be read once its format is stated; `formats` are those that would do."""

    def __init__(self, message: str, *, field: str, formats: tuple[str, ...]) -> None:
        super().__init__(message, field=field)
        self.formats = formats


def parse_time(field: str, text: str) -> datetime:
    """Return a moment from outside; without a zone it is UTC. Raises `InvalidValue`."""
    return TimeReader().read(field, text)


def is_day(text: str) -> bool:
    """Return whether a text that `parse_time` reads is a day, without a time of it."""
    shape = _SHAPE.fullmatch(text.strip())
    return shape is not None and shape["hour"] is None


class TimeReader:
    """Reader of times in one stated format; `seen` are the formats that it met.

    Raises `InvalidValue` for a format that is neither one of `WORDS` nor a pattern.
    """

    def __init__(self, stated: str = "") -> None:
        word = stated.strip()
        self.stated = word.lower() if "%" not in word else word
        self.seen: dict[str, None] = {}
        if "%" in word:
            _check_pattern(word)
        elif self.stated not in ("", *WORDS):
            allowed = f"it can be {', '.join(WORDS)}, or a pattern such as %d.%m.%Y %H:%M"
            raise invalid("date_format", stated, allowed)

    def read(self, field: str, text: str) -> datetime:
        """Return a moment in UTC, cut to milliseconds; without a zone it is UTC. Raises `InvalidValue`."""
        word = text.strip()
        try:
            name, moment = self._read(field, word)
            moment = moment.astimezone(UTC)
            if moment.year not in YEARS:
                raise ValueError
        except (ValueError, OverflowError):
            raise invalid(
                field, text, f"it must be a time such as 2026-11-22T10:15:30Z, from year {YEARS[0]} to {YEARS[-1]}"
            ) from None
        self.seen[name] = None
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def read_text(self, field: str, text: str) -> str:
        """Return the stored form of a moment (see `moment.to_text`); the fast path for the form most files have."""
        if not self.stated and _NEARLY_STORED.fullmatch(text):
            with suppress(ValueError):
                datetime.fromisoformat(text)
                self.seen[ISO] = None
                return f"{text[:10]}T{text[11:23]}Z"
        return self.read(field, text).isoformat(timespec="milliseconds")[:-6] + "Z"

    def _read(self, field: str, text: str) -> tuple[str, datetime]:
        if "%" in self.stated:
            return self.stated, _in_utc(datetime.strptime(text, self.stated))
        if _PLAIN.fullmatch(text):
            # Python knows no leap second and no 24:00.
            with suppress(ValueError):
                return ISO, _in_utc(datetime.fromisoformat(text))
        if self.stated in (SECONDS, MILLISECONDS, SPREADSHEET):
            return self.stated, _counted(text, self.stated)
        shape = _SHAPE.fullmatch(text)
        if shape and not text.isdigit():
            name, date = self._date(field, text, shape)
            return name, date + _time_of_day(shape)
        if _COMPACT.fullmatch(text):
            return ISO, datetime.strptime(text.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return _epoch(field, text)

    def _date(self, field: str, text: str, shape: re.Match[str]) -> tuple[str, datetime]:
        zone = _zone(shape["zone"])
        if shape["region"] and not shape["zone"]:
            raise ValueError
        for year, month, day in (("y", "m", "d"), ("y1", "m1", "d1")):
            if shape[year]:
                return ISO, datetime(int(shape[year]), int(shape[month]), int(shape[day]), tzinfo=zone)
        for year, month, day in (("y3", "m3", "d3"), ("y4", "m4", "d4")):
            if shape[year]:
                number = _MONTHS.get(shape[month].lower(), 0)
                return "named months", datetime(_year(shape[year]), number, int(shape[day]), tzinfo=zone)
        first, second = int(shape["a"]), int(shape["b"])
        order = self.stated if self.stated in (DAY_FIRST, MONTH_FIRST) else ""
        # Where hyphens stand between three short numbers, the year may be first too.
        is_unclear = (first <= 12 and first != second) or (shape["t"] == "-" and len(shape["y2"]) == 2)
        if not order and second <= 12 and is_unclear:
            raise UnclearTime(
                f"{field}: {quoted(text)} may have its day or its month first",
                field=field,
                formats=(DAY_FIRST, MONTH_FIRST),
            )
        if not order:
            order = MONTH_FIRST if second > 12 else DAY_FIRST
        day_of_month, month_number = (first, second) if order == DAY_FIRST else (second, first)
        return order, datetime(_year(shape["y2"]), month_number, day_of_month, tzinfo=zone)


def _check_pattern(pattern: str) -> None:
    sample = datetime(2026, 11, 22, 10, 15, 30, tzinfo=UTC)
    try:
        found = datetime.strptime(sample.strftime(pattern), pattern)
    except (ValueError, re.error):
        # A directive that comes twice is an error of the expression that Python makes of the pattern.
        allowed = "a pattern has each directive of strftime once, such as %d.%m.%Y %H:%M"
        raise invalid("date_format", pattern, allowed) from None
    if found.date() != sample.date():
        # Python would read the year 1900, or the first of January.
        raise invalid("date_format", pattern, "a pattern needs year, month and day, such as %d.%m.%Y")


def _epoch(field: str, text: str) -> tuple[str, datetime]:
    """Return the moment of a number by its size; raises `UnclearTime` for a number of another size."""
    if _ROUNDED.fullmatch(text):
        raise InvalidValue(
            f"{field}: {quoted(text)} was rounded by a spreadsheet; export the column as text or as a date", field=field
        )
    number = _NUMBER.fullmatch(text)
    if not number:
        raise ValueError
    unit = _UNIT_BY_DIGITS.get(len(number[1]))
    if unit is None or number[1].startswith(("0", "-")):
        raise UnclearTime(
            f"{field}: {quoted(text)} is a number that may count seconds, milliseconds or days",
            field=field,
            formats=(SECONDS, MILLISECONDS, SPREADSHEET),
        )
    return unit, _counted(text, unit)


def _counted(text: str, unit: str) -> datetime:
    number = _NUMBER.fullmatch(text)
    if not number or len(number[1]) > 20:
        raise ValueError
    if unit == SPREADSHEET:
        return _SPREADSHEET_EPOCH + timedelta(milliseconds=round(float(text) * 86_400_000))
    # Lazy import: keeps start-up fast.
    from fractions import Fraction

    return _EPOCH + timedelta(milliseconds=floor(Fraction(text) * 1000 / _UNITS[unit]))


def _time_of_day(shape: re.Match[str]) -> timedelta:
    if shape["hour"] is None:
        return timedelta()
    basic = shape["basic"] or ""
    hour, minute = int(shape["hour"]), int(shape["min"] or basic[:2] or 0)
    second, fraction = int(shape["sec"] or basic[2:4] or 0), shape["frac"] or basic[5:] or "0"
    half = (shape["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    elif shape["min"] is None and not basic:
        # A lone number after a date is no time.
        raise ValueError
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=int(fraction[:6].ljust(6, "0")))


def _zone(text: str) -> tzinfo:
    digits = re.sub("[^0-9]", "", re.sub("([+-])([0-9]):", r"\g<1>0\2:", text))
    if not digits:
        return UTC
    hours, minutes = int(digits[:2]), int(digits[2:4] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError
    offset = timedelta(hours=hours, minutes=minutes, seconds=int(digits[4:6] or 0))
    return timezone(-offset if "-" in text else offset)


def _year(text: str) -> int:
    """Return a year; two digits are read as POSIX does."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 69 else 1900)


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
