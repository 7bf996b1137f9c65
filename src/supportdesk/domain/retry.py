"""When mail is tried again: pauses that grow, with some chance in them so that a crowd does not come back at once."""

from __future__ import annotations

from datetime import timedelta

ATTEMPTS = 10
"""After so many a message has failed: about two days after the first."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=12)
GROWTH = 3.0
LONGEST_WISH = timedelta(days=1)
"""A service that asks for a longer pause is asked again anyway."""

FAILURES_IN_A_ROW = 5
"""After so many, it is the service that fails and not a message: sending to it pauses."""
FIRST_PAUSE_OF_SERVICE = timedelta(seconds=30)
LONGEST_PAUSE_OF_SERVICE = timedelta(minutes=30)


def pause_of_message(attempts: int, chance: float, wished: float | None = None) -> timedelta:
    """How long a message waits after its `attempts`th failure, at least the `wished` seconds.

    `chance`, from 0 to 1, makes it up to a quarter shorter or longer.
    """
    return _pause(FIRST_PAUSE, LONGEST_PAUSE, GROWTH, attempts, chance, wished)


def pause_of_service(failures: int, chance: float, wished: float | None = None) -> timedelta:
    """How long nothing is sent after a service's `failures`th failure in a row, at least the `wished` seconds."""
    return _pause(FIRST_PAUSE_OF_SERVICE, LONGEST_PAUSE_OF_SERVICE, 2.0, failures, chance, wished)


def _pause(
    first: timedelta, longest: timedelta, growth: float, count: int, chance: float, wished: float | None
) -> timedelta:
    # So large a power says nothing but "the longest", and would overflow.
    grown = min(longest, first * growth ** min(max(count, 1) - 1, 20))
    pause = grown * (0.75 + chance / 2)
    # Written so that what is no number is no wish either.
    if wished is None or not wished > 0:
        return pause
    return max(pause, timedelta(seconds=min(wished, LONGEST_WISH.total_seconds())))
