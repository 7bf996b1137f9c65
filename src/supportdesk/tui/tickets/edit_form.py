"""The form that edits a ticket: title, requester, priority, description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content

from supportdesk.domain.address import clean_address
from supportdesk.domain.errors import Conflict
from supportdesk.domain.text import excerpt, required_body, required_line
from supportdesk.domain.ticket import Priority, Ticket, parse_change
from supportdesk.tui.commands import BY_ID, Scope
from supportdesk.tui.commands.keymap import format_keys
from supportdesk.tui.screens.edit_form import EditForm
from supportdesk.tui.screens.form_fields import Check
from supportdesk.tui.widgets.fields import BodyField, ChoiceField
from supportdesk.tui.widgets.line_field import LineField


class TicketEditForm(EditForm[bool, Ticket]):
    """What somebody wrote in a ticket; it ends with whether anything was changed."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.FORM, Scope.EDIT_FORM)
    NAMES: ClassVar[Mapping[str, str]] = {
        "title": "Title",
        "contact_email": "Requester",
        "priority": "Priority",
        "description": "Description",
    }
    CHECKS: ClassVar[Mapping[str, Check]] = {
        "title": lambda text: required_line("title", text),
        "contact_email": clean_address,
        "description": lambda text: required_body("description", text),
    }

    def __init__(self, ticket: Ticket) -> None:
        # Values that somebody else saved in fields that are edited here too.
        self._theirs: dict[str, str] = {}
        super().__init__(f"Edit ticket #{ticket.number}", f"ticket-{ticket.number}", ticket)

    @property
    def working_on(self) -> tuple[int | None, bool]:
        """Return the ticket that is edited."""
        return self.edited.number, True

    def compose_fields(self) -> ComposeResult:
        """Yield the fields."""
        yield LineField(id="title", select_on_focus=False)
        yield LineField(id="contact_email", select_on_focus=False)
        yield ChoiceField([priority.value for priority in Priority], Priority.MEDIUM, id="priority")
        yield BodyField(id="description")

    def initial(self) -> Mapping[str, str]:
        """Return the ticket as it is."""
        return {name: str(getattr(self.edited, name)) for name in self.NAMES}

    def state(self) -> str:
        """Return the version of the ticket, and what its fields were in it."""
        return json.dumps([self.edited.version, self.initial()])

    def changed_since(self, state: str) -> str:
        """Return that the ticket was changed since a version."""
        return f"ticket #{self.edited.number} was changed"

    async def save(self, values: Mapping[str, str]) -> bool:
        """Save what was edited here; what somebody else edited meanwhile stays, unless it is the same field.

        A field that both edited shows the other value in its frame, and needs a second save.
        """
        desk, number = self.desk_app.desk, self.edited.number
        _, base = _read(self.begun)
        mine = {name: text for name, text in values.items() if text != base.get(name)}
        change, version = parse_change(**mine), _read(self.seen)[0]
        try:
            updated = await desk.run(desk.tickets.update, [str(number)], change, seen={number: version}, merge=True)
        except Conflict as conflict:
            how = self.overtaken_by(await desk.run(desk.tickets.get, str(number)))
            self._show_theirs(mine, base)
            raise Conflict(f"{conflict.message}{how}") from None
        return bool(updated.changed)

    # Both values

    def _show_theirs(self, mine: Mapping[str, str], base: Mapping[str, str]) -> None:
        """Show in the frames of fields that both edited what the other one wrote."""
        now = self.initial()
        self._theirs = {name: now[name] for name in mine if now[name] not in (base.get(name), mine[name])}
        for name, text in self._theirs.items():
            self.query_one(f"#{name}").border_subtitle = Content(f"now: {excerpt(text)} ({self._theirs_key} takes it)")

    @property
    def _theirs_key(self) -> str:
        return format_keys(self.desk_app.keymap.keys_of(BY_ID["form.theirs"])[0])

    def do_form_theirs(self) -> None:
        """Take the value that somebody else saved in this field; again: one's own."""
        name = (self.focused and self.focused.id) or ""
        if name not in self._theirs:
            self.status.note("Nobody has changed this field meanwhile.")
            return
        mine = self.value(name)
        self.fill({name: self._theirs[name]})
        self._theirs[name] = mine
        words = f"yours: {excerpt(mine)} ({self._theirs_key} brings it back)"
        self.query_one(f"#{name}").border_subtitle = Content(words)


def _read(state: str) -> tuple[int, Mapping[str, str]]:
    """Return the version and the fields of a state; none that can have been seen where it cannot be read."""
    try:
        version, fields = json.loads(state)
        return int(version), {str(name): str(text) for name, text in fields.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return 0, {}
