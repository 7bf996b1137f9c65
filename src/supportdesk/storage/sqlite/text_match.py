"""The rows of a table that its FTS5 index finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import SQL, NodeList

from supportdesk.storage.sqlite.match_expression import Match, match_of

if TYPE_CHECKING:
    from peewee import Expression, Field, ModelSelect
    from peewee import Node as Sql
    from playhouse.sqlite_ext import FTS5Model

    from supportdesk.domain.query.tree import Node


@dataclass(frozen=True, slots=True)
class TextMatch:
    """The rows that a match finds in an index whose `rowid` is the table's own key."""

    index: type[FTS5Model]
    table_key: Field
    match: Match

    @classmethod
    def of(cls, index: type[FTS5Model], table_key: Field, tree: Node) -> TextMatch:
        """Return the rows that a query finds."""
        return cls(index, table_key, match_of(tree))

    @property
    def key(self) -> Field:
        """The key that orders the rows: that of the index, which is read in this order, unless it only excludes."""
        return self.table_key if self.match.negated else self.index.rowid

    @property
    def windows(self) -> tuple[int, ...]:
        """None: the index has its rows in the order of their keys."""
        return ()

    def as_condition(self) -> Expression:
        """Return the condition that a row is one of these."""
        matched = self.index.select(self.index.rowid).where(self.index.match(self.match.expression))
        return self.table_key.not_in(matched) if self.match.negated else self.table_key.in_(matched)

    def within(self, select: ModelSelect[Any]) -> ModelSelect[Any]:
        """Return a select of the table with only these rows."""
        matched = self.index.match(self.match.expression)
        if self.match.negated:
            return select.where(self.as_condition())
        return select.join(self.index, on=self.index.rowid == self.table_key).where(matched)

    def other(self, column: Field) -> Field | Sql:
        """Return another column of the table for a condition besides the words.

        The plus keeps SQLite from asking the text index once for every row that an index on the column finds.
        """
        return column if self.match.negated else hidden(column)


def hidden(column: Field) -> Sql:
    """Return a column with a plus, which keeps SQLite from using an index on it."""
    return NodeList((SQL("+"), column), glue="")
