"""Variants of mails: queried with every mail that is queued, so in plain SQL and by index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database

NEWEST = 2_000
"""Messages from which the traffic is estimated."""


def ask_running_experiment(database: Database, surface: str) -> Callable[[], int | None]:
    """Return what gives the number of the experiment that runs on a surface, like `Database.ask`."""
    answer = database.ask("SELECT number FROM experiments WHERE status = 'running' AND surface = ? LIMIT 1", (surface,))
    return lambda: next((int(number) for (number,) in answer()), None)


def assigned_variant(database: Database, experiment: int, user: str) -> str | None:
    """Return the variant that a user was assigned; None for a new user."""
    found = database.sql(
        "SELECT variants.name FROM experiment_assignments AS users "
        "JOIN experiment_variants AS variants ON variants.test = users.test AND variants.place = users.variant "
        "WHERE users.test = ? AND users.user_identifier = ?",
        (experiment, user),
    )
    return clean_line(found[0][0]) if found else None


def recipients_a_day(database: Database, kind: str) -> float:
    """Return how many people a day got undigested mail of a kind, from the newest messages; 0 when they span no day."""
    found = database.sql(
        "SELECT count(DISTINCT recipient_key), min(created_at), max(created_at) "
        "FROM (SELECT recipient_key, created_at, notification_type, waits_for, status "
        f"FROM notifications ORDER BY seq DESC LIMIT {NEWEST}) AS newest "
        "WHERE notification_type = ? AND waits_for = 'immediate' AND status <> 'held'",
        (kind,),
    )
    people, first, last = found[0]
    days = rows.read_one((first, last), _days_between) if people else 0.0
    return people / days if days >= 1 else 0.0


def _days_between(first: str, last: str) -> float:
    return (from_text(last) - from_text(first)) / timedelta(days=1)


def record(
    database: Database, notification: str, experiment: int, variant: str, templates: Sequence[str], fault: str
) -> None:
    """Record a message's variant and templates, inside the caller's transaction."""
    database.sql(
        "UPDATE notifications SET experiment = ?, variant = ?, templates = ?, variant_fault = ? WHERE id = ?",
        (experiment, variant, ", ".join(templates), fault, notification),
    )


def faults_since(database: Database, since: datetime) -> tuple[int, str]:
    """Return how many mails were not rendered as their variant since then, and why the newest was not."""
    found = database.sql(
        "SELECT variant_fault, count(*) OVER () FROM notifications WHERE variant_fault <> '' AND created_at > ? "
        "ORDER BY created_at DESC LIMIT 1",
        (to_text(since),),
    )
    return (int(found[0][1]), clean_line(found[0][0])) if found else (0, "")
