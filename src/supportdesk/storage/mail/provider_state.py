"""State of a mail service that all processes share: failures, pause, rate limit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from supportdesk.domain.mail.retry import CLOCK_TOLERANCE, MAX_RETRY_AFTER
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database


class ServiceState(NamedTuple):
    """The state of a mail service: consecutive failures, until when sending pauses, and its last error."""

    provider: str
    failures: int = 0
    paused_until: datetime | None = None
    error: str = ""


def get_state(database: Database, provider: str, at: datetime) -> ServiceState:
    """Return the state of a service as of `at`; healthy as long as none is saved.

    A pause that a clock which was ahead has written is none.
    """
    latest, ahead = at + MAX_RETRY_AFTER, to_text(at + CLOCK_TOLERANCE)

    def state(failures: int, paused_until: str | None, error: str, saved_at: str) -> ServiceState:
        pause = from_text(paused_until) if paused_until else None
        if pause is not None and (pause > latest or saved_at > ahead):
            pause = None
        return ServiceState(provider, int(failures), pause, clean_line(error))

    found = rows.read(
        database.sql(
            "SELECT failures, paused_until, error, saved_at FROM mail_services WHERE provider = ?", (provider,)
        ),
        state,
    )
    return found[0] if found else ServiceState(provider)


def save_state(database: Database, state: ServiceState, at: datetime) -> None:
    """Save the state of a service, inside the caller's transaction."""
    database.sql(
        "INSERT INTO mail_services (provider, failures, paused_until, error, saved_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (provider) DO UPDATE SET failures = excluded.failures, paused_until = excluded.paused_until, "
        "error = excluded.error, saved_at = excluded.saved_at",
        (
            state.provider,
            state.failures,
            None if state.paused_until is None else to_text(state.paused_until),
            state.error,
            to_text(at),
        ),
    )


def get_carrier(database: Database) -> str:
    """Return the real service that carries the desk's mail; empty while there is none."""
    found = database.sql("SELECT value FROM desk WHERE name = 'carrier'")
    return clean_line(str(found[0][0])) if found else ""


def set_carrier(database: Database, provider: str) -> None:
    """Save the service that carries the desk's mail, inside the caller's transaction."""
    database.sql(
        "INSERT INTO desk (name, value) VALUES ('carrier', ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE desk.value <> excluded.value",
        (provider,),
    )


def take_tokens(database: Database, provider: str, wanted: int, rate: float, at: datetime) -> int:
    """Take up to `wanted` tokens for messages, inside the caller's transaction; return how many were granted.

    A token bucket shared by all processes, filled with `rate` tokens a second; it holds a second's worth, at least one.
    """
    room = max(1.0, rate)
    found = database.sql("SELECT tokens, filled_at FROM mail_services WHERE provider = ?", (provider,))
    tokens = room
    if found and found[0][1]:
        kept, filled_at = rows.read_one(found[0], lambda tokens, filled_at: (float(tokens), from_text(filled_at)))
        # A clock that was set back adds no tokens, and removes none.
        passed = max(timedelta(), at - filled_at).total_seconds()
        tokens = min(room, kept + passed * rate)
    granted = min(wanted, int(tokens + 1e-9))
    database.sql(
        "INSERT INTO mail_services (provider, tokens, filled_at) VALUES (?, ?, ?) "
        "ON CONFLICT (provider) DO UPDATE SET tokens = excluded.tokens, filled_at = excluded.filled_at",
        (provider, tokens - granted, to_text(at)),
    )
    return granted


def next_token(database: Database, provider: str, rate: float, at: datetime) -> datetime:
    """Return when the next message may go."""
    found = database.sql("SELECT tokens, filled_at FROM mail_services WHERE provider = ?", (provider,))
    if not found or not found[0][1]:
        return at
    tokens, filled_at = rows.read_one(found[0], lambda tokens, filled_at: (float(tokens), from_text(filled_at)))
    return max(at, min(at, filled_at) + timedelta(seconds=max(0.0, 1 - tokens) / rate))
