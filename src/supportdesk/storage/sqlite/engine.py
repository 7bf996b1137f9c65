"""A desk in a SQLite file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import peewee

from supportdesk.domain import moment
from supportdesk.domain.desk_address import SqliteFile, files_folder
from supportdesk.domain.text import clean_line
from supportdesk.storage.engine import Answer, Row
from supportdesk.storage.sqlite.backup import copy_to
from supportdesk.storage.sqlite.session import Session

if TYPE_CHECKING:
    from supportdesk.domain.finding import Finding
    from supportdesk.storage.engine import DeskLoader, FaqIndex
    from supportdesk.storage.sqlite.mail_text import MailText
    from supportdesk.storage.sqlite.ticket_text import TicketText


class SqliteEngine:
    """A desk in a SQLite file; opening creates and migrates it."""

    def __init__(self, path: Path, busy_seconds: float, *, create: bool) -> None:
        self.path = path
        self._session = Session(path, busy_seconds, create=create)

    @property
    def name(self) -> str:
        """The path of the file."""
        return str(self.path)

    @property
    def files(self) -> tuple[Path, ...]:
        """The file and its logs."""
        place = self.path.resolve()
        return (place, *(place.with_name(f"{place.name}{ending}") for ending in ("-wal", "-shm")))

    @property
    def files_folder(self) -> Path:
        """The folder beside the file."""
        return files_folder(SqliteFile(self.path))

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._session.in_transaction

    @property
    def is_read_only(self) -> bool:
        """Whether this connection cannot write."""
        return self._session.is_read_only

    @property
    def tickets(self) -> TicketText:
        """The words of the tickets."""
        # Lazy import: keeps start-up fast.
        from supportdesk.storage.sqlite.ticket_text import TicketText

        return TicketText(self)

    @property
    def mail(self) -> MailText:
        """The words of the mail log."""
        # Lazy import: keeps start-up fast.
        from supportdesk.storage.sqlite.mail_text import MailText

        return MailText(self)

    @property
    def faqs(self) -> FaqIndex:
        """The words of the FAQs."""
        # Lazy import: most commands search no FAQs.
        from supportdesk.storage.sqlite.faq_index import FaqIndex

        return FaqIndex(self)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def compiled(self, query: peewee.BaseQuery) -> tuple[str, Sequence[object]]:
        """Return a Peewee query as SQL with its parameters."""
        statement, parameters = self._session.sqlite.get_sql_context().sql(query).query()
        return statement, parameters or ()

    def run(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows."""
        return self._session.run(statement, parameters)

    def ask(self, statement: str, parameters: Sequence[object] = ()) -> Answer:
        """Return what gives the rows of a statement that reads, which have been read already."""
        rows = self.run(statement, parameters)
        return lambda: rows

    def change(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement and return the number of rows it changed."""
        return self._session.change(statement, parameters)

    def stream(self, statement: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """Yield the rows of a statement without keeping them."""
        return self._session.stream(statement, parameters)

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of parameters."""
        self._session.run_many(statement, rows)

    def fill(self, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert rows of values, taken one by one."""
        places = ", ".join("?" * (columns.count(",") + 1))
        self.run_many(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)

    def learn_sizes(self, tables: Sequence[str], added: int) -> None:
        """Do nothing: plans follow the order of the tables in a query."""

    def among(self, column: str, values: Sequence[object]) -> tuple[str, object]:
        """Return the condition that a column has one of these values, with its one parameter."""
        return f"{column} IN (SELECT value FROM json_each(?))", json.dumps(list(values))

    @property
    def hides_unsaved(self) -> bool:
        """No: there is one lock, and one writer at a time."""
        return False

    def writing(self, *, turn_last: bool = False) -> AbstractContextManager[None]:
        """Run the block as one write transaction, in the file that is still at its path.

        The lock is for the whole file: there is nothing to write before it is taken.
        """
        return self._session.writing()

    def take_turn(self) -> None:
        """Do nothing: a write transaction has the lock from its beginning on."""

    def reading(self) -> AbstractContextManager[None]:
        """Run the block as one read transaction."""
        return self._session.reading()

    @contextmanager
    def relaxed(self) -> Iterator[None]:
        """Let commits inside return before they are on the disk: a power cut may undo them."""
        before = self.run("PRAGMA synchronous")[0][0]
        self.run("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self.run(f"PRAGMA synchronous = {int(before)}")

    def prepare_staging(self) -> None:
        """Keep temporary tables on disk from here on: a million rows take no more memory than ten."""
        self.run("PRAGMA temp_store = FILE")

    def hidden(self, column: peewee.Field) -> peewee.Node:
        """Return a column with a plus, which keeps SQLite from using an index on it."""
        # Lazy import: keeps start-up fast.
        from supportdesk.storage.sqlite.text_match import hidden

        return hidden(column)

    def version(self) -> int:
        """Return a number that moves when another connection has committed; costs microseconds.

        Raises `DeskReplaced` when another file is at the path.
        """
        return self._session.version()

    def now(self) -> datetime:
        """Return the time of this machine."""
        return moment.now()

    @property
    def loader(self) -> DeskLoader:
        """What reads and fills the tables of a whole desk."""
        # Lazy import: only a copy of the desk needs it.
        from supportdesk.storage.sqlite.loading import DeskLoader

        return DeskLoader(self)

    def prove_writable(self) -> None:
        """Raise the error that prevents writing, inside a write transaction that changes nothing.

        SQLite opens a read-only file, and BEGIN IMMEDIATE silently starts a read transaction there.
        """
        self.run("DELETE FROM ticket_counts WHERE false")

    def faults(self, limit: int) -> list[str]:
        """Return the errors that SQLite finds in the whole file, in its words."""
        found = self.run(f"PRAGMA quick_check({limit})") + self.run("PRAGMA foreign_key_check")[:limit]
        # Lazy import: only `doctor` checks.
        from supportdesk.storage.sqlite.checks import emptied_indexes

        said = [clean_line(" ".join(map(str, row))) for row in found if row != ("ok",)]
        return said or list(emptied_indexes(self.run))

    def schema_faults(self) -> list[str]:
        """Return what differs from the schema of the migrations."""
        # Lazy import: only `doctor` compares.
        from supportdesk.storage.sqlite.schema_check import schema_faults

        with self._session.long_statements() as sqlite:
            return schema_faults(sqlite)

    def check_place(self) -> Iterator[Finding]:
        """Yield the findings about the file's disk and permissions."""
        # Lazy import: only `doctor` checks.
        from supportdesk.storage.sqlite.checks import check_place, check_text

        yield from check_place(self.path)
        with self._session.long_statements() as sqlite:
            yield from check_text(sqlite.connection(), self.loader.tables())

    def copy_to(self, target: Path, before: Callable[[], object]) -> None:
        """Write a compact copy of the whole desk while others keep working."""
        copy_to(self._session.sqlite, self.name, target, before, read_only=self._session.is_read_only)
