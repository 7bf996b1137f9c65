"""The FAQs as lines: all of a category by page, or what a search found."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from rich.style import Style

from supportdesk.domain.faq import Category, Faq, FaqQuery
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.services.desk import Desk
from supportdesk.tui import style
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.row_lines import Cells

CATEGORY_STYLE = {
    Category.GENERAL: Style(color="blue"),
    Category.ACCOUNT: Style(color="magenta"),
    Category.TECHNICAL: Style(color="cyan"),
    Category.BILLING: Style(color="yellow"),
}
NUMBER_WIDTH = 6
CATEGORY_WIDTH = 12
COUNT_WIDTH = 7


@dataclass
class FaqSource:
    """The FAQs of a query, newest first."""

    desk: Desk
    query: FaqQuery
    descending: bool = True

    async def count(self) -> Count:
        """Return how many there are."""
        return await self.desk.run(self.desk.faqs.count, self.query)

    async def page(self, seek: Seek, limit: int) -> Sequence[Faq]:
        """Return up to `limit` FAQs, in list order."""
        return await self.desk.run(self.desk.faqs.page, self.query, seek, limit)

    async def position(self, key: RowKey) -> int:
        """Return how many come before a key."""
        return await self.desk.run(self.desk.faqs.position, self.query, key)

    def key(self, row: Faq) -> RowKey:
        """Return the place of an FAQ."""
        return self.query.sort_key(row)

    def identity(self, row: Faq) -> Hashable:
        """Return an FAQ's number."""
        return row.number


class FaqList(PageList[Faq]):
    """Number, category, question, reads and votes of each FAQ."""

    @property
    def _number_width(self) -> int:
        """Return the width of the numbers, with a blank before the next column."""
        return max(NUMBER_WIDTH, max((len(f"#{row.number} ") for row in self.loaded), default=0))

    def cells(self, row: Faq, width: int) -> Cells:
        """Return an FAQ as a line."""
        counts = 2 * COUNT_WIDTH if width >= 70 else 0
        rest = max(8, width - 1 - self._number_width - CATEGORY_WIDTH - counts)
        cells: Cells = [
            (" ", style.PLAIN),
            (style.fit(f"#{row.number}", self._number_width), style.PLAIN),
            (style.fit(f"■ {row.category}", CATEGORY_WIDTH), CATEGORY_STYLE[row.category]),
            (style.fit(row.question, rest), style.PLAIN),
        ]
        if counts:
            votes = f"+{row.helpful} -{row.unhelpful}"
            cells += [(f"{row.reads} ".rjust(COUNT_WIDTH), style.DIM), (votes.rjust(COUNT_WIDTH), style.DIM)]
        return cells

    def heading(self, width: int) -> str:
        """Return the names of the columns, above them."""
        counts = 2 * COUNT_WIDTH if width >= 70 else 0
        rest = max(8, width - 1 - self._number_width - CATEGORY_WIDTH - counts)
        names = " " + style.fit("#", self._number_width) + style.fit("Category", CATEGORY_WIDTH)
        names += style.fit("Question", rest)
        return names + ("Read ".rjust(COUNT_WIDTH) + "Votes".rjust(COUNT_WIDTH) if counts else "")
