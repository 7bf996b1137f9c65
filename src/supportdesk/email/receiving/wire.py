"""Parsed mails on a pipe: a length, a JSON document, and the bytes of its attachments.

The process that parses reads what strangers wrote, so nothing that it answers is trusted: every value has the type that
the dataclasses name, or the answer is refused. What unpickling would run, JSON only names.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from supportdesk.domain.text import clean_body

HEADER_BYTES = 8
Thing = TypeVar("Thing")


class Malformed(ValueError):
    """An answer that no healthy parser gives."""


def header(size: int) -> bytes:
    """Return a length as it precedes what it measures."""
    return size.to_bytes(HEADER_BYTES, "big")


def pack(value: object) -> bytes:
    """Return a dataclass as a document with its length, followed by the bytes that it holds."""
    contents: list[bytes] = []
    document = json.dumps(_to_document(value, contents)).encode("ascii")
    return b"".join((header(len(document)), document, *contents))


def unpack(kind: type[Thing], document: bytes, read: Callable[[int], bytes]) -> Thing:
    """Return the dataclass in a document; `read` gives that many of the bytes that follow it. Raises `Malformed`."""
    try:
        given = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise Malformed("no JSON") from error
    found = _from_document(kind, given, read)
    assert isinstance(found, kind)
    return found


def _to_document(value: object, contents: list[bytes]) -> object:
    if isinstance(value, bytes):
        contents.append(value)
        return len(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_to_document(each, contents) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _to_document(getattr(value, name), contents) for name in _fields(type(value))}
    return value


@cache
def _fields(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _from_document(kind: Any, given: Any, read: Callable[[int], bytes]) -> object:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        wanted = [each for each in get_args(kind) if (each is types.NoneType) == (given is None)]
        if not wanted:
            raise Malformed("null")
        return None if given is None else _from_document(wanted[0], given, read)
    if origin is tuple:
        return tuple(_items(get_args(kind), _checked(list, given), read))
    if kind is bytes:
        return read(_checked(int, given))
    if kind is str:
        return clean_body(_checked(str, given))
    if kind in (int, bool):
        return _checked(kind, given)
    if issubclass(kind, Enum):
        return _member(kind, given)
    return kind(**dict(_values(kind, _checked(dict, given), read)))


def _items(kinds: tuple[Any, ...], given: list[Any], read: Callable[[int], bytes]) -> Iterator[object]:
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(given)
    if len(kinds) != len(given):
        raise Malformed("too many or too few")
    for kind, each in zip(kinds, given, strict=True):
        yield _from_document(kind, each, read)


def _values(kind: type, given: Mapping[str, Any], read: Callable[[int], bytes]) -> Iterator[tuple[str, object]]:
    fields = _fields(kind)
    if given.keys() != fields.keys():
        raise Malformed(f"not the fields of {kind.__name__}")
    for name, wanted in fields.items():
        yield name, _from_document(wanted, given[name], read)


def _checked(kind: type, given: Any) -> Any:
    if type(given) is not kind or (type(given) is int and given < 0):
        raise Malformed(f"no {kind.__name__}")
    return given


def _member(kind: type[Enum], given: object) -> Enum:
    try:
        return kind(given)
    except ValueError as error:
        raise Malformed(f"no {kind.__name__}") from error
