"""Owners and tags of tickets by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from supportdesk.domain.errors import NotAllowed
from supportdesk.tui.tickets.changing import Targets, TicketChanging

ME, NOBODY = "a", "n"
_CALLED = {ME: "me", NOBODY: "none"}


class TicketTeamwork(TicketChanging):
    """Who sees to a ticket, and what it is about."""

    async def do_assign(self, count: int | None) -> None:
        """Ask who is to see to the tickets: me, nobody, or a colleague."""
        targets, desk = self.targets(), self.desk_app.desk
        names = [agent.name for agent in await desk.run(desk.agents.list)]
        # A name that begins like one of the keys needs a sign before it.
        typed = await self.prompt.ask(
            f"Owner of {self.subject_of(targets)}:",
            explanation=f"{ME} me · {NOBODY} nobody · or a name (@name where it begins with {ME} or {NOBODY})",
            completions=[*names, *(f"@{name}" for name in names)],
            at_once=tuple(_CALLED),
            enter="assign",
        )
        if not (typed or "").strip():
            self.status.note("nothing changed")
            return
        owner = (typed or "").strip().removeprefix("@")
        await self._assign(_CALLED.get(typed or "", owner), targets)

    async def _assign(self, owner: str, targets: Targets) -> None:
        tickets = self.desk_app.desk.tickets
        references = [str(number) for number in targets]
        try:
            updated = await self.change(tickets.assign, references, owner)
        except NotAllowed as refusal:
            if refusal.field != "take" or not await self._agree_to_take(targets):
                raise
            updated = await self.change(tickets.assign, references, owner, take=True)
        self.remember(partial(self._assign, owner))
        name = next((each.owner for each in updated.tickets), "")
        await self.changed(targets, updated.changed, f"assigned to {name}" if name else "assigned to nobody")

    async def _agree_to_take(self, targets: Targets) -> bool:
        """Ask whether to take what colleagues own."""
        desk = self.desk_app.desk
        rows = await desk.run(desk.tickets.summaries, sorted(targets))
        theirs = [row for row in rows if row.owner not in ("", desk.actor)]
        owners = ", ".join(sorted({row.owner for row in theirs}))
        what = f"#{theirs[0].number} is {owners}'s" if len(theirs) == 1 else f"{len(theirs):,} tickets are {owners}'s"
        return await self.prompt.confirm(f"{what}. Reassign?")

    async def do_tags(self, count: int | None) -> None:
        """Ask for tags to add and to remove."""
        from supportdesk.tui.widgets.completion import complete_last_word

        targets = self.targets()
        known = sorted({tag for row in self.queue.loaded for tag in row.tags})
        here = sorted({tag for row in self.queue.loaded if row.number in targets for tag in row.tags})
        typed = await self.prompt.ask(
            f"Tags of {self.subject_of(targets)}:",
            explanation=f"+vip adds, -spam removes; now: {' '.join(here) or 'none'}",
            complete=complete_last_word(known),
            history="tags",
            enter="save",
        )
        words = (typed or "").split()
        if not words:
            self.status.note("nothing changed")
            return
        await self._tag(words, targets)

    async def _tag(self, words: Sequence[str], targets: Targets) -> None:
        added = [word.removeprefix("+") for word in words if not word.startswith("-")]
        removed = [word.removeprefix("-") for word in words if word.startswith("-")]
        tag = self.desk_app.desk.tickets.tag
        updated = await self.change(tag, [str(number) for number in targets], added, removed)
        self.remember(partial(self._tag, words))
        await self.changed(targets, updated.changed, f"tagged {' '.join(words)}")
