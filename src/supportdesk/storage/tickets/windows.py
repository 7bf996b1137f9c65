"""Pages of tickets that words find, read window by window: of 1,000 numbers first, then of many more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from supportdesk.storage.database import Database
from supportdesk.storage.engine import Row
from supportdesk.storage.tables import TicketRow

if TYPE_CHECKING:
    from peewee import ModelSelect


def read_windows(
    database: Database, select: ModelSelect[Any], sizes: Sequence[int], key: int | None, limit: int, *, descending: bool
) -> list[Row]:
    """Return the first rows of a select of tickets in the order of their numbers, those after `key`.

    An index of words without an order leaves two ways to the newest hits: to look at each ticket from the newest on,
    or to sort all hits. Either takes seconds for some words, and what the engine knows of a word does not tell how old
    its hits are. The first window bounds the first way, and the others the second.
    """
    lowest, highest = database.sql("SELECT coalesce(min(number), 1), coalesce(max(number), 0) FROM tickets")[0]
    start = (highest if descending else lowest) if key is None else key + (-1 if descending else 1)
    span = start - lowest + 1 if descending else highest - start + 1
    found: list[Row] = []
    passed = 0
    for size in (*sizes, span):
        if passed >= span or len(found) == limit:
            break
        end = min(passed + size, span)
        low, high = (start - end + 1, start - passed) if descending else (start + passed, start + end - 1)
        # The sum is in the order of no index: hits are found by their words.
        place = TicketRow.number + 0 if passed else TicketRow.number
        part = select.where(TicketRow.number.between(low, high)).order_by(place.desc() if descending else place.asc())
        found += database.rows(part.limit(limit - len(found)))
        passed = end
    return found
