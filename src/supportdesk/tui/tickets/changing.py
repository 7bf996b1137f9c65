"""Changes of tickets by keyboard: status and priority, on the marked tickets or the current one; repeat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from supportdesk.domain.errors import Conflict
from supportdesk.domain.ticket import Priority, Status, TicketChange
from supportdesk.tui.tickets.work import TicketWork

if TYPE_CHECKING:
    from supportdesk.services.conversation.actions import Preview

Targets = dict[int, int | None]
"""Numbers of tickets, with the versions that are on screen."""


class TicketChanging(TicketWork):
    """Changes are for the marked tickets, else for the current one."""

    def __init__(self) -> None:
        super().__init__()
        self._repeat: Callable[[Targets], Awaitable[object]] | None = None

    def targets(self) -> Targets:
        """Return the tickets a command is for, marks before cursor, with the versions that are on screen."""
        current = self.current()
        numbers = sorted(self.marks) if self.marks else [current.number] if current else []
        seen = {row.number: row.version for row in self.rows}
        if current is not None:
            seen[current.number] = current.version
        return {number: seen.get(number) for number in numbers}

    def subject_of(self, targets: Targets) -> str:
        """Return how a sentence calls these tickets."""
        return f"{len(targets):,} tickets" if len(targets) > 1 else f"#{next(iter(targets))}"

    def remember(self, again: Callable[[Targets], Awaitable[object]]) -> None:
        """Keep what was done, so that it can be repeated on other tickets."""
        self._repeat = again

    async def changed(self, targets: Targets, changed: Iterable[int], what: str) -> int:
        """Say what was done to how many of the tickets, and clear the marks; return that number."""
        await self.clear_marks()
        count = len(frozenset(changed))
        if len(targets) > 1:
            what, subject = f": {what}", f"{count:,} of {len(targets):,} tickets"
        else:
            what, subject = f" {what}", f"#{next(iter(targets))}"
        if count:
            self.status.done(f"{subject}{what} · u to undo")
        else:
            self.status.note(f"nothing to change: {subject}{what} already")
        return count

    async def agree(self, preview: Preview) -> bool:
        """Say what is about to be done to several tickets, and ask."""
        if preview.tickets < 2 or not preview.changed:
            return True
        return await self._confirm(preview.summary)

    async def agree_to_group(self, verb: str, targets: Targets) -> bool:
        """Ask before something of which nobody is mailed is done to several tickets."""
        return len(targets) < 2 or await self._confirm(f"will {verb} {len(targets):,} tickets and mail nobody")

    async def _confirm(self, summary: str) -> bool:
        if await self.prompt.confirm(summary):
            return True
        self.status.note("nothing changed")
        return False

    async def agree_to(self, actions: Mapping[str, object], targets: Targets) -> bool:
        """Ask before these actions are taken on many tickets; return whether to go on."""
        if len(targets) < 2:
            return True
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.actions import parse_actions

        desk, references = self.desk_app.desk, [str(number) for number in targets]
        return await self.agree(await desk.run(desk.bulk.preview, references, parse_actions(actions), take=True))

    async def _apply(self, change: TicketChange, targets: Targets) -> int:
        """Make a change; return how many tickets it changed."""
        done = {"status": change.status or "", "priority": change.priority or ""}
        if not await self.agree_to(done, targets):
            return 0
        seen = {number: version for number, version in targets.items() if version is not None}
        update = self.desk_app.desk.tickets.update
        updated = await self.change(update, [str(number) for number in targets], change, seen=seen, merge=True)
        self.remember(partial(self._apply, change))
        what = f"{change.status}" if change.status else f"{change.priority} priority"
        return await self.changed(targets, updated.changed, what)

    async def _status(self, status: Status) -> None:
        # Whom it is for is settled before the question: the list may move while it is answered.
        targets = self.targets()

        async def change(notes: str) -> None:
            nonlocal targets
            try:
                await self._apply(TicketChange(status=status, notes=notes), targets)
            except Conflict as conflict:
                # Enter saves the note over the version that is on screen by now.
                targets = await self._current_versions(targets)
                raise Conflict(f"{conflict.message}. Enter saves your note all the same; esc cancels") from None

        await self.ask(
            "Note (enter: no note · esc: cancel):",
            change,
            blank=True,
            explanation=f"Internal note for {self.subject_of(targets)} → {status} (the requester does not see it)",
            enter="save",
        )

    async def _current_versions(self, numbers: Iterable[int]) -> Targets:
        desk = self.desk_app.desk
        return {row.number: row.version for row in await desk.run(desk.tickets.summaries, sorted(numbers))}

    async def _priority(self, priority: Priority) -> None:
        await self._apply(TicketChange(priority=priority), self.targets())

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
        await self._resolve(self.targets())

    async def _resolve(self, targets: Targets) -> None:
        marked = bool(self.marks)
        done = await self._apply(TicketChange(status=Status.RESOLVED), targets)
        self.remember(self._resolve)
        if done and not marked:
            await self.go_on()

    async def do_repeat(self, count: int | None) -> None:
        """Repeat the last change, with the same note."""
        if self._repeat is None:
            self.status.error("there is no change to repeat yet")
        else:
            await self._repeat(self.targets())
