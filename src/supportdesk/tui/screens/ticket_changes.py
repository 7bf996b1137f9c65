"""The changes of tickets: status, priority, resolve, repeat; on the marks, else on the current ticket."""

from __future__ import annotations

from supportdesk.domain.ticket import Priority, Status, TicketChange, TicketSummary
from supportdesk.tui.commands import BY_ID, Command
from supportdesk.tui.screens.queue import QueueScreen


class TicketChanges(QueueScreen):
    """What the keys of a ticket do to it."""

    def __init__(self) -> None:
        super().__init__()
        self._last_change: tuple[Command, str] | None = None

    def current(self) -> TicketSummary | None:
        """The ticket that commands are for, when none is marked."""
        return self.queue.row

    async def go_on(self) -> None:
        """Goes to the next ticket."""
        await self.queue.move(1)

    def _targets(self) -> dict[int, int | None]:
        """The tickets a command is for, marks before cursor, with the versions that are on screen."""
        current = self.current()
        numbers = sorted(self.queue.marks) if self.queue.marks else [current.number] if current else []
        seen = {row.number: row.version for row in self.queue.loaded}
        if current is not None:
            seen[current.number] = current.version
        return {number: seen.get(number) for number in numbers}

    async def _change(self, command: Command, change: TicketChange, targets: dict[int, int | None]) -> int:
        """Makes a change; gives how many tickets it changed."""
        desk = self.desk_app.desk
        seen = {number: version for number, version in targets.items() if version is not None}
        try:
            updated = await desk.run(desk.tickets.update, [str(number) for number in targets], change, seen=seen)
        finally:
            await self.desk_app.changed()
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
        notes = await self.prompt.ask(f"Note for {subject} → {status} (enter: none, esc: leave it):")
        if notes is None:
            self.status.note("nothing changed")
            return
        await self._change(BY_ID[f"status.{status}"], TicketChange(status=status, notes=notes), targets)

    async def _priority(self, priority: Priority) -> None:
        await self._change(BY_ID[f"priority.{priority}"], TicketChange(priority=priority), self._targets())

    async def do_status_new(self, count: int | None) -> None:
        """Back to new."""
        await self._status(Status.NEW)

    async def do_status_in_progress(self, count: int | None) -> None:
        """In progress."""
        await self._status(Status.IN_PROGRESS)

    async def do_status_resolved(self, count: int | None) -> None:
        """Resolved."""
        await self._status(Status.RESOLVED)

    async def do_priority_low(self, count: int | None) -> None:
        """Low priority."""
        await self._priority(Priority.LOW)

    async def do_priority_medium(self, count: int | None) -> None:
        """Medium priority."""
        await self._priority(Priority.MEDIUM)

    async def do_priority_high(self, count: int | None) -> None:
        """High priority."""
        await self._priority(Priority.HIGH)

    async def do_resolve(self, count: int | None) -> None:
        """Resolves and goes on."""
        marked = bool(self.queue.marks)
        done = await self._change(BY_ID["resolve"], TicketChange(status=Status.RESOLVED), self._targets())
        if done and not marked:
            await self.go_on()

    async def do_repeat(self, count: int | None) -> None:
        """The last change once more, with the same note."""
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
        await self._change(command, change, self._targets())

    def do_copy(self, count: int | None) -> None:
        """Copies the reference to the clipboard of the terminal."""
        ticket = self.current()
        if ticket is not None:
            self.app.copy_to_clipboard(f"#{ticket.number}")
            self.status.done(f"copied #{ticket.number}")
