"""Base of the screens with a list: title, mail log, status line, hints, live updates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget

from supportdesk.domain.journal import Entry, Subject
from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.tui.commands import BY_ID, CommandContext, Scope
from supportdesk.tui.mail.log import MailLog
from supportdesk.tui.mail.text import MOCK_NOTICE
from supportdesk.tui.news import headline
from supportdesk.tui.screens.movement import Movable, Movement
from supportdesk.tui.screens.typed_commands import TypedCommands
from supportdesk.tui.widgets.bars import Heading, HintBar, TabLine, TitleBar
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.prompt import Prompt
from supportdesk.tui.widgets.status_line import StatusLine
from supportdesk.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from supportdesk.services.presence import Present

MAIN_SCREENS = ("Tickets", "FAQs", "History", "Preferences", "Experiments")
COUNTED = {
    "unread": "unread",
    "mentions": "mentions",
    "mine": "mine",
    "waiting-for-us": "waiting",
    "unassigned": "unassigned",
    "failed": "failed mail",
}
"""The queues that the tab line counts, the most urgent first, and how it calls them."""
MAIL_SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.MAIL)


class DeskScreen(Movement, TypedCommands):
    """A list, and the mail log when it is wanted.

    Textual calls handlers such as `on_mount` of every class that a screen comes from, so a kind of screen has none of
    its own: it says in `load` what is to be done when it is first shown.
    """

    SUBJECT: ClassVar[Subject | None] = None
    """What the screen is about; None for everything."""

    def __init__(self) -> None:
        super().__init__()
        # Whether one works in the mail log: the keys are its own then.
        self.in_mail = False

    # What a kind of screen says about itself

    def compose_body(self) -> ComposeResult:
        """Yield the part between title and status line."""
        raise NotImplementedError

    @property
    def list(self) -> PageList[Any]:
        """Return the screen's own list."""
        raise NotImplementedError

    async def load(self) -> None:
        """Read what is shown first."""

    def describe(self) -> None:
        """Show what is listed, and how much of it."""

    def command_context(self) -> CommandContext:
        """Return what commands need to know to tell whether they apply."""
        return CommandContext(rows=self.list.total.rows)

    async def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show changes of the screen's subject, made by anybody; what is on screen stays where it is."""
        raise NotImplementedError

    def news(self, entry: Entry) -> str:
        """Return what the status line says of a colleague's change; empty for nothing."""
        return f"{entry.about} {entry.summary}".strip()

    async def on_mail(self) -> None:
        """Show what has become of mail."""
        if self.mail.is_open:
            await self.mail.refresh_messages()

    async def on_traffic(self) -> None:
        """Show what has come in without a journal entry, such as users of experiments."""

    def show_presence(self, others: Sequence[Present]) -> None:
        """Show which tickets other sessions have open."""

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
        await self.load()
        self.ready.set()

    def _show_tabs(self) -> None:
        tabs = [self.hint_of(BY_ID[f"go.{name.lower()}"], name) for name in MAIN_SCREENS]
        self.query_one(TabLine).show_screens([tab for tab in tabs if tab], self.NAME)
        self.show_counts()

    def show_counts(self) -> None:
        """Show how many tickets each queue has, and how many mails failed."""
        counts = self.desk_app.counts
        unread = {**self.desk_app.unread, "Tickets": counts.get("unread", 0)}
        self.query_one(TabLine).count(
            unread, [f"{words} {counts[name]:,}" for name, words in COUNTED.items() if counts.get(name)]
        )
        self.show_mail_trouble(*self.desk_app.mail_trouble)

    @property
    def title_bar(self) -> TitleBar:
        """Return the top line."""
        return self.query_one(TitleBar)

    @property
    def mail(self) -> MailLog:
        """Return the mail log."""
        return self.query_one(MailLog)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Return the scopes of the part with the focus: the screen, or its mail log."""
        return MAIL_SCOPES if self.in_mail else self.SCOPES

    def focused_context(self) -> CommandContext:
        """Return the context of the part with the focus: the screen, or its mail log."""
        return self.mail.command_context() if self.in_mail else self.command_context()

    def focus_body(self) -> None:
        """Focus the list."""
        self.list.focus()

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

    # The mail log

    async def do_mail(self, count: int | None) -> None:
        """Open and focus the mail log, or close it."""
        if self.mail.is_open:
            self.mail.shut()
            self.focus_body()
        else:
            await self.mail.open()
            self.mail.list.focus()

    @property
    def stops(self) -> Sequence[Widget]:
        """Return where the focus can go, in turn."""
        return [self.list, *self.mail.stops]

    def do_pane(self, count: int | None) -> None:
        """Move the focus on."""
        stops = self.stops
        here = stops.index(self.focused) if self.focused in stops else -1
        stops[(here + 1) % len(stops)].focus()

    async def do_mail_search(self, count: int | None) -> None:
        """Search the mail while typing; enter keeps the result, escape restores the previous list."""
        before, ask = self.mail.searched, partial(self.prompt.search, self.mail.search, history="mail")
        if await self.insist(ask, self.mail.search) is None:
            await self.mail.search(before)

    async def do_mail_filter(self, count: int | None) -> None:
        """Show the mail in one state, or all of it."""
        await self.mail.choose_state(self.prompt)

    async def do_mail_retry(self, count: int | None) -> None:
        """Send a message again; ask first when it may have arrived."""
        message = self.mail.list.row
        if message is None:
            return
        to, unknown = message.recipient_email, message.status is DeliveryStatus.UNKNOWN
        question = f"Send it again? {to} may already have received it" if unknown else f"Send the mail to {to} again?"
        if not await self.prompt.confirm(question):
            self.status.note("nothing sent")
            return
        await self.change(self.desk_app.desk.mail.retry, message.id, even_if_unknown=unknown)
        self.status.done(f"mail to {to} will be sent again")

    def show_mail_trouble(self, trouble: str, why: str) -> None:
        """Show in the title and in the mail log why nothing is sent for the time being; nothing when mail goes out."""
        count = self.desk_app.failed_mails
        failed = f"{count:,} failed mail{'s' * (count != 1)} (m)" if count else ""
        self.title_bar.warn(" · ".join(filter(None, (trouble, failed))))
        self.mail.say(f"{trouble}: {why}" if trouble and why else trouble)

    async def leave_mail(self) -> bool:
        """Go one level back in the mail log when it has the focus; return whether it had."""
        if not self.in_mail:
            return False
        if not await self.mail.step_back():
            self.mail.shut()
            self.focus_body()
        return True

    def shut_mail(self) -> bool:
        """Close the mail log, wherever the focus is; return whether it was open."""
        if not self.mail.is_open:
            return False
        self.mail.shut()
        if self.in_mail:
            self.focus_body()
        return True

    @on(MailLog.Toggled)
    def _mail_turned(self) -> None:
        self.set_class(self.mail.is_open, "-mail")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Read keys for the part of the screen that has the focus; a prompt does not count."""
        if self.prompt in event.widget.ancestors:
            self.show_hints()
            return
        in_mail = self.mail in event.widget.ancestors
        if in_mail is not self.in_mail:
            self.in_mail = in_mail
            self.read_keys()
        else:
            self.show_hints()

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
