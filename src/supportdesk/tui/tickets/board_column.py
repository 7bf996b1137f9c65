"""A column of the board: the tickets of one status or owner as cards, one a line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from supportdesk.domain import moment
from supportdesk.domain.ticket import TicketSummary
from supportdesk.tui import style
from supportdesk.tui.tickets.list import TicketSource
from supportdesk.tui.widgets.bars import Bar
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.row_lines import Cells

AGE_WIDTH = 4
OWNER_FROM = 40
"""The width of a column from which on the owner is shown."""
OWNER_WIDTH = 9
_BLOCK = "█"


class Cards(PageList[TicketSummary]):
    """Urgency, number, title, owner and age of each ticket."""

    def __init__(self, source: TicketSource) -> None:
        super().__init__(source)
        self.desk, self.listed = source.desk, source.query

    def cells(self, row: TicketSummary, width: int) -> Cells:
        """Return a ticket as a card of one line."""
        age = moment.age(row.created_at, self.desk.now()).rjust(AGE_WIDTH)
        owner = OWNER_WIDTH if width >= OWNER_FROM else 0
        head = f"{style.PRIORITY_SIGN[row.priority]} #{row.number} "
        title = max(1, width - style.width(head) - owner - AGE_WIDTH - 1)
        return [
            (head, style.PRIORITY_STYLE[row.priority]),
            (style.fit(f"{'• ' if row.unread else ''}{row.title}", title), style.PLAIN),
            (" " + style.fit(row.owner or "-", owner - 1) if owner else "", style.DIM),
            (age + " ", style.DIM),
        ]

    def heading(self, width: int) -> str:
        """Return nothing: the column has its own heading."""
        return ""


class Column(Vertical):
    """The name of the column with its count, and its cards."""

    def __init__(self, name: str, value: str, source: TicketSource) -> None:
        """`value` is the status or owner that a card gets here."""
        super().__init__()
        self.title = name
        self.value = value
        self.cards = Cards(source)
        self._heading = Bar()

    class Entered(Message):
        """The cards of the column have the focus."""

        def __init__(self, column: Column) -> None:
            super().__init__()
            self.column = column

    def on_descendant_focus(self) -> None:
        """Tell the board."""
        self.post_message(self.Entered(self))

    def compose(self) -> ComposeResult:
        """Yield the heading and the cards."""
        yield self._heading
        yield self.cards

    def describe(self) -> None:
        """Show the name and how many cards there are; in reverse where the focus is."""
        here = self.cards.has_focus
        text = Text(
            f" {'▸ ' if here else ''}{self.title} ({self.cards.total}) ", style.TITLE if here else style.HEADING
        )
        self._heading.show(text)


class Chart(Bar):
    """A bar for each column, as long as its share of the cards."""

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Draw the bars with their names and numbers."""
        total = sum(column.cards.total.rows for column in columns) or 1
        room = max(0, self.size.width - 1 - sum(style.width(self._label(column)) + 3 for column in columns))
        line = Text(" ")
        for column in columns:
            blocks = room * column.cards.total.rows // total
            line.append(self._label(column) + " ", style.DIM)
            line.append(_BLOCK * blocks + "  ", style.KEY)
        self.show(line)

    def _label(self, column: Column) -> str:
        return f"{column.title} {column.cards.total}"
