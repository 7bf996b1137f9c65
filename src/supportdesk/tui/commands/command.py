"""Commands: their declaration, their scopes and their context."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supportdesk.domain.experiments.experiment import Experiment
    from supportdesk.domain.faq import Faq
    from supportdesk.domain.mail.notification import Notification
    from supportdesk.domain.preference import Preference
    from supportdesk.domain.ticket import TicketSummary


class Scope(StrEnum):
    """Where a command works; the value is its heading in help."""

    EVERYWHERE = "Everywhere"
    LIST = "Lists and texts"
    TICKET = "A ticket"
    TICKETS = "Tickets"
    BOARD = "The board"
    FAQS = "FAQs"
    GAPS = "Gaps"
    PREFERENCES = "Preferences"
    HISTORY = "History"
    EXPERIMENTS = "Experiments"
    MAIL = "The mail log"
    QUARANTINE = "Incoming mail"
    FORM = "Forms"
    TICKET_FORM = "The form of a ticket"
    EXPERIMENT_FORM = "The form of an experiment"
    EDIT_FORM = "The form that edits a ticket"
    REPLY_FORM = "The form of a reply"


@dataclass(frozen=True, slots=True)
class CommandContext:
    """What the screen knows when it asks whether a command makes sense now."""

    rows: int = 0
    ticket: TicketSummary | None = None
    marked: int = 0
    search: str = ""
    faq: Faq | None = None
    experiment: Experiment | None = None
    preference: Preference | None = None
    message: Notification | None = None


Reason = Callable[[CommandContext], str]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    `keys` are sequences such as `s r`; `hint` is its word in the bottom line ("" keeps it out); `cli_equivalent` is
    the command line that does the same; `synonyms` are other words that find it; `disabled_reason` says why it does
    not apply now, or "" when it does. `macro` is the name of the macro that it runs, for a key of the user's own.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    scope: Scope
    hint: str = ""
    cli_equivalent: str = ""
    synonyms: tuple[str, ...] = ()
    disabled_reason: Reason = lambda context: ""
    macro: str = ""

    @property
    def method(self) -> str:
        """Return the name of the method that runs it, on a screen or on the app."""
        return "do_" + self.id.replace(".", "_").replace("-", "_")


MACRO = "macro."
"""What the id of a command that runs a macro begins with."""


def macro_command(name: str, keys: tuple[str, ...] = ()) -> Command:
    """Return the command that runs a macro on tickets."""
    return Command(
        f"{MACRO}{name}",
        f"Macro: {name}",
        keys,
        Scope.TICKET,
        cli_equivalent=f"macro run {name!r} REF",
        disabled_reason=needs_ticket,
        macro=name,
    )


def needs_ticket(context: CommandContext) -> str:
    """Return why a command on a ticket does not apply; empty when it does."""
    return "" if context.ticket or context.marked else "there is no ticket here; c creates one"


def needs_rows(context: CommandContext) -> str:
    """Return why a command on rows does not apply; empty when it does."""
    return "" if context.rows else "this list is empty"
