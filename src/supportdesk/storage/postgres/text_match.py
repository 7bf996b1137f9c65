"""The rows of a table whose column `words` a query matches, printed as PostgreSQL's text search condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import SQL, Column, Expression

from supportdesk.domain.index_text import query_text
from supportdesk.domain.query.tree import And, Node, Not, Or, Phrase
from supportdesk.storage.spellings import with_spellings

if TYPE_CHECKING:
    from peewee import Field, ModelSelect

WINDOWS = (1_000, 16_000, 256_000)


@dataclass(frozen=True, slots=True)
class TextMatch:
    """The rows whose words a query matches; `phrase` is the function that looks words up as the table indexes them."""

    key: Field
    condition: str
    parameters: tuple[str, ...]

    @classmethod
    def of(cls, key: Field, tree: Node, phrase: str) -> TextMatch:
        """Return the rows that a query finds."""
        spelled = with_spellings(tree)
        if spelled is None:
            return cls(key, "''::tsquery", ())
        return cls(key, _condition(spelled, phrase), tuple(_parameters(spelled)))

    @property
    def windows(self) -> tuple[int, ...]:
        """How many keys to look at first, and next: the index has no order."""
        return WINDOWS

    def within(self, select: ModelSelect[Any]) -> ModelSelect[Any]:
        """Return a select of the table with only these rows."""
        return select.where(self.as_condition())

    def as_condition(self) -> Expression:
        """Return the condition that a row is one of these."""
        words = Column(self.key.model._meta.table, "words")
        return Expression(words, "@@", SQL(f"({self.condition})", self.parameters))

    def other(self, column: Field) -> Field:
        """Return another column of the table for a condition; the planner knows which of the two is rarer."""
        return column


def _condition(node: Node, phrase: str) -> str:
    match node:
        case Phrase(text, prefix):
            begun = prefix or query_text(text)[1]
            return f"{phrase}(?, {str(begun).lower()})"
        case Not(inner):
            return f"!!({_condition(inner, phrase)})"
        case And(nodes) | Or(nodes):
            operator = " && " if isinstance(node, And) else " || "
            return f"({operator.join(_condition(each, phrase) for each in nodes)})"
    raise ValueError(f"not a phrase: {node}")


def _parameters(node: Node) -> Iterator[str]:
    match node:
        case Phrase(text):
            yield query_text(text)[0]
        case Not(inner):
            yield from _parameters(inner)
        case And(nodes) | Or(nodes):
            for each in nodes:
                yield from _parameters(each)
