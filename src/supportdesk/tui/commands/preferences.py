"""What is done with preferences."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, CommandContext, Scope


def _needs_preference(context: CommandContext) -> str:
    return "" if context.preference else "nobody's preferences are stored here; c sets somebody's"


PREFERENCES: tuple[Command, ...] = (
    Command(
        "preference.search",
        "Search the addresses",
        ("/",),
        Scope.PREFERENCES,
        hint="search",
        cli_equivalent="preference list --search TEXT",
    ),
    Command("preference.create", "Set anybody's preferences", ("c",), Scope.PREFERENCES, hint="set somebody's"),
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
        "Only immediate",
        ("f i",),
        Scope.PREFERENCES,
        hint="filter",
        cli_equivalent="preference list --frequency immediate",
    ),
    Command(
        "preference.daily",
        "Only daily",
        ("f d",),
        Scope.PREFERENCES,
        cli_equivalent="preference list --frequency daily",
    ),
    Command(
        "preference.weekly",
        "Only weekly",
        ("f w",),
        Scope.PREFERENCES,
        cli_equivalent="preference list --frequency weekly",
    ),
    Command(
        "preference.none",
        "Only none",
        ("f n",),
        Scope.PREFERENCES,
        cli_equivalent="preference list --frequency none",
    ),
    Command(
        "preference.off",
        "Only those with mail off",
        ("f o",),
        Scope.PREFERENCES,
        cli_equivalent="preference list --no-email-notifications",
    ),
    Command(
        "preference.language",
        "Only one language",
        ("f l",),
        Scope.PREFERENCES,
        cli_equivalent="preference list --language de",
    ),
    Command("preference.all", "Everybody", ("f a",), Scope.PREFERENCES, cli_equivalent="preference list"),
)
