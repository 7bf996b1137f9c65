"""Retry delays of mail: exponential backoff with jitter, so that many senders do not come back at once."""

from __future__ import annotations

from datetime import timedelta

MAX_ATTEMPTS = 10
"""After so many a message has failed: about two days after the first."""
FIRST_PAUSE = timedelta(minutes=1)
MAX_PAUSE = timedelta(hours=12)
BACKOFF_FACTOR = 3.0
MAX_RETRY_AFTER = timedelta(days=1)
"""A service that asks for a longer pause is asked again anyway."""

FAILURES_IN_A_ROW = 5
"""After so many, it is the service that fails and not a message: sending to it pauses."""
FIRST_SERVICE_PAUSE = timedelta(seconds=30)
MAX_SERVICE_PAUSE = timedelta(minutes=30)

FIRST_FETCH_PAUSE = timedelta(seconds=5)
MAX_FETCH_PAUSE = timedelta(minutes=5)
"""A mailbox that cannot be read is tried at least this often: well before its silence becomes an alarm."""

MAX_HOLD = timedelta(hours=1)
"""The longest that settings let new mail wait for an undo."""
LEASE = timedelta(minutes=2)
"""Longer than any service takes for a message; renewed with each one that is handed over."""
CLOCK_TOLERANCE = timedelta(minutes=1)
"""A time this far in the future was written by a clock that was ahead, and nothing waits for it."""


def message_backoff(attempts: int, jitter: float, retry_after: float | None = None) -> timedelta:
    """Return how long a message waits after its `attempts`th failure, at least `retry_after` seconds.

    `jitter`, from 0 to 1, makes it up to a quarter shorter or longer.
    """
    return _backoff(FIRST_PAUSE, MAX_PAUSE, BACKOFF_FACTOR, attempts, jitter, retry_after)


def service_backoff(failures: int, jitter: float, retry_after: float | None = None) -> timedelta:
    """Return how long sending pauses after the `failures`th failure in a row, at least `retry_after` seconds."""
    return _backoff(FIRST_SERVICE_PAUSE, MAX_SERVICE_PAUSE, 2.0, failures, jitter, retry_after)


def fetch_backoff(failures: int, jitter: float) -> timedelta:
    """Return how long a mailbox is left alone after the `failures`th failure in a row."""
    return _backoff(FIRST_FETCH_PAUSE, MAX_FETCH_PAUSE, 2.0, failures, jitter, None)


def _backoff(
    first: timedelta, longest: timedelta, factor: float, count: int, jitter: float, retry_after: float | None
) -> timedelta:
    # So large a power says nothing but "the longest", and would overflow.
    grown = min(longest, first * factor ** min(max(count, 1) - 1, 20))
    pause = grown * (0.75 + jitter / 2)
    # Written so that what is no number is no wish either.
    if retry_after is None or not retry_after > 0:
        return pause
    return max(pause, timedelta(seconds=min(retry_after, MAX_RETRY_AFTER.total_seconds())))
