"""What is done with preferences."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, Scope, Situation


def _needs_preference(situation: Situation) -> str:
    return "" if situation.preference else "nobody's preferences are stored here; c sets somebody's"


PREFERENCES: tuple[Command, ...] = (
    Command(
        "preference.search",
        "Search the addresses",
        ("/",),
        Scope.PREFERENCES,
        hint="search",
        twin="preference list --search TEXT",
    ),
    Command("preference.create", "Set anybody's preferences", ("c",), Scope.PREFERENCES, hint="set somebody's"),
    Command(
        "preference.edit",
        "Change these preferences",
        ("e",),
        Scope.PREFERENCES,
        hint="change",
        twin="preference set EMAIL",
        disabled=_needs_preference,
    ),
    Command(
        "preference.immediate",
        "Only immediate",
        ("f i",),
        Scope.PREFERENCES,
        hint="filter",
        twin="preference list --frequency immediate",
    ),
    Command(
        "preference.daily",
        "Only daily",
        ("f d",),
        Scope.PREFERENCES,
        twin="preference list --frequency daily",
    ),
    Command(
        "preference.weekly",
        "Only weekly",
        ("f w",),
        Scope.PREFERENCES,
        twin="preference list --frequency weekly",
    ),
    Command(
        "preference.none",
        "Only none",
        ("f n",),
        Scope.PREFERENCES,
        twin="preference list --frequency none",
    ),
    Command(
        "preference.off",
        "Only those with mail off",
        ("f o",),
        Scope.PREFERENCES,
        twin="preference list --no-email-notifications",
    ),
    Command(
        "preference.language",
        "Only one language",
        ("f l",),
        Scope.PREFERENCES,
        twin="preference list --language de",
    ),
    Command("preference.all", "Everybody", ("f a",), Scope.PREFERENCES, twin="preference list"),
)
