"""The form that creates a ticket; answers that may already help stand below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, TextArea

from supportdesk.domain.address import clean_address
from supportdesk.domain.errors import DeskError
from supportdesk.domain.experiments.surface import Surface
from supportdesk.domain.text import required_body, required_line
from supportdesk.domain.ticket import Priority, new_ticket
from supportdesk.tui.commands import BY_ID, Scope
from supportdesk.tui.commands.keymap import format_keys
from supportdesk.tui.debounce import Debounce
from supportdesk.tui.faqs.suggestions import Suggestions
from supportdesk.tui.screens.form import Form
from supportdesk.tui.screens.form_fields import Check
from supportdesk.tui.variants.exposure import Exposure, exposed
from supportdesk.tui.variants.form_variants import variant_of
from supportdesk.tui.widgets.fields import BodyField, ChoiceField
from supportdesk.tui.widgets.line_field import LineField

SUGGEST_PAUSE = 0.5
SUGGEST_FROM = 3


class TicketForm(Form[int]):
    """Title, requester, priority, description.

    Half a second after the last key, title and description are looked up in the FAQs. A look-up never
    delays a key, and one that has been overtaken by typing shows nothing.
    """

    SCOPES = (Scope.FORM, Scope.TICKET_FORM)
    CHECKS: ClassVar[Mapping[str, Check]] = {
        "title": lambda text: required_line("title", text),
        "contact_email": clean_address,
        "description": lambda text: required_body("description", text),
    }

    def __init__(self, exposure: Exposure) -> None:
        variant = variant_of(exposure).ticket_form
        super().__init__(variant.heading, "ticket", names=variant.names, save=variant.save)
        self.add_class(*variant.classes)
        self._placeholders = variant.placeholders
        self._exposure = exposure
        self._offer: Exposure | None = None
        self._thinking = Debounce(self, SUGGEST_PAUSE)
        self._comparing = Debounce(self, SUGGEST_PAUSE)
        self._dismissed_for = ""

    def compose_fields(self) -> ComposeResult:
        """Yield the fields in the order of the variant, and what the FAQs say to them."""
        empty = self._placeholders
        fields = {
            "title": LineField(id="title", placeholder=empty["title"], select_on_focus=False),
            "contact_email": LineField(id="contact_email", placeholder=empty["contact_email"], select_on_focus=False),
            "priority": ChoiceField([priority.value for priority in Priority], Priority.MEDIUM, id="priority"),
            "description": BodyField(id="description"),
        }
        yield from (fields[name] for name in self.names)
        keymap = self.desk_app.keymap
        offers = (BY_ID[name] for name in ("suggestion.read", "suggestion.use", "suggestion.copy"))
        yield Suggestions("  ".join(f"{format_keys(keymap.keys_of(each)[0])} {each.hint}" for each in offers))

    async def save(self, values: Mapping[str, str]) -> int:
        """Create the ticket; suggestions that were on screen did not help."""
        desk = self.desk_app.desk
        new = new_ticket(values["title"], values["description"], values["contact_email"], values["priority"])
        ticket = await desk.run(desk.tickets.create, new)
        offered = [each.faq.number for each in self.suggestions.offered]
        if offered:
            await desk.run(desk.faqs.ignored, self._text(), offered)
        await self._exposure.report("ticket_submitted")
        return ticket.number

    # Suggestions

    @property
    def suggestions(self) -> Suggestions:
        """Return the panel below the fields."""
        return self.query_one(Suggestions)

    def _text(self) -> str:
        return f"{self.value('title')}\n{self.value('description')}".strip()

    @on(Input.Changed, "#title")
    @on(TextArea.Changed, "#description")
    def _think(self) -> None:
        self._thinking.cancel()
        text = self._text()
        if text == self._dismissed_for:
            return
        if len(text) < SUGGEST_FROM:
            self.suggestions.show([])
            return
        self._thinking.call(self._look_up)

    @on(Input.Changed, "#title")
    @on(Input.Changed, "#contact_email")
    def _compare(self) -> None:
        self._comparing.call(self._show_similar)

    async def _show_similar(self) -> None:
        """Point out tickets of the same requester that may be about the same."""
        desk = self.desk_app.desk
        try:
            new = new_ticket(self.value("title"), self.value("description") or "-", self.value("contact_email"))
            similar = await desk.run(desk.tickets.similar, new)
        except DeskError:
            # What is half typed is like nothing.
            return
        if similar and not self.has_ended:
            named = " · ".join(f"#{each.number} {each.title} ({each.status})" for each in similar)
            self.status.note(f"{new.contact_email} has similar tickets: {named}")

    def _look_up(self) -> None:
        self.suggestions.loading_sign()
        self.run_worker(self._suggest(self._text()), group="suggest", exclusive=True)

    async def _suggest(self, text: str) -> None:
        desk = self.desk_app.desk
        try:
            found = await desk.run(desk.faqs.suggest, text)
        except DeskError:
            # A desk that cannot be searched now must not stand in the way of filing a ticket.
            found = []
        if found and self._offer is None and not self.has_ended:
            # Not before there is something to show: who never sees a suggestion takes no part.
            self._offer = await exposed(desk, Surface.FAQ_SUGGESTIONS)
        if self.has_ended:
            return
        if self._offer is not None:
            self.suggestions.variant = variant_of(self._offer).suggestions
        if text == self._text() and text != self._dismissed_for:
            self.suggestions.show(found)

    async def _report(self, event: str) -> None:
        if self._offer is not None:
            await self._offer.report(event)

    def leave(self) -> None:
        """Hide the suggestions until the text changes, or go back when there are none."""
        if self.suggestions.offered:
            self._dismissed_for = self._text()
            self.suggestions.show([])
        else:
            super().leave()

    async def do_suggestion_next(self) -> None:
        """Choose the next suggestion."""
        self.suggestions.choose_next()

    async def do_suggestion_read(self) -> None:
        """Show the chosen answer in full."""
        chosen = self.suggestions.chosen
        if chosen is None:
            self.status.note("There is no suggestion to read.")
            return
        from supportdesk.tui.faqs.text import answer_text
        from supportdesk.tui.screens.reader import Reader

        desk = self.desk_app.desk
        try:
            faq = await desk.run(desk.faqs.read, str(chosen.faq.number))
        except DeskError as error:
            self.status.error(error.message)
            return
        await self._report("suggestion_opened")
        await self.app.push_screen(Reader("FAQ", f"#{faq.number}", answer_text(faq)))

    async def do_suggestion_use(self) -> None:
        """Record that the chosen answer solved it: no ticket is created."""
        chosen = self.suggestions.chosen
        if chosen is None:
            self.status.note("There is no suggestion to use.")
            return
        desk = self.desk_app.desk
        try:
            await desk.run(desk.faqs.used, self._text(), str(chosen.faq.number))
        except DeskError as error:
            self.status.error(error.message)
            return
        await self._report("suggestion_used")
        await self.desk_app.show_changes()
        self.finish(None)
        self.desk_app.show_status(f"Answered by FAQ #{chosen.faq.number}; no ticket was filed.")

    async def do_suggestion_copy(self) -> None:
        """Copy the chosen answer to the end of the description."""
        chosen = self.suggestions.chosen
        if chosen is None:
            self.status.note("There is no suggestion to copy.")
            return
        body = self.query_one(BodyField)
        body.text = "\n\n".join(part for part in (body.text.rstrip(), chosen.faq.answer) if part)
        body.move_cursor(body.document.end)
        self.status.done(f"copied the answer of FAQ #{chosen.faq.number}")
