"""What is done with mail, in the mail log."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, Scope, Situation


def _needs_message(situation: Situation) -> str:
    return "" if situation.message else "there is no message here"


def _needs_retried(situation: Situation) -> str:
    # Imported here: mail is not looked at before there is a first screen.
    from supportdesk.domain.notification import RETRIED

    message = situation.message
    if message is not None and message.status not in RETRIED:
        return f"this message is {message.status}; only failed and unknown ones can be sent again"
    return _needs_message(situation)


MAIL: tuple[Command, ...] = (
    Command(
        "mail.search", "Search the mail", ("/",), Scope.MAIL, hint="search", twin="notification list --search TEXT"
    ),
    Command(
        "mail.filter",
        "Show mail in one state, with counts",
        ("f",),
        Scope.MAIL,
        hint="filter",
        twin="notification list --status failed",
    ),
    Command(
        "mail.retry",
        "Send this message again",
        ("r",),
        Scope.MAIL,
        hint="retry",
        twin="notification retry REF",
        disabled=_needs_retried,
    ),
)
