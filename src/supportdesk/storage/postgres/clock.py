"""The server's clock, read with every poll and change, and continued by this machine in between."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

# Goes on while a laptop sleeps.
_TICKS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ServerClock:
    """The time of the server; behind by at most the way of an answer, whatever this machine's clock says."""

    def __init__(self) -> None:
        self._offset = 0

    def set(self, microseconds: int) -> None:
        """Continue from what the server has just said, in microseconds since 1970."""
        self._offset = microseconds - _ticks()

    def now(self) -> datetime:
        """Return the time of the server, cut to milliseconds."""
        return _EPOCH + timedelta(milliseconds=(_ticks() + self._offset) // 1000)


def _ticks() -> int:
    return time.clock_gettime_ns(_TICKS) // 1000
