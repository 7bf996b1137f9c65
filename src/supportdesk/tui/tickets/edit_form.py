"""The form that edits a ticket: title, requester, priority, description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult

from supportdesk.domain.address import clean_address
from supportdesk.domain.errors import Conflict
from supportdesk.domain.text import required_body, required_line
from supportdesk.domain.ticket import Priority, Ticket, parse_change
from supportdesk.tui.screens.edit_form import EditForm
from supportdesk.tui.screens.form import Check
from supportdesk.tui.widgets.fields import BodyField, ChoiceField
from supportdesk.tui.widgets.line_field import LineField


class TicketEditForm(EditForm[bool, Ticket]):
    """What somebody wrote in a ticket; it ends with whether anything was changed."""

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
        """Return the version of the ticket."""
        return str(self.edited.version)

    def changed_since(self, state: str) -> str:
        """Return that the ticket was changed since a version."""
        return f"ticket #{self.edited.number} was changed"

    async def save(self, values: Mapping[str, str]) -> bool:
        """Save what differs; where somebody else changed the ticket meanwhile, a second save is needed."""
        desk, number = self.desk_app.desk, self.edited.number
        change = parse_change(**values)
        try:
            updated = await desk.run(desk.tickets.update, [str(number)], change, seen={number: int(self.seen)})
        except Conflict as conflict:
            how = self.overtaken_by(await desk.run(desk.tickets.get, str(number)))
            raise Conflict(f"{conflict.message}{how}") from None
        return bool(updated.changed)
