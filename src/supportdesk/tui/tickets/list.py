"""The queue: tickets as lines."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style

from supportdesk.domain import moment
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.domain.query import Order, TicketQuery
from supportdesk.domain.ticket import TicketSummary
from supportdesk.services.desk import Desk
from supportdesk.tui import style
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.row_lines import Cells

if TYPE_CHECKING:
    from supportdesk.services.presence import Present

STATUS_WIDTH = 14
NUMBER_WIDTH = 5
PRIORITY_WIDTH = 10
SIGN_WIDTH = 2
"""Of status and priority where there is no room for words: their signs tell them apart."""
AGE_WIDTH = 4
OWNER_WIDTH, WIDE_OWNER_WIDTH = 8, 14
TAGS_FROM = 4
PRESENT_WIDTH = 16
OWNER_FROM, REQUESTER_FROM = 40, 64
"""Cells for title, owner and requester from which on the owner is shown, and from which on the requester too."""
TIME_WIDTH = 17
EXTRA_WIDTH = 110
"""From this width of the list on, chosen columns are shown."""
EXTRA_COLUMNS = {"Created": "created_at", "Updated": "updated_at"}
ORDER_SIGN = "▾"


@dataclass
class TicketSource:
    """The tickets of one query."""

    desk: Desk
    query: TicketQuery

    @property
    def descending(self) -> bool:
        """Return whether keys fall from the first row to the last."""
        return self.query.descending

    async def count(self) -> Count:
        """Return how many tickets the query finds."""
        return await self.desk.run(self.desk.tickets.count, self.query)

    async def page(self, seek: Seek, limit: int) -> Sequence[TicketSummary]:
        """Return up to `limit` tickets, in list order."""
        return await self.desk.run(self.desk.tickets.page, self.query, seek, limit)

    async def position(self, key: RowKey) -> int:
        """Return how many tickets come before a key."""
        return await self.desk.run(self.desk.tickets.position, self.query, key)

    def key(self, row: TicketSummary) -> RowKey:
        """Return the place of a ticket in the list."""
        return self.query.sort_key(row)

    def identity(self, row: TicketSummary) -> Hashable:
        """Return a ticket's number."""
        return row.number


