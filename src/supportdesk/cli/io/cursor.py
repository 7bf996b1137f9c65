"""Cursors: where a list continues, as opaque text for scripts."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from supportdesk.cli.io.param_types import LIMIT, TEXT, Whole
from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.page import START, RowKey, Seek

Row = TypeVar("Row")
Command = TypeVar("Command", bound=Callable[..., Any])

# The kinds of values in the row key of each list.
_SHAPES: dict[str, tuple[type, ...]] = {
    "queue": (int, str, int),
    "newest": (str, int),
    "updated": (str, int),
    "hits": (int,),
    "notifications": (int,),
    "preferences": (str,),
    "faqs": (int,),
    "experiments": (int,),
    "history": (int,),
}
MAX_PAGE = 1_000_000
_LONGEST = 3_000
_INTEGERS = range(-(2**63), 2**63)


def split(
    found: Sequence[Row], limit: int, name: str, key: Callable[[Row], RowKey]
) -> tuple[Sequence[Row], str | None]:
    """Return the first `limit` rows of the list `name`, and the cursor of what follows: None when nothing does."""
    if len(found) <= limit:
        return found, None
    return found[:limit], _written(name, key(found[limit - 1]))


def page_options(command: Command) -> Command:
    """Add how much of a list is printed, and where it continues."""
    limit = click.option("--limit", default=50, show_default=True, type=LIMIT, help="How many at most.")
    cursor = click.option("--cursor", metavar="CURSOR", type=TEXT, help="Continue where the previous list ended.")
    return limit(cursor(command))


def paging_options(command: Command) -> Command:
    """Add to `page_options` how a page is chosen by number, and all of them at once."""
    page = click.option("--page", metavar="N", type=Whole(MAX_PAGE), help="The page of this number.")
    every = click.option("--all", "every", is_flag=True, help="All of them; export is faster for very long lists.")
    return page_options(page(every(command)))


def read(name: str, text: str | None) -> Seek:
    """Return where the list `name` continues, its top without a cursor; raises `InvalidValue` for a wrong one."""
    if text is None:
        return START
    # Lazy import: keeps start-up fast.
    import json

    try:
        if len(text) > _LONGEST:
            raise ValueError
        owner, *key = json.loads(a2b_base64(text.strip(), strict_mode=True))
    except (ValueError, TypeError):
        raise _no_cursor(text) from None
    fits = tuple(type(value) for value in key) == _SHAPES[name] and all(map(_is_plain, key))
    if owner != name or not fits:
        raise _no_cursor(text)
    return Seek(tuple(key))


def _written(name: str, key: RowKey) -> str:
    import json

    return b2a_base64(json.dumps([name, *key], separators=(",", ":")).encode(), newline=False).decode()


def _is_plain(value: str | int) -> bool:
    return value.isprintable() if isinstance(value, str) else value in _INTEGERS


def _no_cursor(text: str) -> InvalidValue:
    return invalid("cursor", text, "it must be the next_cursor that the same list gave before")
