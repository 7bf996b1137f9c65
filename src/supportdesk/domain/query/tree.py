"""Syntax tree of a query. `str` prints a tree as text that parses to the same tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

_BARE_VALUE = re.compile(r'[^\s"()/][^\s"()]*')


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or the beginning of one."""

    text: str
    prefix: bool = False

    def __str__(self) -> str:
        return self.text + "*" * self.prefix


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other, the last of them whole or the beginning of one."""

    text: str
    prefix: bool = False

    def __str__(self) -> str:
        return f'"{self.text}"' + "*" * self.prefix


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on a field, as in `status:new`; `position` is where it begins in the query.

    The filter `number` is written `#17`.
    """

    key: str
    value: str
    position: int = field(default=0, compare=False)

    def __str__(self) -> str:
        if self.key == "number":
            return f"#{self.value}"
        return f"{self.key}:{self.value}" if _BARE_VALUE.fullmatch(self.value) else f'{self.key}:"{self.value}"'


@dataclass(frozen=True, slots=True)
class Not:
    """What its node does not match."""

    node: Node

    def __str__(self) -> str:
        inner = _bracketed(self.node)
        # Two minus signs in a row are part of a word, as in --force.
        return f"-({inner})" if inner.startswith("-") else f"-{inner}"


@dataclass(frozen=True, slots=True)
class And:
    """What all of its two or more nodes match."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(_bracketed(node) for node in self.nodes)


@dataclass(frozen=True, slots=True)
class Or:
    """What any of its two or more nodes matches."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(str(node) for node in self.nodes)


Node: TypeAlias = Word | Phrase | Filter | Not | And | Or

NOTHING = Phrase("")
"""Matches nothing; the tree of a text that has only operators and brackets."""


def all_of(nodes: list[Node]) -> Node | None:
    """Return the conjunction of nodes, flattened; None for no nodes."""
    flat = [inner for node in nodes for inner in (node.nodes if isinstance(node, And) else (node,))]
    return And(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def any_of(nodes: list[Node]) -> Node | None:
    """Return the disjunction of nodes, flattened; None for no nodes."""
    flat = [inner for node in nodes for inner in (node.nodes if isinstance(node, Or) else (node,))]
    return Or(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def negated(node: Node) -> Node:
    """Return the negation of a node; a double negation is none."""
    return node.node if isinstance(node, Not) else Not(node)


def depth(node: Node) -> int:
    """Return how many operators are nested."""
    match node:
        case Not(inner):
            return 1 + depth(inner)
        case And(nodes) | Or(nodes):
            return 1 + max(map(depth, nodes))
    return 0


def filters_in(node: Node) -> Iterator[Filter]:
    """Yield the filters in a tree."""
    match node:
        case Filter():
            yield node
        case Not(inner):
            yield from filters_in(inner)
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from filters_in(inner)


def has_filters(node: Node) -> bool:
    """Return whether there are filters in a tree."""
    return next(filters_in(node), None) is not None


def wanted_filters(node: Node) -> Iterator[Filter]:
    """Yield the filters in a tree, without excluded ones."""
    match node:
        case Filter():
            yield node
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from wanted_filters(inner)


def wanted_texts(node: Node) -> Iterator[str]:
    """Yield the words and phrases that are searched for, without excluded ones."""
    match node:
        case Word() | Phrase():
            yield node.text
        case Filter("note", value):
            yield value.rstrip("*")
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from wanted_texts(inner)


def _bracketed(node: Node) -> str:
    return f"({node})" if isinstance(node, And | Or) else str(node)
