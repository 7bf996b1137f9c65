"""Statements that are sent together: a change takes fewer round trips to a server that is far away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from supportdesk.domain.errors import DeskError
from supportdesk.storage.engine import Row
from supportdesk.storage.postgres.connection import to_native

MOST = 100
"""Statements that wait at most; a batch of thousands is sent in parts."""
COMMIT = "COMMIT"


class Answer:
    """The rows of a statement; who wants them before they have come sends what waits."""

    def __init__(self, send: Callable[[], object]) -> None:
        self._send = send
        self._rows: list[Row] | None = None
        self._error: DeskError | None = None

    @property
    def has_come(self) -> bool:
        """Whether the statement was run."""
        return self._rows is not None

    def set(self, rows: list[Row]) -> None:
        """Keep the rows."""
        self._rows = rows

    def fail(self, error: DeskError) -> None:
        """Keep why there will be none."""
        self._error = error

    def __call__(self) -> list[Row]:
        """Return the rows; raise the `DeskError` for which there are none."""
        if self._rows is None and self._error is None:
            self._send()
        if self._rows is None:
            raise self._error or RuntimeError("the statement was never sent")
        return self._rows


class Batch:
    """Statements in their order, each with the answer that somebody waits for.

    They are sent together with the next one whose rows are needed at once, at the latest with the commit, and fail
    there.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[str, Sequence[object], Answer | None]] = []

    @property
    def is_full(self) -> bool:
        """Whether no more should be added."""
        return len(self._waiting) >= MOST

    @property
    def begins(self) -> bool:
        """Whether it begins a transaction."""
        return self._waiting[0][0].startswith("BEGIN")

    @property
    def commits(self) -> bool:
        """Whether it ends a transaction."""
        return self._waiting[-1][0] == COMMIT

    @property
    def only_reads(self) -> bool:
        """Whether it changes nothing, so that it can be run again."""
        return all(only_reads(statement) for statement, *_ in self._waiting)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, statement: str, parameters: Sequence[object] = (), answer: Answer | None = None) -> None:
        """Let a statement wait."""
        self._waiting.append((statement, parameters, answer))

    def drop(self, error: DeskError) -> None:
        """Discard what waits, and fail the answers that wait for its rows."""
        for _, _, answer in self._waiting:
            if answer is not None:
                answer.fail(error)
        self._waiting.clear()

    def send(self, connection: Any) -> Any:
        """Run what waits in one round trip, and hand the answers out; return the cursor of the last statement."""
        if len(self._waiting) == 1:
            statement, parameters, _ = self._waiting[0]
            cursor = connection.execute(to_native(statement), parameters)
        else:
            cursor = psycopg.ClientCursor(connection)
            cursor.execute(";\n".join(self._texts(cursor)))
        for place, (_, _, answer) in enumerate(self._waiting):
            if place:
                cursor.nextset()
            if answer is not None:
                answer.set(list(cursor.fetchall()))
        self._waiting.clear()
        return cursor

    def _texts(self, cursor: Any) -> list[str]:
        return [cursor.mogrify(to_native(each), values) for each, values, _ in self._waiting]


def returns_nothing(statement: str) -> bool:
    """Return whether a statement is a write without rows."""
    return statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE")) and "RETURNING" not in statement


def only_reads(statement: str) -> bool:
    """Return whether a statement changes nothing."""
    return statement.lstrip().startswith(("SELECT", "WITH", "BEGIN", COMMIT))
