"""What differs between database engines, as a protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from peewee import BaseQuery, ColumnBase, Expression, Field, ModelSelect
    from peewee import Node as Sql

    from supportdesk.domain.finding import Finding
    from supportdesk.domain.query.tree import Node

Row = tuple[Any, ...]
Answer = Callable[[], list[Row]]
"""A call that returns the rows of a statement that was asked before."""


class TextMatch(Protocol):
    """The rows of a table whose words a query matches."""

    @property
    def key(self) -> Field:
        """The key of a row, in the form in which these rows are read in order without sorting."""

    @property
    def windows(self) -> tuple[int, ...]:
        """How many keys to look at first, and next, for a page of these rows; empty where any page is found at once."""

    def as_condition(self) -> Expression:
        """Return the condition that a row is one of these, wherever it is in a query."""

    def within(self, select: ModelSelect[Any]) -> ModelSelect[Any]:
        """Return a select of the table with only these rows."""

    def other(self, column: Field) -> Field | Sql:
        """Return another column of the table for a condition, in the form that leaves finding rows to the words."""


class TextIndex(Protocol):
    """The words of the rows of a table."""

    def matching(self, key: Field, tree: Node) -> TextMatch:
        """Return the rows that a query without filters finds; `key` is the key of the table."""


class TicketTextIndex(TextIndex, Protocol):
    """What was said in the tickets, which may be indexed later than it is saved, and the notes apart from it."""

    def is_behind(self) -> bool:
        """Return whether some messages are not indexed yet."""

    def update(self) -> None:
        """Index some of the messages that are not, inside the caller's transaction."""

    def noted(self, key: Field, tree: Node) -> ColumnBase:
        """Return the condition that a note of a ticket matches a word or phrase; `key` is the ticket's number."""


class MailTextIndex(TextIndex, Protocol):
    """The words of the mail log, which may be indexed later than they are saved."""

    def is_behind(self) -> bool:
        """Return whether some messages are not indexed yet."""

    def update(self) -> None:
        """Index some of the messages that are not, inside the caller's transaction."""

    def change_subject(self, seq: int, subject: str) -> None:
        """Index a message with another subject, inside the caller's transaction and before the table has it."""


class FaqIndex(Protocol):
    """The words of the FAQs and where each stands, and the vocabulary as it is written."""

    def split(self, texts: Sequence[str]) -> list[list[tuple[str, str]]]:
        """Return the words of texts as the index splits them: folded to lower case without accents, and the stem."""

    def occurrences(self, stems: Sequence[str]) -> list[Row]:
        """Return each stem that any FAQ has, with the number of FAQs and of occurrences."""

    def extent(self) -> tuple[int, int]:
        """Return the numbers of FAQs and of their words."""

    def positions(self, stems: Sequence[str], faqs: Sequence[int] | None) -> list[int]:
        """Return the positions of any of these stems, packed as in `faq_places`, in these FAQs or in all."""

    def sizes(self, faqs: Sequence[int]) -> dict[int, list[int]]:
        """Return the number of words in question, answer and wordings."""

    def with_phrases(self, phrases: Sequence[str], limit: int) -> list[int]:
        """Return the FAQs that have one of these phrases of words as `split` returns them."""

    def having(self, phrase: str, *, begun: bool) -> list[int]:
        """Return the FAQs with a phrase in question or answer; `begun` when its last word is a beginning."""

    def completions(self, start: str, limit: int) -> list[str]:
        """Return the most common words that begin so."""

    def containing(self, part: str, limit: int) -> list[str]:
        """Return the most common words that contain this."""

    def near(self, start: str, lengths: tuple[int, int], pieces: Sequence[str]) -> list[Row]:
        """Return the words that begin so, of a length within bounds, with one of the pieces; and their FAQs."""

    def marked(self, faq: int, column: int, words: Sequence[str], start: str, end: str) -> str:
        """Return a field with marks around these words; empty where the index cannot say."""


class DeskLoader(Protocol):
    """What reads and fills the tables of a whole desk."""

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the tables that a copy of the desk has with their columns, each after those that it refers to.

        Without what is derived from them: indexes of words, generated columns.
        """

    def given_numbers(self) -> dict[str, int]:
        """Return the highest number ever given in each table whose numbers are not given twice."""

    def loading(self) -> AbstractContextManager[None]:
        """Fill tables in the block without what follows from a change; derive the indexes of words at its end."""

    def keep_numbers(self, given: dict[str, int]) -> None:
        """Give no number again that was given before the desk was copied."""

    def tidy(self) -> None:
        """Make the desk as fast as one that has grown, after the commit."""


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

    @property
    def tickets(self) -> TicketTextIndex:
        """The words of the tickets."""

    @property
    def mail(self) -> MailTextIndex:
        """The words of the mail log."""

    @property
    def faqs(self) -> FaqIndex:
        """The words of the FAQs."""

    def compiled(self, query: BaseQuery) -> tuple[str, Sequence[object]]:
        """Return a Peewee query as SQL with its parameters."""

    def run(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows."""

    def ask(self, statement: str, parameters: Sequence[object] = ()) -> Answer:
        """Return what gives the rows of a statement that reads, as of now.

        What is asked in a row, before the first answer is taken, is read in one round trip where that saves time.
        """

    def change(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement and return the number of rows it changed."""

    def stream(self, statement: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """Yield the rows of a statement without keeping them."""

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of parameters."""

    def fill(self, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert rows of values, taken one by one; `columns` is their names with commas."""

    def learn_sizes(self, tables: Sequence[str], added: int) -> None:
        """Let the planner know of many rows that were added to tables, outside of a transaction."""

    def among(self, column: str, values: Sequence[object]) -> tuple[str, object]:
        """Return the condition that a column has one of any number of values, with its one parameter."""

    @property
    def hides_unsaved(self) -> bool:
        """Whether others neither see nor wait for what a transaction writes before its turn."""

    def writing(self, *, turn_last: bool = False) -> AbstractContextManager[None]:
        """Run the block as one write transaction, after those of all others who came before.

        With `turn_last`, where the engine hides what is unsaved, others come first until `take_turn`.
        """

    def take_turn(self) -> None:
        """Ask for the turn of a write transaction that has none yet."""

    def reading(self) -> AbstractContextManager[None]:
        """Run the block as one read transaction."""

    def relaxed(self) -> AbstractContextManager[None]:
        """Let a power cut undo the commits inside; it undoes no other one."""

    def prepare_staging(self) -> None:
        """Keep temporary tables on disk from here on: a million rows take no more memory than ten.

        Raises `Unavailable` where this connection cannot keep any.
        """

    def hidden(self, column: Field) -> Field | Sql:
        """Return a column in a form that keeps the planner from using an index on it."""

    def version(self) -> int:
        """Return a number that moves when another connection has committed; costs microseconds."""

    def now(self) -> datetime:
        """Return the time of the desk's clock."""

    @property
    def loader(self) -> DeskLoader:
        """What reads and fills the tables of a whole desk."""

    def prove_writable(self) -> None:
        """Raise the error that prevents writing, inside a write transaction that changes nothing."""

    def faults(self, limit: int) -> list[str]:
        """Return what is wrong with the stored data; reads all of it."""

    def schema_faults(self) -> list[str]:
        """Return what differs from the schema of the migrations."""

    def check_place(self) -> Iterator[Finding]:
        """Yield the findings about where the desk is kept, such as room and permissions."""

    def copy_to(self, target: Path, before: Callable[[], object]) -> None:
        """Write a compact copy of the whole desk while others keep working."""

    def close(self) -> None:
        """Close the connection; it can no longer be used."""
