"""Base of the screens with a list: title, mail log, status line, hints, live updates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from supportdesk.domain.journal import Entry, Subject
from supportdesk.tui.commands import BY_ID
from supportdesk.tui.mail.log import MailLog
from supportdesk.tui.mail.text import MOCK_NOTICE
from supportdesk.tui.news import headline
from supportdesk.tui.screens.mail_log_screen import MailLogScreen
from supportdesk.tui.screens.movement import Movable, Movement
from supportdesk.tui.widgets.bars import Heading, HintBar, TabLine, TitleBar
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.prompt import Prompt
from supportdesk.tui.widgets.status_line import StatusLine
from supportdesk.tui.widgets.text_view import TextView

MAIN_SCREENS = ("Tickets", "FAQs", "History", "Preferences", "Experiments")
COUNTED = {
    "unread": "unread",
    "mine": "mine",
    "waiting-for-us": "waiting",
    "unassigned": "unassigned",
    "failed": "failed mail",
}
"""The queues that the tab line counts behind the mentions, the most urgent first, and how it calls them."""


class DeskScreen(Movement, MailLogScreen):
    """A list with all that is around it: title, tabs, mail log, status line, hints.

    Textual calls handlers such as `on_mount` of every class that a screen comes from, so a kind of screen has none of
    its own: it says in `load` what is to be done when it is first shown.
    """

    SUBJECT: ClassVar[Subject | None] = None
    """What the screen is about; None for everything."""

    # What a kind of screen says about itself

    def compose_body(self) -> ComposeResult:
        """Yield the part between title and status line."""
        raise NotImplementedError

    async def load(self) -> None:
        """Read what is shown first."""

    def describe(self) -> None:
        """Show what is listed, and how much of it."""

    async def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show changes of the screen's subject, made by anybody; what is on screen stays where it is."""
        raise NotImplementedError

    def news(self, entry: Entry) -> str:
        """Return what the status line says of a colleague's change; empty for nothing."""
        return f"{entry.about} {entry.summary}".strip()

    async def on_traffic(self) -> None:
        """Show what has come in without a journal entry, such as users of experiments."""

    async def open_row(self) -> None:
        """Open what the cursor of the screen's own list stands on."""

    async def step_back(self) -> bool:
        """Go one level back inside the screen; return whether there was one."""
        return await self.leave_mail() or self.shut_mail()

    async def on_entries(self, entries: Sequence[Entry], *, own: bool = False) -> None:
        """Show the journal entries that concern this screen, and say what colleagues did.

        `own` says that this session has just changed something itself, so that the eye may be led to it.
        """
        concerned = [entry for entry in entries if self.SUBJECT is None or entry.concerns(self.SUBJECT)]
        if not concerned:
            return
        await self.show_entries(concerned)
        others = [entry for entry in concerned if entry.actor != self.desk_app.desk.actor]
        news = headline(others, self.news)
        if news and not self.prompt.asking:
            self.status.note(news)

    # The frame

    def compose(self) -> ComposeResult:
        """Yield title, body, mail log, status line or question, hints."""
        yield TitleBar()
        yield TabLine()
        yield from self.compose_body()
        yield MailLog(self.desk_app.desk)
        yield StatusLine()
        yield Prompt(self.ready, begins=self.begin_question)
        yield HintBar()

    async def on_mount(self) -> None:
        """Read what is shown first, then accept keys."""
        self.read_keys()
        self._show_tabs()
        if self.desk_app.desk.mail_settings.provider == "mock":
            self.title_bar.remark((MOCK_NOTICE, "mock: nothing leaves", "mock mail"))
        self.run_worker(self.run_commands(), group="commands")
        self.focus_body()
        try:
            await self.load()
        finally:
            self.ready.set()

    def _show_tabs(self) -> None:
        tabs = [self.hint_of(BY_ID[f"go.{name.lower()}"], name) for name in MAIN_SCREENS]
        self.query_one(TabLine).show_screens([tab for tab in tabs if tab], self.NAME)
        self.show_counts()

    def show_counts(self) -> None:
        """Show how many tickets each queue has, and how many mails failed."""
        counts = self.desk_app.counts
        unread = {**self.desk_app.unread, "Tickets": counts.get("unread", 0)}
        waiting = [f"{words} {counts[name]:,}" for name, words in COUNTED.items() if counts.get(name)]
        mentions = f"mentions {counts['mentions']:,}" if counts.get("mentions") else ""
        self.query_one(TabLine).count(unread, waiting, kept=mentions)
        self.show_mail_trouble(*self.desk_app.mail_trouble)

    # The list

    def movable(self) -> Movable:
        """Return the list or text that has the focus."""
        return self.focused if isinstance(self.focused, PageList | TextView) else self.list

    async def to_match(self, direction: int) -> None:
        """Go to the next or previous hit."""
        await self.list.move(direction)

    async def do_next(self, count: int | None) -> None:
        """Go to the next match in the open text, or the next hit in the list."""
        await self.to_match(1)

    async def do_previous(self, count: int | None) -> None:
        """Go to the previous match in the open text, or the previous hit in the list."""
        await self.to_match(-1)

    async def do_row_next(self, count: int | None) -> None:
        """Open the next row, also from inside the open text."""
        await self.step_row(count or 1)

    async def do_row_previous(self, count: int | None) -> None:
        """Open the previous row, also from inside the open text."""
        await self.step_row(-(count or 1))

    async def step_row(self, by: int) -> None:
        """Move the cursor of the screen's own list."""
        await self.list.move(by)

    def on_page_list_scrolled(self) -> None:
        """Show where the screen stands now."""
        self.describe()

    def on_page_list_opened(self) -> None:
        """Open what was double-clicked."""
        self.request(BY_ID["open"])

    async def do_open(self, count: int | None) -> None:
        """Open what is under the cursor: a message in the mail log, else what the screen is about."""
        if self.in_mail:
            self.mail.read()
        else:
            await self.open_row()

    @property
    def stops(self) -> Sequence[Widget]:
        """Return where the focus can go, in turn."""
        return [self.list, *self.mail.stops]

    def do_pane(self, count: int | None) -> None:
        """Move the focus on."""
        stops = self.stops
        here = stops.index(self.focused) if self.focused in stops else -1
        stops[(here + 1) % len(stops)].focus()

    @on(Heading.Clicked)
    def _heading_clicked(self) -> None:
        """List in the next order, where there are several."""
        if BY_ID["order"] in self.commands():
            self.request(BY_ID["order"])

    # Back

    async def do_back(self, count: int | None) -> None:
        """Go one level back; never quit."""
        if not await self.step_back():
            self.status.note("")

    async def do_leave(self, count: int | None) -> None:
        """Leave what is open; at the top, ask whether to quit."""
        if not await self.step_back():
            await self.leave_screen()

    async def leave_screen(self) -> None:
        """Leave the screen itself."""
        await self.desk_app.show_screen("tickets")
