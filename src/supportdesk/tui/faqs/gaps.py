"""The gaps screen: what people looked for and did not find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from supportdesk.domain.faq import Gaps
from supportdesk.domain.journal import Entry, Subject
from supportdesk.tui import style
from supportdesk.tui.commands import Scope
from supportdesk.tui.screens.desk_screen import DeskScreen
from supportdesk.tui.widgets.list_source import ListSource
from supportdesk.tui.widgets.listing import Listing
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.row_lines import Cells
from supportdesk.tui.widgets.welcome import GapWelcome

KIND_WIDTH = 22
COUNT_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is lacking, or worth knowing; `question` is what an FAQ about it would begin with."""

    place: int
    kind: str
    count: str
    text: str
    question: str = ""
    ticket: int | None = None


def lines(gaps: Gaps) -> list[Line]:
    """Return the gaps as lines, the most useful first."""
    found: list[tuple[str, str, str, str, int | None]] = [
        ("search without a hit", f"{each.times}×", each.text, each.text, None) for each in gaps.searches
    ]
    found += [("no FAQ matches", f"#{each.number}", each.title, each.title, each.number) for each in gaps.tickets]
    found += [
        ("suggestion ignored", f"{times}×", f"#{faq.number} {faq.question}", "", None) for faq, times in gaps.ignored
    ]
    found += [
        ("not helpful", f"-{each.unhelpful}", f"#{each.number} {each.question}", "", None)
        for each in gaps.least_helpful
    ]
    found += [("least read", str(each.reads), f"#{each.number} {each.question}", "", None) for each in gaps.least_read]
    found += [("most read", str(each.reads), f"#{each.number} {each.question}", "", None) for each in gaps.most_read]
    found += [
        ("most helpful", f"+{each.helpful}", f"#{each.number} {each.question}", "", None) for each in gaps.most_helpful
    ]
    return [Line(place, *rest) for place, rest in enumerate(found)]


class GapList(PageList[Line]):
    """Kind, count and text of each gap."""

    def heading(self, width: int) -> str:
        """Return the names of the columns."""
        return f" {style.fit('Gap', KIND_WIDTH)}{style.fit('Count', COUNT_WIDTH)}Search, ticket or FAQ"

    def cells(self, row: Line, width: int) -> Cells:
        """Return a gap as a line."""
        return [
            (" ", style.PLAIN),
            (style.fit(row.kind, KIND_WIDTH), style.HEADING if row.question else style.DIM),
            (style.fit(row.count, COUNT_WIDTH), style.PLAIN),
            (style.fit(row.text, max(8, width - 1 - KIND_WIDTH - COUNT_WIDTH)), style.PLAIN),
        ]


class GapsScreen(DeskScreen):
    """What to write next."""

    SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.GAPS)
    NAME = "Gaps"
    SUBJECT = Subject.FAQ

    def compose_body(self) -> ComposeResult:
        """Yield the list."""
        yield Listing(GapList(ListSource([], lambda line: line.place), id="gaps"), GapWelcome())

    @property
    def list(self) -> GapList:
        """Return the list."""
        return self.query_one(GapList)

    async def on_screen_resume(self) -> None:
        """Read the gaps again: they may have been filled."""
        await self._show()

    async def _show(self) -> None:
        desk = self.desk_app.desk
        found = lines(await desk.run(desk.faqs.gaps))
        await self.list.show(ListSource(found, lambda line: line.place))
        self.describe()

    def describe(self) -> None:
        """Show how much there is to fill."""
        fillable = "c starts an FAQ from a line in colour"
        text = f"{self.list.total} lines · {fillable}" if self.list.total.rows else "no gaps yet"
        self.query_one(Listing).describe(filtered=False)
        self.title_bar.describe(self.NAME, text, self.desk_app.desk.actor)

    async def open_row(self) -> None:
        """Open the ticket that no FAQ matches; else show what the line is about."""
        row = self.list.row
        if row is not None and row.ticket is not None:
            await self.desk_app.open_ticket(row.ticket)
        elif row is not None:
            self.status.note(f"{row.kind}: {row.text}")

    async def do_gaps_create(self, count: int | None) -> None:
        """Open the form with the question that was asked."""
        row = self.list.row
        if row is None or not row.question:
            self.refuse("this line is about an existing FAQ; choose a search or a ticket")
            return
        from supportdesk.tui.faqs.form import faq_form

        number = await self.run_form(await faq_form(self.desk_app.desk, question=row.question))
        if number is not None:
            self.status.done(f"FAQ #{number} saved · u to undo")

    async def step_back(self) -> bool:
        """Close the mail log, or go back to the FAQs."""
        if not await super().step_back():
            await self.desk_app.show_screen("faqs")
        return True

    async def show_entries(self, entries: Sequence[Entry]) -> None:
        """Read the gaps again when FAQs have changed; a screen that is not in front does so when it comes back."""
        if self.is_current:
            await self._show()
