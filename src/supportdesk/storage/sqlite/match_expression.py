"""Printer of queries as FTS5 match expressions (https://www.sqlite.org/fts5.html#full_text_query_syntax)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.domain.index_text import query_text
from supportdesk.domain.query.tree import And, Node, Not, Or, Phrase
from supportdesk.storage.spellings import with_spellings

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
    spelled = with_spellings(node)
    return Match(NOTHING) if spelled is None else _match(spelled)


def _match(node: Node) -> Match:
    match node:
        case Phrase(text, prefix):
            return Match(_phrase(text, prefix=prefix))
        case Not(inner):
            found = _match(inner)
            return Match(found.expression, not found.negated)
        case And(nodes):
            return _combined(list(map(_match, nodes)), " AND ", " OR ", negated=False)
        case Or(nodes):
            # De Morgan: what any of these matches is what not all of their opposites match.
            return _combined(list(map(_match, nodes)), " OR ", " AND ", negated=True)
    raise ValueError(f"not a phrase: {node}")


def _phrase(text: str, *, prefix: bool) -> str:
    searched, begins = query_text(text)
    return '"' + searched.replace('"', '""') + '"' + "*" * (prefix or begins)


def _combined(parts: Sequence[Match], operator: str, opposite: str, *, negated: bool) -> Match:
    positive = [part.expression for part in parts if not part.negated]
    negative = [part.expression for part in parts if part.negated]
    if not negative:
        return Match(_bracketed(positive, operator))
    if not positive:
        return Match(_bracketed(negative, opposite), negated=True)
    if negated:
        return Match(f"({_bracketed(negative, opposite)} NOT {_bracketed(positive, operator)})", negated=True)
    return Match(f"({_bracketed(positive, operator)} NOT {_bracketed(negative, opposite)})")


def _bracketed(expressions: Sequence[str], operator: str) -> str:
    return expressions[0] if len(expressions) == 1 else f"({operator.join(expressions)})"
