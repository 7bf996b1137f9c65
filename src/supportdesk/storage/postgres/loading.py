"""Filling of a whole desk: without triggers, which would count each row, and with the indexes made at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supportdesk.storage.engine import Engine

# What only this engine has, and derives from the rest.
_OWN = {"turn", "faq_places", "faq_sizes", "faq_words", "faq_vocabulary"}
_HERE = "relnamespace = current_schema()::regnamespace AND relkind = 'r'"
# Written once in the order of each, and not with every ticket; those that tickets were merged into are found by one.
_INDEXES = (
    "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
    "WHERE indrelid = 'tickets'::regclass AND NOT indisunique "
    "AND indexrelid <> 'tickets_merged_into'::regclass"
)
# Without statistics of what was just filled, each ticket would read all others.
_DERIVE = (
    "ANALYZE tickets, messages, faqs",
    "UPDATE tickets SET words = ticket_words(said.title, said.description, said.contact_email) "
    "FROM tickets_said AS said WHERE said.number = tickets.number",
    "SELECT faq_index(id), faq_count_words("
    "coalesce(indexed_question, question) || ' ' || coalesce(indexed_answer, answer), 1) FROM faqs",
)


class DeskLoader:
    """Reads and fills the tables of one desk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the tables that a copy of the desk has with their columns, each after those that it refers to."""
        columns: dict[str, list[str]] = {}
        for table, column in self._engine.run(
            "SELECT relname::text, attname::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
            f"WHERE {_HERE} AND attnum > 0 AND NOT attisdropped AND attgenerated = '' "
            "AND atttypid <> 'tsvector'::regtype ORDER BY relname, attnum"
        ):
            columns.setdefault(table, []).append(column)
        needs: dict[str, set[str]] = {}
        for table, other in self._engine.run(
            "SELECT child.relname::text, parent.relname::text FROM pg_constraint "
            "JOIN pg_class AS child ON child.oid = conrelid JOIN pg_class AS parent ON parent.oid = confrelid "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conrelid <> confrelid"
        ):
            needs.setdefault(table, set()).add(other)
        ordered: dict[str, tuple[str, ...]] = {}
        while left := sorted(columns.keys() - _OWN - ordered.keys()):
            for table in left:
                if needs.get(table, set()) <= ordered.keys():
                    ordered[table] = tuple(columns[table])
        return ordered

    def given_numbers(self) -> dict[str, int]:
        """Return the highest number ever given in each table whose numbers a sequence gives."""
        found = {}
        for table, column in self._sequences():
            ((last,),) = self._engine.run(
                "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(?, ?)::regclass), 0)", (table, column)
            )
            found[table] = last
        return found

    def keep_numbers(self, given: dict[str, int]) -> None:
        """Give no number again that was given before the desk was copied."""
        for table, column in self._sequences():
            self._engine.run(
                "SELECT setval(pg_get_serial_sequence(?, ?), last, last > 0) FROM ("
                f"SELECT greatest(1, CAST(? AS bigint), (SELECT max({column}) FROM {table})) AS last) AS newest "
                f"WHERE CAST(? AS bigint) > 0 OR EXISTS (SELECT 1 FROM {table})",
                (table, column, given.get(table, 0), given.get(table, 0)),
            )

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Fill tables in the block without triggers; derive the indexes of words at its end."""
        names = [name for (name,) in self._engine.run(f"SELECT relname::text FROM pg_class WHERE {_HERE}")]
        for name in names:
            self._engine.run(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        indexes = self._engine.run(_INDEXES)
        for name, _ in indexes:
            self._engine.run(f"DROP INDEX {name}")
        yield
        for statement in (*_DERIVE, *(definition for _, definition in indexes)):
            self._engine.run(statement)
        # What foreign keys have still to check would not let the triggers be switched on.
        self._engine.run("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            self._engine.run(f"ALTER TABLE {name} ENABLE TRIGGER USER")

    def tidy(self) -> None:
        """Remove what deriving the words has left of each ticket, and learn how many rows there are of what."""
        self._engine.run("VACUUM (ANALYZE)")

    def _sequences(self) -> list[tuple[str, str]]:
        return [
            (str(table), str(column))
            for table, column in self._engine.run(
                "SELECT relname::text, attname::text FROM pg_attribute "
                f"JOIN pg_class ON pg_class.oid = attrelid WHERE {_HERE} AND attidentity <> '' ORDER BY relname"
            )
        ]
