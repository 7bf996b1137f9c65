"""The form of a reply: who gets it stands above the text, always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input

from supportdesk.domain.address import address_key
from supportdesk.domain.conversation.message import Message, Source, new_reply
from supportdesk.domain.desk_address import parse_path
from supportdesk.domain.errors import Conflict, DeskError, InvalidValue, invalid
from supportdesk.domain.journal import Entry
from supportdesk.domain.text import required_body
from supportdesk.domain.ticket import Ticket, parse_status
from supportdesk.services.conversation.attachments import check_files, read_files
from supportdesk.tui.commands import BY_ID, Scope
from supportdesk.tui.commands.keymap import format_keys
from supportdesk.tui.conversation.answered import AnsweredWords
from supportdesk.tui.conversation.unseen import UnseenMessages
from supportdesk.tui.news import SAID
from supportdesk.tui.screens.form import Form
from supportdesk.tui.screens.form_fields import Check
from supportdesk.tui.screens.picker import Choice, Picker
from supportdesk.tui.widgets.fields import BodyField, ChoiceField
from supportdesk.tui.widgets.line_field import LineField

if TYPE_CHECKING:
    from supportdesk.services.conversation.service import Replied
    from supportdesk.services.presence import Present

KEEP = "keep"
STATUS_KEYS = {"k": KEEP, "n": "new", "i": "in-progress", "r": "resolved"}
"""The keys that choose a status, as they do in the list."""


def _addresses(field: str, text: str) -> list[str]:
    found = [each.strip() for each in text.split(",") if each.strip()]
    new_reply("x", found if field == "to" else (), found if field == "cc" else ())
    return found


def _paths(text: str) -> list[Path]:
    return [parse_path("attach", each.strip()) for each in text.split(",") if each.strip()]


def _some_addresses(text: str) -> None:
    if not _addresses("to", text):
        raise invalid("to", text, "a reply needs a recipient")


class ReplyForm(Form["Replied"]):
    """Recipients, text, and the status that the ticket gets."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.FORM, Scope.REPLY_FORM)
    HINTS: ClassVar[Sequence[str]] = (
        "form.save",
        "reply.status",
        "reply.canned",
        "reply.faq",
        "reply.share",
        "form.editor",
    )
    BEGINS_IN = "text"
    NAMES: ClassVar[Mapping[str, str]] = {
        "to": "To (they read this text)",
        "cc": "Cc (they read this text)",
        "text": "Reply",
        "attach": "Files to send too",
        "status": "Status after sending",
    }
    CHECKS: ClassVar[Mapping[str, Check]] = {
        "to": _some_addresses,
        "cc": lambda text: _addresses("cc", text),
        "attach": lambda text: check_files(_paths(text)),
        "text": lambda text: required_body("text", text),
    }

    def __init__(
        self,
        ticket: Ticket,
        said: Sequence[Message],
        cc: Sequence[str],
        last_status: str = KEEP,
        last_canned: str = "",
        shared_by: str = "",
    ) -> None:
        """`said` is the conversation as its author has read it, `cc` who else gets the reply.

        `shared_by` has shared a draft for the ticket, which can be taken here.
        """
        heading = f"Reply to #{ticket.number} {ticket.title}"
        super().__init__(heading, f"reply-{ticket.number}", save="send")
        self._shared_by = shared_by
        self._writers: set[str] = set()
        self._ticket = ticket
        self._said = said
        self._seen = said[-1].id
        self._cc = cc
        self._last_status = last_status
        # The name of the canned reply that was used last.
        self.last_canned = last_canned

    @property
    def working_on(self) -> tuple[int | None, bool]:
        """Return the ticket that is answered."""
        return self._ticket.number, True

    def compose_fields(self) -> ComposeResult:
        """Yield what is answered, recipients, what was added meanwhile, text, files and status."""
        yield AnsweredWords(self._said, self.desk_app.desk.now())
        with Horizontal(classes="row", id="recipients"):
            yield LineField(id="to", select_on_focus=False)
            yield LineField(id="cc", select_on_focus=False)
        yield UnseenMessages(id="unseen")
        yield BodyField(id="text")
        with Horizontal(classes="ending"):
            yield LineField(id="attach", select_on_focus=False, placeholder="paths, with commas")
            yield ChoiceField(list(STATUS_KEYS.values()), KEEP, id="status")

    def initial(self) -> Mapping[str, str]:
        """Return the recipients to begin with."""
        return {"to": self._ticket.contact_email, "cc": ", ".join(self._cc), "text": "", "attach": "", "status": KEEP}

    async def save(self, values: Mapping[str, str]) -> Replied:
        """Send the reply; when somebody added what its author has not seen, show it first."""
        desk = self.desk_app.desk
        files = await desk.run(read_files, _paths(values["attach"]))
        new = new_reply(values["text"], _addresses("to", values["to"]), _addresses("cc", values["cc"]), files)
        status = None if values["status"] == KEEP else parse_status(values["status"])
        number = str(self._ticket.number)
        try:
            return await desk.run(
                desk.conversation.reply, number, new, status=status, seen=self._seen, source=Source.APP
            )
        except Conflict as conflict:
            # What is shown now has been seen when the reply is sent again.
            self._seen = (await self._show_unseen()) or self._seen
            raise Conflict(f"{conflict.message} · read it above, then send again") from None

    async def hear(self, entries: Sequence[Entry]) -> None:
        """Show at once what somebody adds to the ticket; the reply is still held when it is sent."""
        if any(entry.number == self._ticket.number and entry.kind in SAID for entry in entries):
            await self._show_unseen()

    def name_fields(self) -> None:
        """Show with the text whose draft could be taken."""
        super().name_fields()
        self._name_text()

    def show_presence(self, others: Sequence[Present]) -> None:
        """Show above the text who else writes in the ticket, so that no two answer it unseen."""
        writers = {each.agent for each in others if each.writing and each.ticket == self._ticket.number}
        if writers != self._writers:
            self._writers = writers
            self._name_text()

    def _name_text(self) -> None:
        """Say in the frame of the text who has shared a draft, and who else writes."""
        words = [self.names["text"]]
        if self._shared_by:
            # The bottom line may have no room for the key.
            key = format_keys(self.desk_app.keymap.keys_of(BY_ID["reply.share"])[0])
            words.append(f"{self._shared_by} has shared a draft: {key} takes it")
        if self._writers:
            words.append(f"✎ {', '.join(sorted(self._writers))} {'write' if len(self._writers) > 1 else 'writes'} too")
        self.query_one(BodyField).border_title = Content(" · ".join(words))

    async def _show_unseen(self) -> str:
        """Show what others have added since the reply was begun; return the id of the last message, if any."""
        desk = self.desk_app.desk
        said = await desk.run(desk.conversation.messages, str(self._ticket.number))
        if self.has_ended:
            return ""
        known = {message.id for message in self._said}
        added = [each for each in said if each.id not in known and each.author != desk.actor]
        self.query_one(UnseenMessages).show(added, desk.now())
        self.query_one("#form").set_class(bool(added), "-unseen")
        return said[-1].id if said else ""

    @on(Input.Changed, "#to, #cc")
    async def _mark_recipients(self, event: Input.Changed) -> None:
        """Say in the frame who is new in this conversation, and who gets no mail."""
        field = event.input.id or ""
        try:
            typed = _addresses(field, event.value)
        except InvalidValue:
            # Half an address: leaving the field says what is wrong with it.
            return
        known = {address_key(each) for each in (self._ticket.contact_email, *self._ticket.participants)}
        new = [each for each in typed if address_key(each) not in known]
        desk = self.desk_app.desk
        silent = await desk.run(desk.suppressions.reasons, typed)
        if self.has_ended:
            return
        marks = [f"✗ gets no mail: {address} ({reason})" for address, reason in silent.items()]
        marks += [f"✱ new here: {', '.join(new)}"] if new else []
        event.input.border_title = Content(" · ".join((self.names[field], *marks)))
        event.input.set_class(bool(marks), "-marked")
        # Below each other there is room to say it in full.
        recipients = self.query_one("#recipients")
        recipients.set_class(any(each.has_class("-marked") for each in recipients.children), "-apart")

    # Keys

    async def do_reply_share(self) -> None:
        """Take the draft that a colleague has shared for this ticket; where there is none, share this one."""
        desk, number = self.desk_app.desk, str(self._ticket.number)
        shared = await desk.run(desk.shared_drafts.find, number)
        try:
            if shared is not None and shared.agent != desk.actor:
                taken = await desk.run(desk.shared_drafts.take, number)
                self.query_one(BodyField).insert(taken.text)
                self._shared_by = ""
                self._name_text()
                self.status.done(f"{taken.agent}'s draft is yours now")
            else:
                await desk.run(desk.shared_drafts.share, number, self.value("text"))
                self.status.done("Draft shared: a colleague who replies to this ticket can take it")
        except DeskError as error:
            self.status.error(error.message)

    def do_reply_status(self) -> None:
        """Ask for the status; once more: send."""
        choice = self.query_one(ChoiceField)
        if choice.has_focus:
            self.do_form_save()
            return
        if choice.value == KEEP:
            choice.choose(self._last_status)
        choice.focus()
        keys = " · ".join(f"{key} {word}" for key, word in STATUS_KEYS.items())
        again = format_keys(self.desk_app.keymap.keys_of(BY_ID["reply.status"])[0])
        self.status.note(f"{keys}; then {again} sends")

    async def on_key(self, event: events.Key) -> None:
        """Choose a status by its letter."""
        choice = self.query_one(ChoiceField)
        if choice.has_focus and event.character in STATUS_KEYS:
            choice.choose(STATUS_KEYS[event.character])
            event.stop()
            event.prevent_default()

    async def do_reply_canned(self) -> None:
        """Insert a canned reply."""
        desk = self.desk_app.desk
        names = [each.name for each in await desk.run(desk.canned_replies.list)]
        if not names:
            key = format_keys(self.desk_app.keymap.keys_of(BY_ID["canned"])[0])
            self.status.note(f"There are no canned replies yet: {key} in the list of tickets makes one.")
            return
        choices = []
        for name in names:
            try:
                choices.append((name, await desk.run(desk.canned_replies.fill, name, self._ticket)))
            except InvalidValue as fault:
                self.status.note(fault.message)
        # The one that was used last comes first.
        choices.sort(key=lambda choice: choice[0] != self.last_canned)
        await self.app.push_screen(Picker("Canned replies", choices), self._insert_canned)

    def _insert_canned(self, choice: Choice | None) -> None:
        if choice is not None:
            self.last_canned = choice[0]
        self._insert(choice)

    async def do_reply_faq(self) -> None:
        """Insert the answer of an FAQ that matches the ticket."""
        desk = self.desk_app.desk
        found = await desk.run(desk.faqs.suggest, f"{self._ticket.title}\n{self._ticket.description}")
        if not found:
            self.status.note("No FAQ matches this ticket.")
            return
        choices = [(f"#{each.faq.number} {each.faq.question}", each.faq.answer) for each in found]
        await self.app.push_screen(Picker("FAQs that match", choices), self._insert)

    def _insert(self, choice: Choice | None) -> None:
        body = self.query_one(BodyField)
        if choice is not None:
            body.insert(choice[1])
        body.focus()
