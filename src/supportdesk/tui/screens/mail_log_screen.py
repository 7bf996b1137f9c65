"""Base of the screens with a mail log: its keys, and what is said there of mail that is not sent."""

from __future__ import annotations

from functools import partial
from typing import Any

from textual import events, on

from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.tui.commands import CommandContext, Scope
from supportdesk.tui.mail.log import MailLog
from supportdesk.tui.screens.typed_commands import TypedCommands
from supportdesk.tui.widgets.bars import TitleBar
from supportdesk.tui.widgets.page_list import PageList

MAIL_SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.MAIL)


class MailLogScreen(TypedCommands):
    """A screen with a list of its own, and beside it the mail log when it is wanted."""

    def __init__(self) -> None:
        super().__init__()
        # Whether one works in the mail log: the keys are its own then.
        self.in_mail = False

    @property
    def list(self) -> PageList[Any]:
        """Return the screen's own list."""
        raise NotImplementedError

    def command_context(self) -> CommandContext:
        """Return what commands need to know to tell whether they apply."""
        return CommandContext(rows=self.list.total.rows)

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

    async def on_mail(self) -> None:
        """Show what has become of mail."""
        if self.mail.is_open:
            await self.mail.refresh_messages()

    async def do_mail(self, count: int | None) -> None:
        """Open and focus the mail log, or close it."""
        if self.mail.is_open:
            self.mail.shut()
            self.focus_body()
        else:
            await self.mail.open()
            self.mail.list.focus()

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
