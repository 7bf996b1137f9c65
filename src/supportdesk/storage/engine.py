"""What differs between database engines, as a protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from peewee import BaseQuery

    from supportdesk.domain.finding import Finding

Row = tuple[Any, ...]


class Engine(Protocol):
    """One connection to a desk, for one thread at a time.

    All methods raise a `DeskError`: `Unavailable` when the desk cannot be reached or is locked, `NotAllowed` when
    this user cannot write it.
    """

    @property
    def name(self) -> str:
        """The desk as shown to users; never contains a password."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Files that no export may overwrite; empty for a server."""

    @property
    def files_folder(self) -> Path:
        """The folder of what the desk keeps outside its database, such as mails as they came in."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    @property
    def is_read_only(self) -> bool:
        """Whether this connection cannot write."""

    def compiled(self, query: BaseQuery) -> tuple[str, Sequence[object]]:
        """Return a Peewee query as SQL with its parameters."""

    def run(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows."""

    def change(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement and return the number of rows it changed."""

    def stream(self, statement: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """Yield the rows of a statement without keeping them."""

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of parameters."""

    def writing(self) -> AbstractContextManager[None]:
        """Run the block as one write transaction."""

    def reading(self) -> AbstractContextManager[None]:
        """Run the block as one read transaction."""

    def durable(self) -> AbstractContextManager[None]:
        """Make every commit inside survive a power cut."""

    def version(self) -> int:
        """Return a number that moves when another connection has committed; costs microseconds."""

    def now(self) -> datetime:
        """Return the time of the desk's clock."""

    def prove_writable(self) -> None:
        """Raise the error that prevents writing, inside a write transaction that changes nothing."""

    def faults(self, limit: int) -> list[str]:
        """Return what is wrong with the stored data; reads all of it."""

    def schema_faults(self) -> list[str]:
        """Return what differs from the schema of the migrations."""

    def check_place(self) -> Iterator[Finding]:
        """Yield the findings about where the desk is kept, such as room and permissions."""

    def copy_to(self, target: Path) -> None:
        """Write a compact copy of the whole desk while others keep working."""

    def close(self) -> None:
        """Close the connection; it can no longer be used."""
