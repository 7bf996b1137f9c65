"""What the main screens are made of."""

import pytest

from supportdesk.tui.experiments.screen import ExperimentsScreen
from supportdesk.tui.faqs.gaps import GapsScreen
from supportdesk.tui.faqs.screen import FaqsScreen
from supportdesk.tui.history.screen import HistoryScreen
from supportdesk.tui.preferences.screen import PreferencesScreen
from supportdesk.tui.tickets.board import BoardScreen
from supportdesk.tui.tickets.screen import TicketsScreen

# Called by the feed, and by no message.
NEWS = {"on_entries", "on_mail", "on_traffic"}


@pytest.mark.parametrize(
    "screen", [TicketsScreen, BoardScreen, FaqsScreen, GapsScreen, HistoryScreen, PreferencesScreen, ExperimentsScreen]
)
def test_no_message_is_handled_twice(screen):
    """Textual calls the handler of every class a screen comes from: two would take each command twice over."""
    handlers = [
        name.lstrip("_")
        for kind in screen.__mro__
        if kind.__module__.startswith("supportdesk.")
        for name in vars(kind)
        if name.startswith(("on_", "_on_")) and name not in NEWS
    ]
    assert "on_mount" in handlers
    assert sorted(handlers) == sorted(set(handlers))
