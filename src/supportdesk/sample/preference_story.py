"""The story of the demo desk's preferences: who wants mail how often, and in which language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from supportdesk.domain.preference import PreferenceChange, parse_frequency, parse_language, parse_switch
from supportdesk.sample.content import Step, rows
from supportdesk.services.desk import Desk


def preference_steps(end: datetime) -> Iterator[Step]:
    """Return every choice that was made before `end`."""
    for row in rows("preferences.csv"):
        at = end - timedelta(minutes=int(row["minutes_ago"]))
        yield Step(at, row["agent"], f"preference {row['email']}", _choice(row))


def _choice(row: dict[str, str]) -> Callable[[Desk, str], str]:
    switch, frequency, language = row["email_notifications"], row["notification_frequency"], row["preferred_language"]
    change = PreferenceChange(
        email_notifications=parse_switch("email_notifications", switch) if switch else None,
        notification_frequency=parse_frequency(frequency) if frequency else None,
        preferred_language=parse_language(language) if language else None,
    )

    def act(desk: Desk, number: str) -> str:
        desk.preferences.set(row["email"], change)
        return number

    return act
