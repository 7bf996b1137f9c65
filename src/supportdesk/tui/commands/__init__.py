"""The command table: every key, hint, help line, palette entry and `:` command comes from here."""

from __future__ import annotations

from supportdesk.tui.commands.board import BOARD
from supportdesk.tui.commands.command import Command, CommandContext, Scope
from supportdesk.tui.commands.everywhere import EVERYWHERE
from supportdesk.tui.commands.experiments import EXPERIMENTS
from supportdesk.tui.commands.faqs import FAQS
from supportdesk.tui.commands.forms import FORMS
from supportdesk.tui.commands.history import HISTORY
from supportdesk.tui.commands.mail import MAIL
from supportdesk.tui.commands.preferences import PREFERENCES
from supportdesk.tui.commands.quarantine import QUARANTINE
from supportdesk.tui.commands.tickets import TICKETS

__all__ = ["BY_ID", "COMMANDS", "Command", "CommandContext", "Scope"]

COMMANDS: tuple[Command, ...] = (
    *EVERYWHERE,
    *TICKETS,
    *BOARD,
    *FAQS,
    *PREFERENCES,
    *HISTORY,
    *EXPERIMENTS,
    *MAIL,
    *QUARANTINE,
    *FORMS,
)
BY_ID = {command.id: command for command in COMMANDS}
