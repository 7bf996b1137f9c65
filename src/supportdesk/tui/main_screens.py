"""The main screens by name, each imported when it is first opened."""

from __future__ import annotations

from supportdesk.tui.screens.desk_screen import DeskScreen


def new_screen(name: str) -> DeskScreen:
    """Return a new main screen; lazy imports keep start-up fast. Raises `LookupError` for a name that none has."""
    match name:
        case "tickets":
            from supportdesk.tui.tickets.screen import TicketsScreen

            return TicketsScreen()
        case "board":
            from supportdesk.tui.tickets.board import BoardScreen

            return BoardScreen()
        case "faqs":
            from supportdesk.tui.faqs.screen import FaqsScreen

            return FaqsScreen()
        case "gaps":
            from supportdesk.tui.faqs.gaps import GapsScreen

            return GapsScreen()
        case "incoming":
            from supportdesk.tui.intake.screen import QuarantineScreen

            return QuarantineScreen()
        case "history":
            from supportdesk.tui.history.screen import HistoryScreen

            return HistoryScreen()
        case "experiments":
            from supportdesk.tui.experiments.screen import ExperimentsScreen

            return ExperimentsScreen()
        case "preferences":
            from supportdesk.tui.preferences.screen import PreferencesScreen

            return PreferencesScreen()
    raise LookupError(name)
