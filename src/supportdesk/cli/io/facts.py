"""Facts about one thing, a line each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from supportdesk.domain import moment


def when(then: datetime, now: datetime) -> str:
    """Return a time with its age: `2026-11-20 09:30 (3 h ago)`."""
    age = moment.age(then, now)
    return f"{moment.local(then)} ({'just now' if age == 'now' else f'{age} ago'})"


def format_facts(facts: Mapping[str, str]) -> str:
    """Return facts as aligned lines, without those that are empty."""
    return "\n".join(f"{name:<10} {value}" for name, value in facts.items() if value)
