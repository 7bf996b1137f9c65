"""The connection of a desk to its server: made anew when it was lost, its errors in words for users."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

import psycopg

from supportdesk.domain.desk_address import PostgresServer
from supportdesk.domain.errors import DeskError, InvalidValue, Unavailable
from supportdesk.storage.postgres import failures
from supportdesk.storage.postgres.clock import ServerClock
from supportdesk.storage.postgres.connection import connect, to_native
from supportdesk.storage.postgres.migrate import Opened, check_schema, migrate
from supportdesk.storage.postgres.watched import ServerSilent
from supportdesk.storage.postgres.write_queue import WriteQueue, only_reads

RETRY_SECONDS = 1.0
"""For so long after an attempt to connect has failed, nobody waits for another one."""


class DeskConnection:
    """What sends the statements of a desk; opening creates and migrates it.

    A lost connection is replaced between transactions only, and only what reads is run again.
    """

    def __init__(self, address: PostgresServer, *, create: bool) -> None:
        self._address = address
        self._connection: Any = None
        self._failed: tuple[float, DeskError] | None = None
        self.clock = ServerClock()
        self.queue = WriteQueue()
        self.is_read_only = False
        try:
            self._open(create=create)
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        """The address without its password."""
        return str(self._address)

    @property
    def backend_pid(self) -> int:
        """The number of the server's process, as it was told when the connection was made."""
        return int(self._connection.info.backend_pid)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def send(self, statement: str, parameters: Sequence[object] = (), *, begins: bool = False) -> Any:
        """Run a statement after what waits and return its cursor; one that `begins` may need a new connection."""
        try:
            return self.queue.send(self._usable(may_open=begins), statement, parameters)
        except psycopg.Error as error:
            if begins and self._is_lost() and not only_reads(statement):
                raise failures.unknown_outcome(self.name) from error
            if not (begins and self._is_lost()) or isinstance(error, ServerSilent):
                raise self._explain(error) from error
        # Lost while nothing was under way: what changes nothing is done again.
        with self._translated():
            return self._usable(may_open=True).execute(to_native(statement), parameters)

    def flush(self) -> None:
        """Send what waits for the next statement."""
        if self.queue:
            self.send("SELECT 1")

    @contextmanager
    def bulk(self) -> Iterator[Any]:
        """Give the block the driver's connection, after what waits, for many rows at once."""
        self.flush()
        with self._translated():
            yield self._usable()

    def commit(self) -> None:
        """Send what waits and commit; raise `Unavailable` when the server has not, or may not have, committed."""
        # Not together with the commit: a connection that was lost before it would leave open what became of them.
        self.flush()
        try:
            ended = self._connection.execute("COMMIT").statusmessage
        except psycopg.Error as error:
            if self._is_lost():
                raise failures.unknown_outcome(self.name) from error
            raise self._explain(error) from error
        if ended != "COMMIT":
            raise Unavailable(f"the desk {self.name} has given up this change; nothing was saved, try again")

    def roll_back(self) -> None:
        """End the transaction that is open, if there is one, and forget what waits."""
        self.queue.clear()
        if self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE and not self._is_lost():
            with suppress(psycopg.Error):
                self._connection.execute("ROLLBACK")

    def _open(self, *, create: bool) -> None:
        try:
            self._connection = connect(self._address)
        except psycopg.Error as error:
            raise failures.unreachable(error, self.name) from error
        with self._translated():
            opened = Opened.of(self._connection)
            if create and opened.must_migrate:
                migrate(self._connection)
                opened = Opened.of(self._connection)
        check_schema(opened, self.name)
        self.is_read_only = not opened.can_write
        self.clock.set(opened.microseconds)

    def _usable(self, *, may_open: bool = False) -> Any:
        """Return the connection, where it was lost a new one; inside a transaction it cannot be replaced."""
        if not self._is_lost():
            return self._connection
        if not may_open:
            raise failures.lost(self.name)
        if self._failed and monotonic() - self._failed[0] < RETRY_SECONDS:
            raise self._failed[1]
        try:
            self._open(create=False)
        except DeskError as error:
            # What was right when the program started is no mistake of whoever presses a key now.
            failure = Unavailable(error.message, field="db") if isinstance(error, InvalidValue) else error
            self._failed = (monotonic(), failure)
            raise failure from error
        return self._connection

    def _is_lost(self) -> bool:
        return self._connection is None or bool(self._connection.closed)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self._explain(error) from error

    def _explain(self, error: psycopg.Error) -> DeskError:
        if isinstance(error, ServerSilent):
            return failures.silent(self.name)
        if self._is_lost():
            return failures.lost(self.name)
        return failures.to_desk_error(error, self.name)
