"""Limits on what a statement may cost: the views and triggers of a prepared file may never end, or fill the memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

STEP = 1_000_000
STEPS = 2_000
"""Of a million virtual machine instructions each: half a minute, many times what the largest import needs."""
MIGRATION_FACTOR = 20
LONGEST_VALUE = 100_000_000
"""Bytes: more than the ids of a million tickets in one parameter, less than what a machine has memory for."""


class StatementLimit:
    """Interrupts a statement of one connection that takes too many steps."""

    def __init__(self) -> None:
        self._taken = 0
        self._most = STEPS

    def install(self, connection: sqlite3.Connection) -> None:
        """Count the steps of this connection, and bound its values: no step interrupts what makes a long one."""
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        connection.set_progress_handler(self._step, STEP)

    def start(self) -> None:
        """Start counting: a new statement begins."""
        self._taken = 0

    @contextmanager
    def raised(self) -> Iterator[None]:
        """Allow more steps inside the block, for migrations of large desks."""
        self.start()
        self._most = STEPS * MIGRATION_FACTOR
        try:
            yield
        finally:
            self._most = STEPS

    @property
    def is_passed(self) -> bool:
        """Return whether the statement has taken too many steps."""
        return self._taken > self._most

    def _step(self) -> bool:
        self._taken += 1
        return self.is_passed
