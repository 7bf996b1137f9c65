"""Commands of the board."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, Scope, needs_rows

BOARD: tuple[Command, ...] = (
    Command("board.left", "Go to the column on the left", ("h", "left"), Scope.BOARD),
    Command("board.right", "Go to the column on the right", ("l", "right"), Scope.BOARD),
    Command(
        "board.move.left",
        "Move the card to the column on the left",
        ("H",),
        Scope.BOARD,
        hint="card left",
        cli_equivalent="ticket update REF --status new",
        disabled_reason=needs_rows,
    ),
    Command(
        "board.move.right",
        "Move the card to the column on the right",
        ("L",),
        Scope.BOARD,
        hint="card right",
        cli_equivalent="ticket update REF --status resolved",
        disabled_reason=needs_rows,
    ),
    Command("board.by", "Columns by status or by owner", ("o",), Scope.BOARD, hint="by owner/status"),
    Command("board.list", "Back to the list of tickets", ("B",), Scope.BOARD, hint="list"),
)
