"""Writes that wait for the next statement: a change takes fewer round trips to a server that is far away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from supportdesk.storage.postgres.connection import to_native

MOST = 100
"""Writes that wait at most; a batch of thousands is sent in parts."""


class WriteQueue:
    """Statements of one transaction whose rows nobody asks for, in order.

    They are sent together with the next statement, at the latest before the commit, and fail there.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[str, Sequence[object]]] = []

    @property
    def is_full(self) -> bool:
        """Whether no more may be added."""
        return len(self._waiting) >= MOST

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, statement: str, parameters: Sequence[object]) -> None:
        """Let a statement wait."""
        self._waiting.append((statement, parameters))

    def clear(self) -> None:
        """Forget what waits: its transaction has ended."""
        self._waiting.clear()

    def send(self, connection: Any, statement: str, parameters: Sequence[object]) -> Any:
        """Run what waits and then a statement, in one round trip; return the cursor of the statement."""
        if not self._waiting:
            return connection.execute(to_native(statement), parameters)
        cursor = psycopg.ClientCursor(connection)
        texts = [cursor.mogrify(to_native(each), values) for each, values in (*self._waiting, (statement, parameters))]
        self._waiting.clear()
        cursor.execute(";\n".join(texts))
        while cursor.nextset():
            pass
        return cursor


def returns_nothing(statement: str) -> bool:
    """Return whether a statement is a write without rows."""
    return statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE")) and "RETURNING" not in statement


def only_reads(statement: str) -> bool:
    """Return whether a statement changes nothing, so that it can be run again."""
    return statement.startswith(("SELECT", "WITH", "BEGIN"))
