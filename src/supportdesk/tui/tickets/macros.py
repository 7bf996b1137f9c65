"""Macros by keyboard: named actions on the marked tickets, or on the current one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from supportdesk.tui.commands import Command
from supportdesk.tui.commands.command import macro_command
from supportdesk.tui.tickets.changing import Targets
from supportdesk.tui.tickets.teamwork import TicketTeamwork


class TicketMacros(TicketTeamwork):
    """Several changes under one name and one undo."""

    def __init__(self) -> None:
        super().__init__()
        self._macros: Sequence[Command] = ()

    async def list_commands(self) -> None:
        """Read which macros there are, so that they are found like commands."""
        desk = self.desk_app.desk
        known = {command.macro.casefold(): command for command in self.desk_app.keymap.macros}
        names = [macro.name for macro in await desk.run(desk.macros.list)]
        self._macros = [known.get(name.casefold()) or macro_command(name) for name in names]

    def commands(self) -> list[Command]:
        """Return the commands that work here and now, and the macros."""
        return [*super().commands(), *([] if self.in_mail else self._macros)]

    async def do_macro(self, count: int | None) -> None:
        """Ask for a macro by its name, and run it."""
        desk, targets = self.desk_app.desk, self.targets()
        names = [each.name for each in await desk.run(desk.macros.list)]
        if not names:
            self.refuse("there are no macros; `supportdesk macro save NAME` makes one")
            return
        await self.ask(
            f"Macro for {self.subject_of(targets)}:",
            lambda typed: self._run_macro(typed.strip(), targets),
            otherwise="nothing done",
            explanation="  ".join(names[:20]),
            completions=names,
            history="macro",
        )

    async def run_macro(self, name: str) -> None:
        """Run a macro of this name, which a key was given to."""
        await self._run_macro(name, self.targets())

    async def _run_macro(self, name: str, targets: Targets) -> None:
        desk, references = self.desk_app.desk, [str(number) for number in targets]
        preview = await desk.run(desk.macros.preview, name, references, take=True)
        if not await self.agree(preview):
            return
        updated = await self.taking(targets, partial(self.change, desk.macros.run, name, references))
        if updated is None:
            return
        self.remember(partial(self._run_macro, name))
        # What a single ticket was not asked about is said: it may have mailed somebody.
        did = f": {preview.actions.verbs}" if preview.tickets == 1 else ""
        mailed = ", the requester is mailed" if preview.tickets == preview.mailed == 1 else ""
        await self.changed(targets, updated.changed, f"macro {name} done{did}{mailed}")
