"""A connection that is made anew when it was lost, its transactions, and what waits to be sent on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import get_ident
from time import monotonic
from typing import Any

import psycopg

from supportdesk.domain.desk_address import PostgresServer
from supportdesk.domain.errors import DeskError, InvalidValue, Unavailable
from supportdesk.storage.postgres import failures
from supportdesk.storage.postgres.batch import COMMIT, Answer, Batch
from supportdesk.storage.postgres.clock import ServerClock
from supportdesk.storage.postgres.connection import connect
from supportdesk.storage.postgres.migrate import NEWEST, Opened, check_schema, migrate
from supportdesk.storage.postgres.watched import EndedBefore, ServerSilent

RETRY_SECONDS = 1.0
"""For so long after an attempt to connect has failed, nobody waits for another one."""
_MICROSECONDS = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_TURN = f"UPDATE turn SET changes = changes + 1 RETURNING changes, step, {_MICROSECONDS}"
_LOOK = f"SELECT changes, step, {_MICROSECONDS} FROM turn"


class Session:
    """A connection to one desk.

    Nothing is sent before rows are needed: a transaction begins together with its first read, and what it writes
    last travels with the commit.
    """

    def __init__(self, address: PostgresServer) -> None:
        self._address = address
        self._connection: Any = None
        self._clock = ServerClock()
        self._failed: tuple[float, DeskError] | None = None
        self._batch = Batch()
        self._turn: Answer | None = None
        self._own_changes = 0
        self._worker = 0
        self.in_transaction = False
        self.has_turn = False
        self.is_read_only = False

    @property
    def name(self) -> str:
        """The address without its password."""
        return str(self._address)

    @property
    def process(self) -> int:
        """The number that the server, or a pool, told this client for its session."""
        return int(self._connection.info.backend_pid)

    def open(self, *, create: bool) -> None:
        """Connect, and migrate the desk; raise a `DeskError` when there is none that this program can use."""
        try:
            self._connection = connect(self._address)
        except psycopg.Error as error:
            raise failures.unreachable(error, self.name) from error
        try:
            opened = Opened.of(self._connection)
            if opened.must_migrate and (opened.can_write if opened.has_turn else create):
                opened = self._migrate(opened)
        except psycopg.errors.InsufficientPrivilege as error:
            raise failures.not_readable(self.name) from error
        except psycopg.Error as error:
            raise self._explain(error) from error
        check_schema(opened, self.name)
        self.is_read_only = not opened.can_write
        self._clock.set(opened.microseconds)

    def _migrate(self, opened: Opened) -> Opened:
        try:
            migrate(self._connection)
        except psycopg.errors.InsufficientPrivilege as error:
            # Of an older desk that somebody else owns, `check_schema` says what to do.
            if not opened.has_turn:
                raise failures.not_creatable(self.name) from error
        return Opened.of(self._connection)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def run(self, statement: str, parameters: Sequence[object] = ()) -> Any:
        """Run a statement now, after what waits; return its cursor."""
        self._batch.add(statement, parameters)
        return self._send()

    def ask(self, statement: str, parameters: Sequence[object]) -> Answer:
        """Let a statement wait for whoever needs its rows, or those of a later one."""
        answer = Answer(self.flush)
        self._add(statement, parameters, answer)
        return answer

    def post(self, statement: str, parameters: Sequence[object]) -> None:
        """Let a statement wait whose rows nobody needs."""
        self._add(statement, parameters, None)

    def flush(self) -> None:
        """Send what waits."""
        if self._batch:
            self._send()

    def now(self) -> datetime:
        """Return the time of the server; in a write transaction, one after the turn came.

        Any thread may ask: what waits is sent by the one whose transaction it is.
        """
        if self._turn is not None and self._worker == get_ident():
            self.flush()
        return self._clock.now()

    def version(self) -> int:
        """Return the number of changes that others have made."""
        return self._take_over(self.ask(_LOOK, ())) - self._own_changes

    def take_back_turn(self) -> None:
        """Count no change for the turn that was taken: other programs would read again what is as it was."""
        self.run("UPDATE turn SET changes = changes - 1")
        self._own_changes -= 1

    def take_turn(self) -> None:
        """Ask for the turn, which has come once the rows of a later statement have."""
        self.has_turn = True
        self._turn = self.ask(_TURN, ())

    @contextmanager
    def writing(self, *settings: str, turn_last: bool = False) -> Iterator[None]:
        """Run the block as one write transaction, with the turn from its beginning or end on, and its own settings.

        READ COMMITTED, because then every statement sees what was committed before the turn came; with a snapshot of
        the moment of asking for it, the journal's next `seq` would be one that is taken.
        """
        with self._transaction("BEGIN", *settings):
            if not turn_last:
                self.take_turn()
            try:
                yield
                if not self.has_turn:
                    self.take_turn()
                # An older program must find that out before it saves anything.
                if self._turn is not None:
                    self.flush()
            except Unavailable as error:
                self._batch.drop(error)
                self._blame_newer_schema()
                raise
            self._commit()
            self._own_changes += 1

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Run the block as one read transaction."""
        with self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"):
            yield
            self._commit()

    @contextmanager
    def translated(self) -> Iterator[Any]:
        """Yield psycopg's connection, with nothing waiting; its errors become those of the desk."""
        self.flush()
        try:
            yield self._usable()
        except psycopg.Error as error:
            raise self._explain(error) from error
        except KeyboardInterrupt:
            self._abandon()
            raise

    @contextmanager
    def _transaction(self, *begin: str) -> Iterator[None]:
        self.flush()
        self._worker = get_ident()
        self.in_transaction = True
        for statement in begin:
            self._batch.add(statement)
        try:
            yield
        finally:
            self.in_transaction = self.has_turn = False
            self._turn = None
            self._batch.drop(failures.lost(self.name))
            self._roll_back()

    def _commit(self) -> None:
        if self.run(COMMIT).statusmessage != COMMIT:
            raise Unavailable(f"the desk {self.name} rolled back this change; nothing was saved, try again")

    def _roll_back(self) -> None:
        if self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE and not self._is_lost():
            with suppress(psycopg.Error):
                self._connection.execute("ROLLBACK")

    def _add(self, statement: str, parameters: Sequence[object], answer: Answer | None) -> None:
        if self._batch.is_full:
            self.flush()
        self._batch.add(statement, parameters, answer)

    def _send(self) -> Any:
        """Send what waits, once more on a new connection where nothing was under way; return the last cursor."""
        may_open = self._batch.begins or not self.in_transaction
        saves = self.has_turn and self._batch.commits if self.in_transaction else not self._batch.only_reads
        try:
            try:
                connection = self._usable(may_open=may_open)
                if saves:
                    # What was lost before is not said to be in doubt.
                    connection.hear()
                cursor = self._batch.send(connection)
            except psycopg.Error as error:
                if self._is_lost() and saves and not isinstance(error, EndedBefore):
                    raise failures.unknown_outcome(self.name) from error
                if not (may_open and self._is_lost()) or isinstance(error, ServerSilent):
                    raise self._explain(error) from error
                # Lost while nothing was under way: what changes nothing is done again.
                cursor = self._send_again()
        except DeskError as error:
            self._batch.drop(error)
            raise
        except KeyboardInterrupt:
            self._abandon()
            raise
        if self._turn is not None and self._turn.has_come:
            turn, self._turn = self._turn, None
            self._take_over(turn)
        return cursor

    def _abandon(self) -> None:
        """Discard what waits, and the connection if nobody has waited for the end of its statement, as after ctrl+c."""
        self._batch.drop(failures.lost(self.name))
        if not self._is_lost() and self._connection.info.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
            self._connection.close()

    def _send_again(self) -> Any:
        try:
            return self._batch.send(self._usable(may_open=True))
        except psycopg.Error as error:
            raise self._explain(error) from error

    def _take_over(self, turn: Answer) -> int:
        """Take over the time that came with the turn, and check its schema; return the changes so far."""
        ((changes, step, microseconds),) = turn()
        self._clock.set(microseconds)
        if step != NEWEST:
            raise failures.newer_schema(self.name)
        return int(changes)

    def _blame_newer_schema(self) -> None:
        """Raise the error for a desk that was migrated meanwhile, where a statement failed before that was seen."""
        if self._turn is not None and not self._is_lost():
            self._roll_back()
            self.in_transaction = False
            self._take_over(self.ask(_LOOK, ()))

    def _usable(self, *, may_open: bool = False) -> Any:
        """Return the connection, where it was lost a new one; inside a transaction it cannot be replaced."""
        if not self._is_lost():
            return self._connection
        if not may_open:
            raise failures.lost(self.name)
        if self._failed and monotonic() - self._failed[0] < RETRY_SECONDS:
            raise self._failed[1]
        try:
            self.open(create=False)
        except DeskError as error:
            # An address that was right when the program started is no invalid value later.
            failure = Unavailable(error.message, field="db") if isinstance(error, InvalidValue) else error
            self._failed = (monotonic(), failure)
            raise failure from error
        return self._connection

    def _is_lost(self) -> bool:
        return self._connection is None or bool(self._connection.closed)

    def _explain(self, error: psycopg.Error) -> DeskError:
        if isinstance(error, ServerSilent):
            return failures.silent(self.name)
        if self._is_lost():
            return failures.lost(self.name)
        return failures.to_desk_error(error, self.name)
