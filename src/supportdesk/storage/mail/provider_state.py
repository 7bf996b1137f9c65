"""What all processes know of a mail service: whether it fails, and how much it may be given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database


@dataclass(frozen=True, slots=True)
class ServiceState:
    """How a mail service does: failures in a row, until when sending pauses, and what it said against the last one."""

    provider: str
    failures: int = 0
    paused_until: datetime | None = None
    error: str = ""


def get_state(database: Database, provider: str) -> ServiceState:
    """How this service does; well, as long as nothing is known of it."""
    found = rows.read(
        database.sql("SELECT failures, paused_until, error FROM mail_services WHERE provider = ?", (provider,)),
        lambda failures, paused_until, error: ServiceState(
            provider, int(failures), from_text(paused_until) if paused_until else None, clean_line(error)
        ),
    )
    return found[0] if found else ServiceState(provider)


def save_state(database: Database, state: ServiceState) -> None:
    """Writes down how a service does, inside the caller's transaction."""
    database.sql(
        "INSERT INTO mail_services (provider, failures, paused_until, error) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET failures = excluded.failures, paused_until = excluded.paused_until, "
        "error = excluded.error",
        (
            state.provider,
            state.failures,
            None if state.paused_until is None else to_text(state.paused_until),
            state.error,
        ),
    )


def get_carrier(database: Database) -> str:
    """The real service that carries the desk's mail; empty while there is none."""
    found = database.sql("SELECT value FROM desk WHERE name = 'carrier'")
    return clean_line(str(found[0][0])) if found else ""


def set_carrier(database: Database, provider: str) -> None:
    """Notes down the service that carries the desk's mail, inside the caller's transaction."""
    database.sql(
        "INSERT INTO desk (name, value) VALUES ('carrier', ?) "
        "ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
        (provider,),
    )


def take_tokens(database: Database, provider: str, wanted: int, rate: float, at: datetime) -> int:
    """How many of the wanted messages may go now, inside the caller's transaction; they count as gone.

    A bucket that all processes share fills at `rate` messages a second and holds a second's worth, at least one.
    """
    room = max(1.0, rate)
    found = database.sql("SELECT tokens, filled_at FROM mail_services WHERE provider = ?", (provider,))
    tokens = room
    if found and found[0][1]:
        kept, filled_at = rows.read_one(found[0], lambda tokens, filled_at: (float(tokens), from_text(filled_at)))
        # A clock that was set back fills nothing, and takes nothing away.
        passed = max(timedelta(), at - filled_at).total_seconds()
        tokens = min(room, kept + passed * rate)
    granted = min(wanted, int(tokens + 1e-9))
    database.sql(
        "INSERT INTO mail_services (provider, tokens, filled_at) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET tokens = excluded.tokens, filled_at = excluded.filled_at",
        (provider, tokens - granted, to_text(at)),
    )
    return granted


def next_token(database: Database, provider: str, rate: float, at: datetime) -> datetime:
    """When the next message may go."""
    found = database.sql("SELECT tokens, filled_at FROM mail_services WHERE provider = ?", (provider,))
    if not found or not found[0][1]:
        return at
    tokens, filled_at = rows.read_one(found[0], lambda tokens, filled_at: (float(tokens), from_text(filled_at)))
    return max(at, min(at, filled_at) + timedelta(seconds=max(0.0, 1 - tokens) / rate))
