"""The tickets screen: create, status, priority, resolve, answer; repeat the last of it."""

from __future__ import annotations

from collections.abc import Iterable

from supportdesk.domain.errors import Conflict
from supportdesk.domain.ticket import Priority, Status, TicketChange
from supportdesk.tui.commands import BY_ID, Command
from supportdesk.tui.tickets.answering import TicketAnswering
from supportdesk.tui.tickets.pane import TicketView


class TicketsScreen(TicketAnswering):
    """Triage by keyboard: changes are for the marked tickets, else for the current one."""

    def __init__(self) -> None:
        super().__init__()
        self._last_change: tuple[Command, str] | None = None

    def _targets(self) -> dict[int, int | None]:
        """Return the tickets a command is for, marks before cursor, with the versions that are on screen."""
        current = self.current()
        numbers = sorted(self.queue.marks) if self.queue.marks else [current.number] if current else []
        seen = {row.number: row.version for row in self.queue.loaded}
        if current is not None:
            seen[current.number] = current.version
        return {number: seen.get(number) for number in numbers}

    async def _apply(self, command: Command, change: TicketChange, targets: dict[int, int | None]) -> int:
        """Make a change; return how many tickets it changed."""
        seen = {number: version for number, version in targets.items() if version is not None}
        update = self.desk_app.desk.tickets.update
        updated = await self.change(update, [str(number) for number in targets], change, seen=seen)
        await self.clear_marks()
        self._last_change = (command, change.notes)
        count = len(updated.changed)
        what = f" {change.status}" if change.status else f" {change.priority} priority"
        if len(targets) > 1:
            what = f":{what}"
        subject = f"#{next(iter(targets))}" if len(targets) == 1 else f"{count:,} of {len(targets):,} tickets"
        if count:
            self.status.done(f"{subject}{what} · u to undo")
        else:
            self.status.note(f"nothing to change: {subject}{what} already")
        return count

    async def _status(self, status: Status) -> None:
        # Whom it is for is settled before the question: the list may move while it is answered.
        targets = self._targets()
        subject = f"{len(targets)} tickets" if self.queue.marks else f"#{next(iter(targets))}"
        notes: str | None = ""
        explanation = f"Internal note for {subject} → {status} (the requester does not see it)"
        while True:
            question = "Note (enter: no note · esc: cancel):"
            notes = await self.prompt.ask(question, initial=notes or "", explanation=explanation, enter="save")
            if notes is None:
                self.status.note("nothing changed")
                return
            try:
                await self._apply(BY_ID[f"status.{status}"], TicketChange(status=status, notes=notes), targets)
                return
            except Conflict as conflict:
                # What was typed stays: enter saves it over the version that is on screen by now.
                self.desk_app.type_ahead.drop()
                explanation = f"{conflict.message}. Enter saves your note all the same; esc cancels"
                targets = await self._current_versions(targets)

    async def _current_versions(self, numbers: Iterable[int]) -> dict[int, int | None]:
        desk = self.desk_app.desk
        return {row.number: row.version for row in await desk.run(desk.tickets.summaries, sorted(numbers))}

    async def _priority(self, priority: Priority) -> None:
        await self._apply(BY_ID[f"priority.{priority}"], TicketChange(priority=priority), self._targets())

    async def do_status_new(self, count: int | None) -> None:
        """Set the status to new."""
        await self._status(Status.NEW)

    async def do_status_in_progress(self, count: int | None) -> None:
        """Set the status to in-progress."""
        await self._status(Status.IN_PROGRESS)

    async def do_status_resolved(self, count: int | None) -> None:
        """Set the status to resolved."""
        await self._status(Status.RESOLVED)

    async def do_priority_low(self, count: int | None) -> None:
        """Set a low priority."""
        await self._priority(Priority.LOW)

    async def do_priority_medium(self, count: int | None) -> None:
        """Set a medium priority."""
        await self._priority(Priority.MEDIUM)

    async def do_priority_high(self, count: int | None) -> None:
        """Set a high priority."""
        await self._priority(Priority.HIGH)

    async def do_resolve(self, count: int | None) -> None:
        """Resolve and go to the next."""
        marked = bool(self.queue.marks)
        done = await self._apply(BY_ID["resolve"], TicketChange(status=Status.RESOLVED), self._targets())
        if done and not marked:
            await self.go_on()

    async def do_repeat(self, count: int | None) -> None:
        """Repeat the last change, with the same note."""
        if self._last_change is None:
            self.status.error("there is no change to repeat yet")
            return
        command, notes = self._last_change
        if command.id == "resolve":
            await self.do_resolve(None)
            return
        kind, _, value = command.id.partition(".")
        change = (
            TicketChange(status=Status(value), notes=notes)
            if kind == "status"
            else TicketChange(priority=Priority(value))
        )
        await self._apply(command, change, self._targets())

    async def do_create(self, count: int | None) -> None:
        """Open the form."""
        from supportdesk.domain.experiments.experiment import Surface
        from supportdesk.tui.tickets.form import TicketForm
        from supportdesk.tui.variants.exposure import exposed

        desk = self.desk_app.desk
        exposure = await exposed(desk, Surface.TICKET_FORM)
        number = await self.run_form(TicketForm(exposure))
        if number is None:
            return
        ticket = (await desk.run(desk.tickets.summaries, [number]))[0]
        if not self.query_shown.text and self.query_shown.matches_fields(ticket):
            await self.queue.reload_at(self.queue.source, ticket)
        self.status.done(f"#{number} created · mail to {ticket.contact_email} goes out · enter opens it")

    async def do_answer(self, count: int | None) -> None:
        """Answer the ticket with one of the FAQs that match: mail, resolved, and its wording is learned."""
        ticket = self.current()
        if ticket is None:
            return
        await self.open_ticket(ticket.number, TicketView.FAQS)
        answers = self.pane.answers
        choices = f"{'1' if len(answers) == 1 else f'1 to {len(answers)}'}, or " if answers else ""
        typed = await self.prompt.ask(
            f"FAQ ({'enter: 1 · ' if answers else ''}esc: cancel):",
            explanation=f"Answer #{ticket.number} with which? ({choices}#20 for FAQ 20); you edit it before it leaves",
            enter="edit it",
        )
        reference = "1" if typed is not None and not typed.strip() and answers else (typed or "").strip()
        if reference.isdecimal() and 0 < int(reference) <= len(answers):
            reference = f"#{answers[int(reference) - 1].faq.number}"
        if not reference.startswith("#"):
            self.status.note("nothing changed")
            return
        # Lazy import: keeps start-up fast.
        from supportdesk.tui.tickets.answer_form import AnswerForm

        desk = self.desk_app.desk
        faq = await desk.run(desk.faqs.get, reference)
        if await self.run_form(AnswerForm(ticket, faq)):
            self.status.done(f"#{ticket.number} answered with FAQ #{faq.number} and resolved · u to undo")

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
        targets = self._targets()
        seen = {number: version for number, version in targets.items() if version is not None}
        subject = f"{len(targets)} tickets" if len(targets) > 1 else f"#{next(iter(targets))}"
        await self.change(self.desk_app.desk.tickets.delete, [str(number) for number in targets], seen=seen)
        await self.clear_marks()
        if self.pane.number in targets:
            self.shut_pane()
        self.status.done(f"{subject} deleted · u to undo")

    async def do_others(self, count: int | None) -> None:
        """List the tickets of this ticket's requester."""
        ticket = self.current()
        if ticket is not None:
            await self.search_tickets(f"email:{ticket.contact_email}")
            self.focus_body()

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
