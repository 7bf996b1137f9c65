"""Commands of preferences."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, CommandContext, Scope


def _needs_preference(context: CommandContext) -> str:
    return "" if context.preference else "no preferences are stored here; c sets those of an address"


PREFERENCES: tuple[Command, ...] = (
    Command(
        "preference.search",
        "Search the addresses",
        ("/",),
        Scope.PREFERENCES,
        hint="search",
        cli_equivalent="preference list --search TEXT",
    ),
    Command("preference.create", "Set the preferences of an address", ("c",), Scope.PREFERENCES, hint="set"),
    Command(
        "preference.edit",
        "Change these preferences",
        ("e",),
        Scope.PREFERENCES,
        hint="change",
        cli_equivalent="preference set EMAIL",
        disabled_reason=_needs_preference,
    ),
    Command(
        "preference.immediate",
        "Show only immediate mail",
        ("f i",),
        Scope.PREFERENCES,
        hint="filter",
        cli_equivalent="preference list --frequency immediate",
    ),
    Command(
        "preference.daily",
        "Show only daily digests",
        ("f d",),
        Scope.PREFERENCES,
        cli_equivalent="preference list --frequency daily",
    ),
    Command(
        "preference.weekly",
        "Show only weekly digests",
        ("f w",),
        Scope.PREFERENCES,
        cli_equivalent="preference list --frequency weekly",
    ),
    Command(
        "preference.none",
        "Show only those who want no mail",
        ("f n",),
        Scope.PREFERENCES,
        cli_equivalent="preference list --frequency none",
    ),
    Command(
        "preference.off",
        "Show only those with mail off",
        ("f o",),
        Scope.PREFERENCES,
        cli_equivalent="preference list --no-email-notifications",
    ),
    Command(
        "preference.language",
        "Show only one language",
        ("f l",),
        Scope.PREFERENCES,
        cli_equivalent="preference list --language de",
    ),
    Command("preference.all", "Show everybody", ("f a",), Scope.PREFERENCES, cli_equivalent="preference list"),
)
