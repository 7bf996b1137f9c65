"""An invitation (RFC 5545) in three lines: what, when, where.

Own code: the library for it takes 77 ms to import, and a mail shows one event.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from supportdesk.domain.text import clean_line

LENGTH_LIMIT = 200_000
_METHODS = {"CANCEL": "Cancelled", "REPLY": "Answer to the invitation", "COUNTER": "Another time proposed"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LINE = re.compile(r"([A-Z-]+)((?:;[^:;=]+=(?:\"[^\"]*\"|[^:;\"]*))*):(.*)", re.IGNORECASE)
_PARAMETER = re.compile(r";([^=;]+)=(\"[^\"]*\"|[^;]*)")
Field = tuple[dict[str, str], str]
Moment = tuple[datetime, bool, str]
"""A time, whether it has hours, and its zone."""


def describe_calendar(text: str) -> str:
    """Return the first event of a calendar in up to three lines; empty when there is none."""
    fields, method = _event(text[:LENGTH_LIMIT])
    if not fields:
        return ""
    summary = _text(fields.get("SUMMARY")) or "(without a title)"
    lines = [f"{_METHODS.get(method, 'Invitation')}: {summary}", _when(fields), _where(fields)]
    return "\n".join(line for line in lines if line)


def _event(text: str) -> tuple[dict[str, Field], str]:
    """Return the fields of the first event by name, and the method of the calendar."""
    fields: dict[str, Field] = {}
    method, inside, depth = "", False, 0
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        name, value = match.group(1).upper(), match.group(3)
        if name == "METHOD":
            method = value.strip().upper()
        elif name == "BEGIN":
            depth += inside
            inside = inside or value.strip().upper() == "VEVENT"
        elif name == "END" and inside:
            if not depth:
                break
            depth -= 1
        elif inside and not depth:
            parameters = {key.upper(): each.strip('"') for key, each in _PARAMETER.findall(match.group(2))}
            fields.setdefault(name, (parameters, value))
    return fields, method


def _text(field: Field | None) -> str:
    if field is None:
        return ""
    return clean_line(_ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], field[1]))[:200]


def _when(fields: dict[str, Field]) -> str:
    start, end = _moment(fields.get("DTSTART")), _moment(fields.get("DTEND"))
    if start is None:
        return ""
    shown = _shown(start)
    if end is not None and not start[1]:
        # Its end is the day after the last one (RFC 5545, 3.6.1).
        day = timedelta(days=1)
        shown += f" – {end[0] - day:%Y-%m-%d}" if end[0] - start[0] > day else ""
    elif end is not None and end[2] != start[2]:
        shown += f" – {_shown(end)}"
    elif end is not None:
        until = f"{end[0]:%H:%M}" if end[0].date() == start[0].date() else f"{end[0]:%Y-%m-%d %H:%M}"
        shown = f"{start[0]:%Y-%m-%d %H:%M} – {until}{_zone(start[2])}"
    repeated = ", repeated" if "RRULE" in fields else ""
    return f"When: {shown}{repeated}"


def _shown(moment: Moment) -> str:
    at, has_hours, zone = moment
    return f"{at:%Y-%m-%d %H:%M}{_zone(zone)}" if has_hours else f"{at:%Y-%m-%d}"


def _zone(zone: str) -> str:
    return f" {zone}" if zone else ""


def _moment(field: Field | None) -> Moment | None:
    if field is None:
        return None
    parameters, value = field
    try:
        if len(value.strip()) == 8:
            return datetime.strptime(value.strip(), "%Y%m%d"), False, ""
        at = datetime.strptime(value.strip().removesuffix("Z"), "%Y%m%dT%H%M%S")
    except ValueError:
        return None
    return at, True, "UTC" if value.strip().endswith("Z") else clean_line(parameters.get("TZID", ""))[:60]


def _where(fields: dict[str, Field]) -> str:
    place, organizer = _text(fields.get("LOCATION")), fields.get("ORGANIZER")
    address = re.sub(r"(?i)^mailto:", "", organizer[1].strip()) if organizer else ""
    name = clean_line(organizer[0].get("CN", "")) if organizer else ""
    by = clean_line(f"{name} <{address}>" if name and name != address else address)[:200]
    parts = [f"Where: {place}" if place else "", f"organised by {by}" if by else ""]
    return " · ".join(part for part in parts if part)