class TicketQueue(PageList[TicketSummary]):
    """Number, priority, status, title, requester and age of each ticket; more columns where there is room."""

    def __init__(self, source: TicketSource, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(source, id=id)
        self.desk = source.desk
        self.marks: set[int] = set()
        # Names of the further columns that the agent has chosen.
        self.chosen: tuple[str, ...] = ()
        # Other sessions that have a ticket open, by its number.
        self.present: Mapping[int, Sequence[Present]] = {}
        # Rows, how many they were, and how wide the longest of their numbers is.
        self._measured: tuple[Sequence[TicketSummary], int, int] = ((), 0, NUMBER_WIDTH)

    def _extra(self, width: int) -> tuple[str, ...]:
        return self.chosen if width >= EXTRA_WIDTH else ()

    def _columns(self, width: int) -> tuple[int, int, int, int, int, int]:
        """Return the widths of number, priority, status, title, requester and owner.

        In a narrow list priority and status are signs alone, so that title and owner have the room.
        """
        number = self._number_width()
        taken = number + PRIORITY_WIDTH + STATUS_WIDTH + AGE_WIDTH + TIME_WIDTH * len(self._extra(width))
        rest = width - 2 - taken
        if rest < OWNER_FROM:
            rest += PRIORITY_WIDTH + STATUS_WIDTH - 2 * SIGN_WIDTH
            owner = OWNER_WIDTH if rest >= OWNER_FROM else 0
            return number, SIGN_WIDTH, SIGN_WIDTH, max(8, rest - owner), 0, owner
        owner = OWNER_WIDTH if width < EXTRA_WIDTH else WIDE_OWNER_WIDTH
        requester = min(32, (rest - owner) // 3) if rest >= REQUESTER_FROM else 0
        return number, PRIORITY_WIDTH, STATUS_WIDTH, rest - owner - requester, requester, owner

    def _number_width(self) -> int:
        """Return how wide the numbers of all rows in memory are; they are measured when rows come or go."""
        rows, many, width = self._measured
        if rows is not self.loaded or many != len(rows):
            rows = self.loaded
            largest = max((row.number for row in rows), default=0)
            width = max(NUMBER_WIDTH, len(f"#{largest} "))
            self._measured = rows, len(rows), width
        return width

    def cells(self, row: TicketSummary, width: int) -> Cells:
        """Return a ticket as a line."""
        number, priority, status, title, requester, owner = self._columns(width)
        age = moment.age(row.created_at, self.desk.now())
        title_style = style.PLAIN if row.is_open else style.DIM
        cells: Cells = [
            ("*" if row.number in self.marks else " ", style.MARK),
            (style.fit(f"#{row.number}", number), style.PLAIN),
            (_sign_and_word(style.PRIORITY_SIGN[row.priority], row.priority, priority),
             style.PRIORITY_STYLE[row.priority] if row.is_open else style.DIM),
            (_sign_and_word(style.STATUS_SIGN[row.status], row.status, status), style.STATUS_STYLE[row.status]),
        ]  # fmt: skip
        for sign, drawn in self._signs(row):
            cells.append((sign + " ", drawn))
            title -= style.width(sign) + 1
        if others := self.present.get(row.number):
            sign = style.fit(f"‹{present_names(others)}›", min(PRESENT_WIDTH, title // 2)).rstrip() + " "
            cells.append((sign, style.MARK))
            title -= style.width(sign)
        cells += _titled(row, title, title_style)
        if requester:
            cells.append((style.fit(row.contact_email, requester - 1) + " ", style.PLAIN))
        if owner:
            mine = style.BOLD if row.owner == self.desk.actor else style.PLAIN
            cells.append((style.fit(row.owner or "-", owner - 1) + " ", mine))
        for name in self._extra(width):
            cells.append((style.fit(moment.local(getattr(row, EXTRA_COLUMNS[name])), TIME_WIDTH), style.DIM))
        cells.append((age.rjust(AGE_WIDTH) + " ", style.PLAIN))
        return cells

    def _signs(self, row: TicketSummary) -> Cells:
        """Return what is special about a ticket, to stand before its title."""
        signs: Cells = []
        if row.merged_into is not None:
            signs.append((f"→ #{row.merged_into}", style.DIM))
        elif row.deleted_at is not None:
            signs.append(("deleted", style.DIM))
        if row.has_failed_mail:
            signs.append(("✗", style.ERROR))
        if row.is_snoozed(self.desk.now()):
            signs.append(("☾", style.MARK))
        if row.unread:
            signs.append(("•", style.MARK))
        return signs

    def heading(self, width: int) -> str:
        """Return the names of the columns, above them; a sign stands at the one that they are ordered by."""
        number, priority, status, title, requester, owner = self._columns(width)
        columns = [("#", number), ("Priority", priority), ("Status", status), ("Title", title)]
        columns += [(name, size) for name, size in (("Requester", requester), ("Owner", owner)) if size]
        columns += [(name, TIME_WIDTH) for name in self._extra(width)]
        ordered = self._ordered_by(width)
        names = " " + "".join(
            (ORDER_SIGN if name == ordered else " ").ljust(size)
            if size == SIGN_WIDTH
            else style.fit(name + ORDER_SIGN * (name == ordered), size)
            for name, size in columns
        )
        return names + (f"{ORDER_SIGN}Age" if ordered == "Age" else "Age").rjust(AGE_WIDTH)

    def _ordered_by(self, width: int) -> str:
        query = self.source.query if isinstance(self.source, TicketSource) else TicketQuery()
        if query.has_words:
            return "#"
        by_update = "Updated" if "Updated" in self._extra(width) else ""
        return {Order.QUEUE: "Priority", Order.NEWEST: "Age", Order.UPDATED: by_update}[query.order]


def _sign_and_word(sign: str, word: str, width: int) -> str:
    return style.fit(sign if width == SIGN_WIDTH else f"{sign} {word}", width)


def present_names(others: Sequence[Present]) -> str:
    """Return who has a ticket open, those who write in it first and with a sign."""
    names = {f"✎ {each.agent}" if each.writing else each.agent for each in others}
    return ", ".join(sorted(names, key=lambda name: (not name.startswith("✎"), name)))


def _titled(row: TicketSummary, width: int, title_style: Style) -> Cells:
    """Return the title in `width` cells, and behind it as much of the tags as there is room for."""
    room = width - style.width(row.title) - 3
    tags = " ".join(f"+{tag}" for tag in row.tags)
    if not tags or room < TAGS_FROM:
        return [(style.fit(row.title, width - 1) + " ", title_style)]
    return [(f"{row.title}  ", title_style), (style.fit(tags, room) + " ", style.TAG)]
