"""Pages of tickets that words find, read window by window: of 1,000 numbers first, then of many more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from peewee import SQL

from supportdesk.storage.database import Database
from supportdesk.storage.engine import Row
from supportdesk.storage.tables import TicketRow

if TYPE_CHECKING:
    from peewee import ModelSelect

    Select = ModelSelect[Any]


def read_windows(
    database: Database, select: Select, sizes: Sequence[int], key: int | None, limit: int, *, descending: bool
) -> list[Row]:
    """Return the first rows of a select of tickets in the order of their numbers, those after `key`.

    An index of words without an order leaves two ways to the newest hits: to look at each ticket from the newest on,
    or to sort all hits. Either takes seconds for some words, and what the engine knows of a word does not tell how old
    its hits are. The first window bounds the first way, and the others the second.
    """
    step = -1 if descending else 1
    if key is None:
        start, found = _from_the_end(database, select, sizes[0], limit, descending=descending)
    else:
        start = key + step
        near = _within(select, start, start + step * (sizes[0] - 1), descending=descending)
        found = list(database.rows(near.limit(limit)))
    if len(found) == limit:
        return found
    lowest, highest = database.sql("SELECT coalesce(min(number), 1), coalesce(max(number), 0) FROM tickets")[0]
    passed = 0 if start is None else sizes[0]
    if start is None:
        start = highest if descending else lowest
    span = start - lowest + 1 if descending else highest - start + 1
    for size in (*sizes[1:], span):
        if passed >= span or len(found) == limit:
            break
        end = min(passed + size, span)
        # The sum is in the order of no index: hits are found by their words.
        place = TicketRow.number + 0
        part = _within(select, start + step * passed, start + step * (end - 1), place, descending=descending)
        found += database.rows(part.limit(limit - len(found)))
        passed = end
    return found


def _from_the_end(
    database: Database, select: Select, size: int, limit: int, *, descending: bool
) -> tuple[int | None, list[Row]]:
    """Return the end of all numbers, if there are hits near it, and these.

    One statement tells both: most pages are full after it.
    """
    order, step = ("DESC", -1) if descending else ("ASC", 1)
    # Spelled out: the server plans a bound in each direction as long as it then reads.
    end = f"(SELECT number FROM tickets AS every ORDER BY number {order} LIMIT 1)"
    number, far = TicketRow.number, SQL(f"{end} + {step * size}")
    near = select.select_extend(SQL(end)).where(number > far if descending else number < far)
    found = database.rows(near.order_by(number.desc() if descending else number.asc()).limit(limit))
    return (found[0][-1] if found else None), [row[:-1] for row in found]


def _within(select: Select, first: Any, last: Any, place: Any = TicketRow.number, *, descending: bool) -> Select:
    """Return the rows of a select from one number to another, ordered by `place`."""
    low, high = (last, first) if descending else (first, last)
    return select.where(TicketRow.number.between(low, high)).order_by(place.desc() if descending else place.asc())
