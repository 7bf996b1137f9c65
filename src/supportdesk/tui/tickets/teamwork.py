"""Teamwork by keyboard: owners, tags, snoozes, merges."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len

from supportdesk.domain import moment
from supportdesk.domain.agent import Agent
from supportdesk.domain.errors import NotAllowed
from supportdesk.tui.tickets.changing import Targets, TicketChanging

if TYPE_CHECKING:
    from supportdesk.services.tickets.service import Updated

ME, NOBODY = "a", "n"
SNOOZE_WORDS = ("tomorrow", "monday 9:00", "tuesday", "wednesday", "thursday", "friday", "2h", "1d", "1w")
_CALLED = {ME: "me", NOBODY: "none"}


class TicketTeamwork(TicketChanging):
    """Who sees to a ticket, and what it is about."""

    async def do_assign(self, count: int | None) -> None:
        """Ask who is to see to the tickets: me, nobody, or a colleague."""
        targets, desk = self.targets(), self.desk_app.desk
        names = [agent.name for agent in await desk.run(desk.agents.list)]
        # Names that begin like one of the keys have a digit, so that they need no sign before them.
        choices = {ME: "me", NOBODY: "nobody", **self._by_digit([name for name in names if name != desk.actor])}

        async def assign(typed: str) -> None:
            owner = typed.strip().removeprefix("@")
            await self._assign((choices | _CALLED).get(owner, owner), targets)

        await self.ask(
            f"Owner of {self.subject_of(targets)}:",
            assign,
            explanation=" · ".join([*(f"{key} {called}" for key, called in choices.items()), "or a name"]),
            completions=[*names, *(f"@{name}" for name in names)],
            at_once=tuple(choices),
            enter="assign",
        )

    def _by_digit(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return as many names as the line of the prompt has room for, each under a digit."""
        room = self.size.width - len(f" {ME} me · {NOBODY} nobody · or a name ")
        choices: dict[str, str] = {}
        for digit, name in zip("123456789", names, strict=False):
            room -= cell_len(name) + len(" · 1 ")
            if room < 0:
                break
            choices[digit] = name
        return choices

    async def _assign(self, owner: str, targets: Targets) -> None:
        tickets = self.desk_app.desk.tickets
        references = [str(number) for number in targets]
        if not await self.agree_to({"owner": owner}, targets):
            return
        updated = await self.taking(targets, partial(self.change, tickets.assign, references, owner))
        if updated is None:
            return
        self.remember(partial(self._assign, owner))
        name = next((each.owner for each in updated.tickets), "")
        await self.changed(targets, updated.changed, f"assigned to {name}" if name else "assigned to nobody")

    async def taking(self, targets: Targets, change: Callable[..., Awaitable[Updated]]) -> Updated | None:
        """Make a change; where colleagues own some of the tickets, ask first, and return None when they keep them."""
        try:
            return await change()
        except NotAllowed as refusal:
            if refusal.field != "take":
                raise
        if await self._agree_to_take(targets):
            return await change(take=True)
        self.status.note("nothing changed")
        return None

    async def _agree_to_take(self, targets: Targets) -> bool:
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
        desk = self.desk_app.desk
        known = [each.tag for each in await desk.run(desk.tags.list)]
        here = sorted({tag for row in self.rows if row.number in targets for tag in row.tags})
        await self.ask(
            f"Tags of {self.subject_of(targets)}:",
            lambda typed: self._tag(typed.split(), targets),
            explanation=f"+vip adds, -spam removes; now: {' '.join(here) or 'none'}",
            complete=complete_last_word(known),
            history="tags",
            enter="save",
        )

    async def _tag(self, words: Sequence[str], targets: Targets) -> None:
        added = [word.removeprefix("+") for word in words if not word.startswith("-")]
        removed = [word.removeprefix("-") for word in words if word.startswith("-")]
        signed = [*(f"+{tag}" for tag in added), *(f"-{tag}" for tag in removed)]
        if not await self.agree_to({"tags": signed}, targets):
            return
        tag = self.desk_app.desk.tickets.tag
        updated = await self.change(tag, [str(number) for number in targets], added, removed)
        self.remember(partial(self._tag, words))
        await self.changed(targets, updated.changed, f"tagged {' '.join(words)}")

    async def do_snooze(self, count: int | None) -> None:
        """Ask until when the tickets are to be out of the way; an empty answer wakes them."""
        targets, desk = self.targets(), self.desk_app.desk
        current = self.current()
        asleep = current is not None and current.is_snoozed(desk.now())
        await self.ask(
            f"Snooze {self.subject_of(targets)} until:",
            lambda typed: self._snooze(typed.strip(), targets),
            blank=asleep,
            explanation="2h, 3d, tomorrow, monday 9:00, 2026-12-01" + (" · enter alone wakes it" if asleep else ""),
            completions=SNOOZE_WORDS,
            history="snooze",
            enter="save",
        )

    async def _snooze(self, until: str, targets: Targets) -> None:
        tickets, references = self.desk_app.desk.tickets, [str(number) for number in targets]
        if not await self.agree_to({"snooze": until or "wake"}, targets):
            return
        if until:
            updated = await self.change(tickets.snooze, references, until)
        else:
            updated = await self.change(tickets.wake, references)
        self.remember(partial(self._snooze, until))
        ends = next((each.snoozed_until for each in updated.tickets if each.snoozed_until), None)
        what = f"snoozed until {moment.local(ends)}, or until the requester writes" if until and ends else "awake"
        await self.changed(targets, updated.changed, what)

    async def do_merge(self, count: int | None) -> None:
        """Ask which ticket is to continue these."""
        targets = self.targets()
        await self.ask(
            f"Merge {self.subject_of(targets)} into #:",
            lambda typed: self._merge(targets, typed.strip()),
            otherwise="nothing merged",
            explanation="The number of the ticket that continues: the words are shown there, nobody is mailed",
            enter="merge",
        )

    async def _merge(self, targets: Targets, into: str) -> None:
        desk = self.desk_app.desk
        target = await desk.run(desk.tickets.get_continuing, into)
        rows = await desk.run(desk.tickets.summaries, sorted(targets))
        others = {row.contact_email for row in rows} - {target.contact_email}
        apart = f"#{target.number} is {target.contact_email}'s, not {' or '.join(sorted(others)[:3])}'s."
        if not await self.prompt.confirm(
            f"Merge {self.subject_of(targets)} into #{target.number}",
            about=target.title,
            explanation=apart if others else "",
        ):
            self.status.note("nothing merged")
            return
        await self.change(desk.relations.merge, [str(number) for number in targets], into)
        await self.clear_marks()
        await self.show_gone(targets, target.number)
        self.status.done(f"{self.subject_of(targets)} merged into #{target.number} · u to undo")

    async def do_link(self, count: int | None) -> None:
        """Ask which ticket to link these to, or which link to remove."""
        targets, desk = self.targets(), self.desk_app.desk
        linked = await desk.run(desk.relations.of, str(next(iter(targets)))) if len(targets) == 1 else None
        numbers = linked.linked if linked else ()
        now = (
            f" · linked now: {', '.join(f'#{number}' for number in numbers)}; -{numbers[0]} unlinks" if numbers else ""
        )
        await self.ask(
            f"Link {self.subject_of(targets)} to #:",
            lambda typed: self._link(targets, typed.strip()),
            explanation=f"The number of the other ticket{now}",
            enter="link",
        )

    async def _link(self, targets: Targets, typed: str) -> None:
        relations, other = self.desk_app.desk.relations, typed.removeprefix("-")
        change, done = (relations.unlink, "unlinked from") if typed != other else (relations.link, "linked to")
        updated = await self.change(change, [str(number) for number in targets], other)
        await self.changed(targets, updated.changed, f"{done} #{other.removeprefix('#')}")

    async def do_status_still_resolved(self, count: int | None) -> None:
        """Resolve again what somebody's word has reopened; nobody is mailed."""
        await self._resolve_again(self.targets())

    async def _resolve_again(self, targets: Targets) -> None:
        if not await self.agree_to_group("resolve again", targets):
            return
        resolve_again = self.desk_app.desk.tickets.resolve_again
        updated = await self.change(resolve_again, [str(number) for number in targets])
        self.remember(self._resolve_again)
        await self.changed(targets, updated.changed, "still resolved, nobody is mailed")

    async def do_away(self, count: int | None) -> None:
        """Be away and hand over the open tickets, or be back."""
        # Lazy import: keeps start-up fast.
        from supportdesk.services.agents import AgentChange

        desk = self.desk_app.desk
        me = next((each for each in await desk.run(desk.agents.list) if each.name == desk.actor), Agent(desk.actor))
        if me.is_away:
            await self.change(desk.agents.set, desk.actor, AgentChange(away=False))
            self.status.done("you are back · u to undo")
            return
        owned = f"{me.open_tickets:,} open ticket{'s' * (me.open_tickets != 1)}"
        key = await self.prompt.choose(
            f"Away: y hands your {owned} to the team · k keeps them (enter: stay here)", enter="stay here"
        )
        if (key or "").lower() not in ("y", "k"):
            self.status.note("you are still here")
            return
        if key and key.lower() == "y" and me.open_tickets:
            await self.change(desk.tickets.hand_over, desk.actor)
        await self.change(desk.agents.set, desk.actor, AgentChange(away=True))
        handed = f"; {owned} handed to the team" if key and key.lower() == "y" and me.open_tickets else ""
        self.status.done(f"you are away{handed} · the same key brings you back")
