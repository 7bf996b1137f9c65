"""Filling of a whole desk: without triggers, which would count each row, and with the indexes made at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supportdesk.storage.engine import Engine

_OWN = ("schema_migration", "sqlite_sequence")
_DERIVE = (
    "INSERT INTO tickets_text (rowid, title, description, contact_email) "
    "SELECT number, title, description, contact_email FROM tickets_said",
    "INSERT INTO notes_text (rowid, content) SELECT seq, coalesce(indexed_content, content) FROM messages "
    "WHERE kind = 'note' AND removed_at IS NULL",
    "INSERT INTO faqs_text (rowid, question, answer, wordings) "
    "SELECT number, coalesce(indexed_question, question), coalesce(indexed_answer, answer), coalesce("
    "(SELECT group_concat(coalesce(indexed_text, text), char(10)) FROM faq_wordings WHERE faq_id = faqs.id), '') "
    "FROM faqs",
    "INSERT INTO faqs_words (rowid, text) "
    "SELECT number, coalesce(indexed_question, question) || ' ' || coalesce(indexed_answer, answer) FROM faqs",
)


class DeskLoader:
    """Reads and fills the tables of one desk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the tables that a copy of the desk has with their columns, each after those that it refers to."""
        words = [
            name
            for (name,) in self._engine.run("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
        ]
        found = {
            name
            for (name,) in self._engine.run("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in _OWN and not any(name == each or name.startswith(f"{each}_") for each in words)
        }
        ordered: dict[str, tuple[str, ...]] = {}
        while left := sorted(found - ordered.keys()):
            for name in left:
                needs = {row[2] for row in self._engine.run(f"PRAGMA foreign_key_list({name})")} - {name}
                if needs <= ordered.keys():
                    ordered[name] = tuple(row[1] for row in self._engine.run(f"PRAGMA table_info({name})"))
        return ordered

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Fill tables in the block without triggers; derive the indexes of words at its end."""
        triggers = self._engine.run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _ in triggers:
            self._engine.run(f"DROP TRIGGER {name}")
        yield
        for statement in _DERIVE:
            self._engine.run(statement)
        for _, trigger in triggers:
            self._engine.run(trigger)

    def given_numbers(self) -> dict[str, int]:
        """Return the highest number ever given in each table whose numbers are not given twice."""
        return dict(self._engine.run("SELECT name, seq FROM sqlite_sequence"))

    def keep_numbers(self, given: dict[str, int]) -> None:
        """Give no number again that was given before the desk was copied."""
        for table, number in given.items():
            self._engine.run("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            self._engine.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))

    def tidy(self) -> None:
        """Do nothing: the file has no rows that nobody sees."""
