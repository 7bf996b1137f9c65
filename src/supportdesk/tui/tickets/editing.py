"""Tickets made, edited, deleted and copied by keyboard; what else there is of their requester."""

from __future__ import annotations

from supportdesk.tui.preferences.editing import edit_preferences
from supportdesk.tui.tickets.answering import TicketAnswering


class TicketEditing(TicketAnswering):
    """The tickets that are on screen, and new ones."""

    async def do_create(self, count: int | None) -> None:
        """Open the form."""
        from supportdesk.domain.experiments.surface import Surface
        from supportdesk.tui.tickets.form import TicketForm
        from supportdesk.tui.variants.exposure import exposed

        desk = self.desk_app.desk
        exposure = await exposed(desk, Surface.TICKET_FORM)
        number = await self.run_form(TicketForm(exposure))
        if number is None:
            return
        ticket = (await desk.run(desk.tickets.summaries, [number]))[0]
        await self.show_created(ticket)
        self.status.done(f"#{number} created · mail to {ticket.contact_email} goes out · enter opens it")

    async def do_edit(self, count: int | None) -> None:
        """Open the form with what the ticket says now."""
        from supportdesk.tui.tickets.edit_form import TicketEditForm

        ticket, desk = self.current(), self.desk_app.desk
        if ticket is None:
            return
        changed = await self.run_form(TicketEditForm(await desk.run(desk.tickets.get, str(ticket.number))))
        if changed:
            self.status.done(f"#{ticket.number} saved · u to undo")
        elif changed is not None:
            self.status.note(f"nothing to change: #{ticket.number} already says this")

    async def do_delete(self, count: int | None) -> None:
        """Delete the ticket, or the marked ones."""
        targets = self.targets()
        if not await self.agree_to_group("delete", targets):
            return
        seen = {number: version for number, version in targets.items() if version is not None}
        await self.change(self.desk_app.desk.tickets.delete, [str(number) for number in targets], seen=seen)
        await self.clear_marks()
        await self.show_gone(targets)
        self.status.done(f"{self.subject_of(targets)} deleted · u to undo")

    async def do_copy(self, count: int | None) -> None:
        """Ask what to copy to the clipboard of the terminal, and copy it."""
        current, desk = self.current(), self.desk_app.desk
        if current is None:
            return
        ticket = await desk.run(desk.tickets.get, str(current.number))
        texts = {
            "r": ("reference", f"#{ticket.number}"),
            "a": ("address", ticket.contact_email),
            "t": ("title", ticket.title),
            "x": ("text", ticket.description),
        }
        names = " · ".join(f"{key} {name}" for key, (name, _) in texts.items())
        key = await self.prompt.choose(f"Copy of #{ticket.number}: {names} (enter: reference)", enter="reference")
        name, text = texts.get((key or "r").lower(), ("", ""))
        if key is None or not name:
            self.status.note("nothing copied")
            return
        self.app.copy_to_clipboard(text)
        self.status.done(f"copied the {name} of #{ticket.number}")

    async def do_preferences(self, count: int | None) -> None:
        """Open the preferences of the ticket's requester."""
        ticket = self.current()
        if ticket is not None:
            await edit_preferences(self, ticket.contact_email)

    async def do_others(self, count: int | None) -> None:
        """List the tickets of this ticket's requester."""
        ticket = self.current()
        if ticket is not None:
            await self.desk_app.search_tickets(f"email:{ticket.contact_email}")
