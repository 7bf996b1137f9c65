"""Finding and reading FAQs: the list with its categories, search as one types, the open answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult

from supportdesk.domain.errors import NotFound
from supportdesk.domain.faq import Category, Correction, Faq, FaqQuery
from supportdesk.domain.journal import Entry, Subject
from supportdesk.tui.commands import CommandContext, Scope
from supportdesk.tui.faqs.list import FaqList, FaqSource
from supportdesk.tui.faqs.pane import FaqPane, FaqView
from supportdesk.tui.screens.list_and_pane import ListAndPane
from supportdesk.tui.widgets.list_source import ListSource
from supportdesk.tui.widgets.listing import Listing
from supportdesk.tui.widgets.pane import Body
from supportdesk.tui.widgets.welcome import FaqWelcome

HITS = 50


class FaqBrowser(ListAndPane):
    """What the screen of FAQs shows; what changes FAQs is in `screen`."""

    SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.FAQS)
    NAME = "FAQs"
    ROW = "FAQ"
    SUBJECT = Subject.FAQ

    def __init__(self) -> None:
        super().__init__()
        self._category: Category | None = None
        self._search = ""
        self._corrections: Sequence[Correction] = ()
        self._found = 0
        self._counts: dict[Category, int] = {}
        self._shown = 0
        self._before_search: Faq | None = None

    # Layout

    def compose_body(self) -> ComposeResult:
        """Yield the list and the answer."""
        desk = self.desk_app.desk
        with Body(id="body"):
            yield Listing(FaqList(FaqSource(desk, FaqQuery()), id="faqs"), FaqWelcome())
            yield FaqPane(desk)

    @property
    def list(self) -> FaqList:
        """Return the list."""
        return self.query_one(FaqList)

    @property
    def pane(self) -> FaqPane:
        """Return the open FAQ."""
        return self.query_one(FaqPane)

    async def load(self) -> None:
        """Read the first page."""
        await self.show_list()

    def command_context(self) -> CommandContext:
        """Return the FAQ that commands act on."""
        return CommandContext(rows=self.list.total.rows, faq=self.current(), search=self._search)

    def current(self) -> Faq | None:
        """Return the open FAQ when one reads it, else the one under the cursor."""
        return self.pane.faq if self.reading else self.list.row

    def describe(self) -> None:
        """Show what is listed, and how much of it."""
        parts = [str(self._category or "all")]
        if self._search:
            shown, found = self.list.total.rows, self._found
            how_many = f"best {shown} of {found:,} found" if found > shown else f"{found} found"
            parts += [f"search {self._search.rstrip()}", how_many]
        else:
            parts += [str(self.list.total)]
        counts = {str(category): count for category, count in self._counts.items()}
        self.title_bar.describe(self.NAME, " · ".join(parts), self.desk_app.desk.actor, counts)
        self.query_one(Listing).describe(filtered=bool(self._search or self._category))

    # What is listed

    async def show_list(self, *, entered: bool = False, keep: Faq | None = None) -> None:
        """List the search or the category; the cursor goes to the top, or stays on an FAQ that is listed.

        The last word of a search may be the beginning of one, also when it was entered: enter must not take away what
        is on screen. Only a search that was `entered` counts among the gaps, and a list that has been overtaken is
        not shown.
        """
        self._shown += 1
        turn, desk = self._shown, self.desk_app.desk
        corrections: Sequence[Correction] = ()
        found = 0
        source: FaqSource | ListSource[Faq]
        if self._search:
            results = await desk.run(
                desk.faqs.search, self._search, category=self._category, typing=True, limit=HITS, record=entered
            )
            counts = await desk.run(desk.faqs.category_hits, self._search, typing=True)
            corrections, found = results.corrections, results.found
            best = [hit.faq for hit in results.hits]
            source = ListSource(best, lambda faq: faq.number)
            listed = keep is not None and any(faq.number == keep.number for faq in best)
        else:
            counts = await desk.run(desk.faqs.categories)
            source = FaqSource(desk, FaqQuery(self._category))
            listed = keep is not None and self._category in (None, keep.category)
        if turn != self._shown:
            return
        self._counts, self._corrections, self._found = counts, corrections, found
        if keep is not None and listed:
            await self.list.reload_at(source, keep)
        else:
            await self.list.show(source)
        self._mark_words()
        self.describe()
        if self._corrections:
            taken = [f"“{each.word}”: searched for {' or '.join(each.used[:3])}" for each in self._corrections]
            self.status.note(f"No FAQ has {'; '.join(taken)}")
        elif self._search:
            self.status.note("")

    def _mark_words(self) -> None:
        words = [word.strip('"') for word in self._search.split() if not word.startswith("-")]
        words += [word for each in self._corrections for word in each.used]
        self.pane.text.mark([word for word in words if word])

    async def do_faq_search(self, count: int | None) -> None:
        """Search while typing; enter keeps the result, escape restores the previous list."""
        before, row = self._search, self.list.row
        if not before:
            self._before_search = row
        ask = partial(self.prompt.search, self._search_for)
        if await self.insist(ask, partial(self._search_for, entered=True)) is None:
            self._search = before
            await self.show_list(keep=await self._still_there(row))

    async def _search_for(self, text: str, *, entered: bool = False) -> None:
        self._search = text.lstrip()
        await self.show_list(entered=entered)

    async def do_faq_category(self, count: int | None) -> None:
        """Show one category, or all again."""
        counts = {category: self._counts.get(category, 0) for category in Category}
        await self.prompt.narrow("category", Category, counts, self._show_category)

    async def _show_category(self, category: Category | None) -> None:
        self._category = category
        await self.show_list()

    async def show_written(self, faq: Faq) -> None:
        """Put the cursor on an FAQ that was written just now, where it is listed."""
        if not self._search and self._category in (None, faq.category):
            await self.show_list(keep=faq)

    # The open FAQ

    async def open_row(self) -> None:
        """Open the answer, which counts as read."""
        if self.list.row is not None:
            desk = self.desk_app.desk
            faq = await desk.run(desk.faqs.read, str(self.list.row.number))
            self.list.replace([faq])
            await self.open(faq, FaqView.ANSWER)

    async def open(self, faq: Faq, view: FaqView) -> None:
        """Open an FAQ on one of its views."""
        await self.pane.show(faq, view)
        self.pane.text.focus()
        self._mark_words()

    async def follow(self, row: Faq) -> None:
        """Show the answer of the FAQ under the cursor."""
        await self.pane.show(row, FaqView.ANSWER)

    async def do_faq_history(self, count: int | None) -> None:
        """Show revisions, wordings and answer in turn."""
        faq = self.current()
        if faq is None:
            return
        if self.pane.number == faq.number:
            self.pane.turn()
        else:
            await self.open(faq, FaqView.REVISIONS)

    async def show_all(self) -> bool:
        """Clear the search and the category; return whether there was one."""
        if not (self._search or self._category):
            return False
        back_to = self._before_search if self._search else self.list.row
        self._search, self._category = "", None
        await self.show_list(keep=await self._still_there(back_to))
        return True

    async def do_faq_gaps(self, count: int | None) -> None:
        """Go to what the FAQs lack."""
        await self.desk_app.show_screen("gaps")

    # News

    async def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show what has changed; the cursor stays on its FAQ."""
        row, place = self.list.row, self.list.cursor
        keep = await self._still_there(row)
        await self.show_list(keep=keep)
        if row is not None and (self.list.row is None or self.list.row.number != row.number):
            await self.list.move_to(place)
        if self.pane.is_open:
            faq = await self._still_there(self.pane.faq)
            if faq is None:
                self.shut_pane()
            else:
                await self.pane.show(faq, from_top=False)

    async def _still_there(self, faq: Faq | None) -> Faq | None:
        desk = self.desk_app.desk
        try:
            return None if faq is None else await desk.run(desk.faqs.get, str(faq.number))
        except NotFound:
            return None
