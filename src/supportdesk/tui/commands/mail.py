"""Commands of the mail log."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, CommandContext, Scope


def _needs_message(context: CommandContext) -> str:
    return "" if context.message else "there is no message here"


def _needs_retried(context: CommandContext) -> str:
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.mail.notification import RETRIED

    message = context.message
    if message is not None and message.status not in RETRIED:
        return f"this message is {message.status}; only failed and unknown ones can be sent again"
    return _needs_message(context)


MAIL: tuple[Command, ...] = (
    Command(
        "mail.search",
        "Search the mail",
        ("/",),
        Scope.MAIL,
        hint="search",
        cli_equivalent="notification list --search TEXT",
    ),
    Command(
        "mail.filter",
        "Show mail in one state, with counts",
        ("f",),
        Scope.MAIL,
        hint="filter",
        cli_equivalent="notification list --status failed",
    ),
    Command(
        "mail.retry",
        "Send this message again",
        ("r",),
        Scope.MAIL,
        hint="retry",
        cli_equivalent="notification retry REF",
        disabled_reason=_needs_retried,
    ),
)
