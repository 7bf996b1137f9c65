"""Commands of the history."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, Scope, needs_rows

HISTORY: tuple[Command, ...] = (
    Command("history.ticket", "Go to the ticket of this line", ("t",), Scope.HISTORY, disabled_reason=needs_rows),
)
