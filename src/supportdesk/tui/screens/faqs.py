"""The FAQ screen: the list with its categories, search as one types, the answer beside or below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer

from supportdesk.domain.errors import NotFound
from supportdesk.domain.faq import Category, Correction, Faq, FaqQuery
from supportdesk.domain.journal import Entry
from supportdesk.tui.commands import BY_ID, Scope, Situation
from supportdesk.tui.list_source import ListSource
from supportdesk.tui.screens.desk_screen import DeskScreen, Movable
from supportdesk.tui.widgets.bars import Heading
from supportdesk.tui.widgets.faq_list import FaqList, FaqSource
from supportdesk.tui.widgets.faq_pane import FaqPane, View
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.text_view import TextView
from supportdesk.tui.widgets.welcome import FaqWelcome

BESIDE_WIDTH = 100
FOLLOW_SECONDS = 0.25
HITS = 50


class FaqsScreen(DeskScreen):
    """Find, read, write answers."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.EVERYWHERE, Scope.LIST, Scope.FAQS)
    NAME: ClassVar[str] = "FAQs"

    def __init__(self) -> None:
        super().__init__()
        self._category: Category | None = None
        self._search = ""
        self._corrections: Sequence[Correction] = ()
        self._found = 0
        self._counts: dict[Category, int] = {}
        self._shown = 0
        self._before_search: Faq | None = None
        self._follow: Timer | None = None

    # Layout

    def compose_body(self) -> ComposeResult:
        """The list and the answer."""
        desk = self.desk_app.desk
        with Container(id="body"):
            with Container(id="left"):
                yield Heading(id="faq-heading")
                yield FaqList(FaqSource(desk, FaqQuery()), id="faqs")
                yield FaqWelcome()
            yield FaqPane(desk)

    @property
    def list(self) -> FaqList:
        """The list."""
        return self.query_one(FaqList)

    @property
    def pane(self) -> FaqPane:
        """The open FAQ."""
        return self.query_one(FaqPane)

    async def on_mount(self) -> None:
        """Reads the first page."""
        await super().on_mount()
        self.ready.clear()
        self._arrange()
        self.focus_body()
        await self._show()
        self.ready.set()

    def on_resize(self, event: events.Resize) -> None:
        """Puts the answer beside the list, or below it where there is no room."""
        self._arrange()
        self._describe()

    def _arrange(self) -> None:
        self.set_class(self.size.width >= BESIDE_WIDTH, "-beside")

    def focus_body(self) -> None:
        """Back to the list."""
        self.list.focus()

    def situation(self) -> Situation:
        """The FAQ that commands act on."""
        return Situation(rows=self.list.total.rows, faq=self._current(), search=self._search)

    def movable(self) -> Movable | None:
        """The list or text that has the focus."""
        return self.focused if isinstance(self.focused, PageList | TextView) else self.list

    def _current(self) -> Faq | None:
        return self.pane.faq if self.pane.is_open and self.pane.text.has_focus else self.list.row

    def _describe(self) -> None:
        parts = [f"{self._category or 'all categories'}"]
        if self._search:
            shown, found = self.list.total.rows, self._found
            how_many = f"best {shown} of {found:,} found" if found > shown else f"{found} found"
            parts += [f"search {self._search.rstrip()}", how_many]
        else:
            parts += [str(self.list.total)]
        counts = {str(category): count for category, count in self._counts.items()}
        self.title_bar.describe(self.NAME, " · ".join(parts), self.desk_app.desk.actor, counts)
        self.query_one("#faq-heading", Heading).names(self.list.heading(self.list.size.width or self.size.width))
        empty = not self.list.total.rows
        self.set_class(empty, "-empty")
        if empty:
            self.query_one(FaqWelcome).describe(filtered=bool(self._search or self._category))

    # What is listed

    async def _show(self, *, entered: bool = False, keep: Faq | None = None) -> None:
        """Lists the search or the category; the cursor goes to the top, or stays on an FAQ that is listed.

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
        self._describe()
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
        """Searches as it is typed; enter keeps the result, escape goes back."""
        before, row = self._search, self.list.row
        if not before:
            self._before_search = row
        answer = await self.prompt.search(before, self._search_now)
        if answer is None:
            self._search = before
            await self._show(keep=await self._still_there(row))
        else:
            self._search = answer.lstrip()
            await self._show(entered=True)

    async def _search_now(self, text: str) -> None:
        self._search = text.lstrip()
        await self._show()

    async def do_faq_category(self, count: int | None) -> None:
        """One category, or all again."""
        counts = {category: self._counts.get(category, 0) for category in Category}
        await self.prompt.narrow("category", Category, counts, self._show_category)

    async def _show_category(self, category: Category | None) -> None:
        self._category = category
        await self._show()

    # The open FAQ

    async def open_row(self) -> None:
        """Opens the answer, which counts as read."""
        if self.list.row is not None:
            desk = self.desk_app.desk
            faq = await desk.run(desk.faqs.read, str(self.list.row.number))
            self.list.replace([faq])
            await self._open(faq, View.ANSWER)

    async def _open(self, faq: Faq, view: View) -> None:
        await self.pane.show(faq, view)
        self.pane.text.focus()
        self._mark_words()
        self.call_after_refresh(self._describe)

    async def do_faq_history(self, count: int | None) -> None:
        """Revisions, wordings, answer, in turn."""
        faq = self._current()
        if faq is None:
            return
        if self.pane.is_open and self.pane.faq and self.pane.faq.number == faq.number:
            self.pane.turn()
        else:
            await self._open(faq, View.REVISIONS)

    def do_pane(self, count: int | None) -> None:
        """Moves the focus on: list, answer, mail log."""
        stops = [self.list, *([self.pane.text] if self.pane.is_open else []), *self.mail.stops]
        here = stops.index(self.focused) if self.focused in stops else -1
        stops[(here + 1) % len(stops)].focus()

    async def do_next(self, count: int | None) -> None:
        """To the next match in the answer, or the next hit in the list."""
        await self._to_match(1)

    async def do_previous(self, count: int | None) -> None:
        """To the previous match in the answer, or the previous hit in the list."""
        await self._to_match(-1)

    async def _to_match(self, direction: int) -> None:
        if not (self.pane.text.has_focus and self.pane.text.to_match(direction)):
            await self.list.move(direction)

    def on_page_list_opened(self) -> None:
        """Opens what was double-clicked."""
        self.request(BY_ID["open"])

    @on(PageList.CursorMoved, "#faqs")
    def _cursor_moved(self) -> None:
        if self.pane.is_open and self.list.has_focus:
            if self._follow is not None:
                self._follow.stop()
            self._follow = self.set_timer(FOLLOW_SECONDS, self._follow_cursor)

    async def _follow_cursor(self) -> None:
        row = self.list.row
        if row is not None and self.pane.is_open and self.pane.faq != row:
            await self.pane.show(row, View.ANSWER)

    async def step_back(self) -> bool:
        """Closes the mail log, the answer, the search, the category: the innermost that is there."""
        if await self.leave_mail():
            return True
        if self.pane.is_open:
            self.pane.shut()
            self.focus_body()
            self.call_after_refresh(self._describe)
            return True
        if self._search or self._category:
            back_to = self._before_search if self._search else self.list.row
            self._search, self._category = "", None
            await self._show(keep=await self._still_there(back_to))
            return True
        return False

    # Changes

    async def do_faq_create(self, count: int | None) -> None:
        """Opens the form."""
        await self.write(None)

    async def write(self, faq: Faq | None, *, question: str = "") -> None:
        """Opens the form for an FAQ, or for a new one that begins with a question."""
        from supportdesk.tui.screens.faq_form import open_faq_form

        await open_faq_form(self.desk_app, self._written, faq, question=question)

    def _written(self, number: int | None) -> None:
        if number is not None:
            self.ready.clear()
            self.run_worker(self._show_written(number), group="written")

    async def _show_written(self, number: int) -> None:
        desk = self.desk_app.desk
        try:
            await self.desk_app.changed()
            faq = await desk.run(desk.faqs.get, str(number))
            if not self._search and self._category in (None, faq.category):
                await self._show(keep=faq)
            self.status.done(f"FAQ #{number} saved · u to undo")
        finally:
            self.ready.set()

    async def do_faq_edit(self, count: int | None) -> None:
        """Opens the form with what the FAQ says now."""
        current = self._current()
        if current is not None:
            desk = self.desk_app.desk
            await self.write(await desk.run(desk.faqs.get, str(current.number)))

    async def do_faq_delete(self, count: int | None) -> None:
        """Deletes after a visible question."""
        faq = self._current()
        if faq is None or not await self.prompt.confirm(f"Delete FAQ #{faq.number}", about=faq.question):
            self.status.note("nothing deleted")
            return
        desk = self.desk_app.desk
        try:
            await desk.run(desk.faqs.delete, str(faq.number), seen=faq.version)
        finally:
            await self.desk_app.changed()
        self.status.done(f"FAQ #{faq.number} deleted · u to undo")

    async def _vote(self, *, helpful: bool) -> None:
        faq = self._current()
        if faq is not None:
            desk = self.desk_app.desk
            voted = await desk.run(desk.faqs.vote, str(faq.number), helpful=helpful)
            self.list.replace([voted])
            await self.desk_app.changed()
            self.status.done(f"FAQ #{faq.number} is {'helpful' if helpful else 'not helpful'}: counted · u to undo")

    async def do_faq_helpful(self, count: int | None) -> None:
        """Counts a vote for it."""
        await self._vote(helpful=True)

    async def do_faq_unhelpful(self, count: int | None) -> None:
        """Counts a vote against it."""
        await self._vote(helpful=False)

    async def do_faq_restore(self, count: int | None) -> None:
        """Brings an old text back, as a new revision."""
        faq = self._current()
        if faq is None:
            return
        typed = await self.prompt.ask(f"Bring back which revision of FAQ #{faq.number}? (number, esc: none)")
        if typed and typed.strip().isdigit():
            desk = self.desk_app.desk
            await desk.run(desk.faqs.restore, str(faq.number), int(typed), seen=faq.version)
            await self.desk_app.changed()
            self.status.done(f"FAQ #{faq.number}: revision {int(typed)} is back · u to undo")

    async def do_faq_forget(self, count: int | None) -> None:
        """Forgets one of the wordings."""
        faq = self._current()
        if faq is None:
            return
        await self._open(faq, View.WORDINGS)
        wordings = self.pane.wordings
        if not wordings:
            self.status.note(f"FAQ #{faq.number} has no wordings to forget")
            return
        typed = await self.prompt.ask("Forget which wording? (number, esc: none)")
        if typed and typed.strip().isdigit() and 0 < int(typed) <= len(wordings):
            desk = self.desk_app.desk
            await desk.run(desk.faqs.forget_wording, str(faq.number), wordings[int(typed) - 1].number)
            await self.desk_app.changed()
            await self.pane.show(faq, View.WORDINGS)
            self.status.done("forgotten · u to undo")

    async def do_faq_gaps(self, count: int | None) -> None:
        """To what the FAQs lack."""
        await self.desk_app.show_screen("gaps")

    # News

    async def on_entries(self, entries: Sequence[Entry]) -> None:
        """Shows what has changed; the cursor stays on its FAQ."""
        if not any(entry.kind.startswith("faq") for entry in entries):
            return
        row, place = self.list.row, self.list.cursor
        keep = await self._still_there(row)
        await self._show(keep=keep)
        if row is not None and (self.list.row is None or self.list.row.number != row.number):
            await self.list.move_to(place)
        if self.pane.is_open:
            faq = await self._still_there(self.pane.faq)
            if faq is None:
                self.pane.shut()
                self.focus_body()
            else:
                await self.pane.show(faq, from_top=False)

    async def _still_there(self, faq: Faq | None) -> Faq | None:
        desk = self.desk_app.desk
        try:
            return None if faq is None else await desk.run(desk.faqs.get, str(faq.number))
        except NotFound:
            return None
