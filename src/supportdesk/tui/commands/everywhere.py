"""Commands of every screen and of lists."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, CommandContext, Scope, needs_rows


def _needs_search(context: CommandContext) -> str:
    return "" if context.search else "there is no search; / starts one"


EVERYWHERE: tuple[Command, ...] = (
    Command("help", "Help: the keys of this screen", ("?", "f1"), Scope.EVERYWHERE, hint="help", synonyms=("keys",)),
    Command(
        "manual",
        "The manual's page about this screen",
        ("g ?",),
        Scope.EVERYWHERE,
        cli_equivalent="help TOPIC",
        synonyms=("documentation",),
    ),
    Command("prompt", "Type a command, a ticket number or a search", (":",), Scope.EVERYWHERE),
    Command("palette", "Find any command", ("ctrl+p",), Scope.EVERYWHERE),
    Command("go.tickets", "Go to Tickets", ("f2", "g t"), Scope.EVERYWHERE, cli_equivalent="ticket list"),
    Command("go.faqs", "Go to FAQs", ("f3", "g f"), Scope.EVERYWHERE, cli_equivalent="faq list"),
    Command("go.experiments", "Go to Experiments", ("f6", "g e"), Scope.EVERYWHERE, cli_equivalent="experiment list"),
    Command("go.history", "Go to History", ("f4", "g h"), Scope.EVERYWHERE, cli_equivalent="history"),
    Command("go.preferences", "Go to Preferences", ("f5", "g p"), Scope.EVERYWHERE, cli_equivalent="preference list"),
    Command(
        "mail",
        "Mail log on and off",
        ("m",),
        Scope.EVERYWHERE,
        hint="mail",
        cli_equivalent="notification list",
        synonyms=("outbox", "notifications"),
    ),
    Command(
        "go.incoming",
        "Go to the mail that waits for a decision",
        ("g m",),
        Scope.EVERYWHERE,
        cli_equivalent="mail list",
        synonyms=("quarantine", "parked", "blocked", "spam"),
    ),
    Command(
        "undo",
        "Undo my last change",
        ("u",),
        Scope.EVERYWHERE,
        hint="undo",
        cli_equivalent="undo",
        synonyms=("revert",),
    ),
    Command(
        "redo",
        "Redo what I undid last",
        ("U",),
        Scope.EVERYWHERE,
        cli_equivalent="redo",
        synonyms=("undo the undo", "again"),
    ),
    Command("back", "Go one level back", ("escape",), Scope.EVERYWHERE),
    Command(
        "leave", "Leave this pane or screen; at the top, quit", ("q",), Scope.EVERYWHERE, synonyms=("quit", "close")
    ),
    Command("theme", "Choose the colours", ("T",), Scope.EVERYWHERE, synonyms=("theme", "color")),
    Command("repaint", "Repaint the screen", ("ctrl+l",), Scope.EVERYWHERE),
    Command("suspend", "Suspend; fg in the shell comes back", ("ctrl+z",), Scope.EVERYWHERE),
    Command("exit", "Quit at once; what you typed is kept", ("ctrl+c",), Scope.EVERYWHERE, synonyms=("quit at once",)),
    Command("down", "Move down", ("j", "down"), Scope.LIST),
    Command("up", "Move up", ("k", "up"), Scope.LIST),
    Command("first", "Go to the first", ("g g", "home"), Scope.LIST),
    Command("last", "Go to the last", ("G", "end"), Scope.LIST),
    Command("half.down", "Move half a page down", ("ctrl+d",), Scope.LIST),
    Command("half.up", "Move half a page up", ("ctrl+u",), Scope.LIST),
    Command("page.down", "Move a page down", ("pagedown",), Scope.LIST),
    Command("page.up", "Move a page up", ("pageup",), Scope.LIST),
    Command("pane", "Go to the other pane", ("tab",), Scope.LIST),
    Command("row.next", "Open the next row", ("J",), Scope.LIST, disabled_reason=needs_rows),
    Command("row.previous", "Open the previous row", ("K",), Scope.LIST, disabled_reason=needs_rows),
    Command("next", "Next match in the text", ("n",), Scope.LIST, disabled_reason=_needs_search),
    Command("previous", "Previous match in the text", ("N",), Scope.LIST, disabled_reason=_needs_search),
    Command(
        "open",
        "Open",
        ("enter",),
        Scope.LIST,
        hint="open",
        cli_equivalent="ticket show REF",
        disabled_reason=needs_rows,
    ),
)
