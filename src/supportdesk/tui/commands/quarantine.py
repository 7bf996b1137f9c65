"""Commands of the mail that waits for a decision."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, Scope, needs_rows

QUARANTINE: tuple[Command, ...] = (
    Command(
        "quarantine.accept",
        "Make a ticket of this mail; nobody is mailed",
        ("a",),
        Scope.QUARANTINE,
        hint="accept",
        cli_equivalent="mail accept REF",
        disabled_reason=needs_rows,
    ),
    Command(
        "quarantine.add",
        "Add this mail to a ticket (asks which)",
        ("t",),
        Scope.QUARANTINE,
        hint="add to",
        cli_equivalent="mail accept REF --ticket REF",
        disabled_reason=needs_rows,
    ),
    Command(
        "quarantine.discard",
        "Discard this mail; its raw bytes are kept",
        ("d",),
        Scope.QUARANTINE,
        hint="discard",
        cli_equivalent="mail discard REF",
        disabled_reason=needs_rows,
    ),
    Command(
        "quarantine.block",
        "Park everything that its sender, or a domain, sends",
        ("b",),
        Scope.QUARANTINE,
        hint="block",
        cli_equivalent="mail block ADDRESS",
    ),
    Command(
        "quarantine.unblock",
        "Accept what a blocked sender sends again",
        ("B",),
        Scope.QUARANTINE,
        cli_equivalent="mail unblock ADDRESS",
    ),
    Command(
        "quarantine.raw",
        "Read the mail as it came in",
        ("R",),
        Scope.QUARANTINE,
        hint="raw",
        cli_equivalent="mail show REF --raw",
        disabled_reason=needs_rows,
    ),
)
