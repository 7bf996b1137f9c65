"""The normal form of a query: names of filters, their values, and filters of one kind in one."""

from __future__ import annotations

import re
from functools import lru_cache

from supportdesk.domain.errors import InvalidValue, QueryError
from supportdesk.domain.query.filters import BY_KEY, KEYS, joined, read
from supportdesk.domain.query.parser import at, is_open_phrase, parse, parse_printed
from supportdesk.domain.query.tree import And, Filter, Node, Not, Or, Word, all_of, any_of, negated


def normal_line(line: str, *, typing: bool) -> str:
    """Return the normal form of a query that somebody has typed; raises `QueryError`."""
    node = parse(line, KEYS)
    shown = "" if node is None else str(_normal(node))
    # While a phrase is typed it stays open, so that its last word can be a prefix.
    return shown.removesuffix('"') if typing and is_open_phrase(line) else shown


@lru_cache(maxsize=64)
def tree_of(line: str, *, typing: bool) -> Node | None:
    """Return the tree of a query in its normal form."""
    node = parse_printed(line, KEYS, typing=typing)
    return None if node is None else _normal(node)


_NUMBER = re.compile(r"#[0-9]{1,15}")


def _normal(node: Node) -> Node:
    """Return a tree with the normal form of its filters, and those of one kind beside each other in one."""
    match node:
        case Word(word) if _NUMBER.fullmatch(word):
            return _read(Filter("number", word))
        case Filter():
            return _read(node)
        case Not(inner):
            return negated(_normal(inner))
        case And(nodes):
            return all_of(_widened([_normal(inner) for inner in nodes])) or node
        case Or(nodes):
            return any_of([_normal(inner) for inner in nodes]) or node
    return node


def _read(given: Filter) -> Filter:
    try:
        return read(given)
    except InvalidValue as error:
        message = f"{error.message} ({at(given.position)})"
        raise QueryError(message, field=error.field or given.key, position=given.position) from None


def _widened(nodes: list[Node]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        same = next((each for each in found if _widens(each, node)), None)
        if same is None:
            found.append(node)
        else:
            assert isinstance(same, Filter)
            assert isinstance(node, Filter)
            found[found.index(same)] = _read(joined(same, node))
    return found


def _widens(one: Node, other: Node) -> bool:
    return isinstance(one, Filter) and isinstance(other, Filter) and one.key == other.key and BY_KEY[one.key].widens
