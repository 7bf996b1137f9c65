"""The screens. They call services and know no SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supportdesk.services.settings.settings import Settings


def open_app(settings: Settings, *, demo: bool = False) -> int:
    """Open the app on the desk of the settings until the agent leaves; return the exit code.

    Raises a `DeskError` before anything is drawn when the terminal, the settings or the desk do not allow it.
    """
    # Lazy import: a command that opens no screen never imports Textual.
    from supportdesk.tui.start import start

    return start(settings, demo=demo)
