"""Printer of queries as FTS5 match expressions (https://www.sqlite.org/fts5.html#full_text_query_syntax)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.domain.query.tree import And, Node, Not, Or, Phrase, Word

NOTHING = '""'
"""Matches no row."""


@dataclass(frozen=True, slots=True)
class Match:
    """An expression, and whether the rows wanted are those that it does not match.

    FTS5 has no negation by itself, only "this, but not that".
    """

    expression: str
    negated: bool = False


def match_of(node: Node) -> Match:
    """Return the match of a query without filters; words without letters and digits are ignored."""
    return _match(node) or Match(NOTHING)


def _match(node: Node) -> Match | None:
    match node:
        case Word(text, prefix) | Phrase(text, prefix):
            return _leaf(text, prefix=prefix)
        case Not(inner):
            found = _match(inner)
            return found and Match(found.expression, not found.negated)
        case And(nodes):
            return _combined([found for inner in nodes if (found := _match(inner))], " AND ", " OR ", negated=False)
        case Or(nodes):
            # De Morgan: what any of these matches is what not all of their opposites match.
            return _combined([found for inner in nodes if (found := _match(inner))], " OR ", " AND ", negated=True)
    raise ValueError(f"a filter is no text: {node}")


def _leaf(text: str, *, prefix: bool) -> Match | None:
    if not any(map(str.isalnum, text)):
        return None
    return Match('"' + text.replace('"', '""') + '"' + "*" * prefix)


def _combined(parts: Sequence[Match], operator: str, opposite: str, *, negated: bool) -> Match | None:
    positive = [part.expression for part in parts if not part.negated]
    negative = [part.expression for part in parts if part.negated]
    if not negative:
        return Match(_joined(positive, operator)) if positive else None
    if not positive:
        return Match(_joined(negative, opposite), negated=True)
    if negated:
        return Match(f"({_joined(negative, opposite)} NOT {_joined(positive, operator)})", negated=True)
    return Match(f"({_joined(positive, operator)} NOT {_joined(negative, opposite)})")


def _joined(expressions: Sequence[str], operator: str) -> str:
    return expressions[0] if len(expressions) == 1 else f"({operator.join(expressions)})"
