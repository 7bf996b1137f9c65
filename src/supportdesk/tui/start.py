"""Start of the app: checks, settings, desk, app."""

from __future__ import annotations

import os

from supportdesk.domain.errors import invalid, one_of
from supportdesk.services.crash_report import write_crash_report
from supportdesk.services.desk import Desk
from supportdesk.services.drafts import Drafts
from supportdesk.services.settings.settings import Settings
from supportdesk.tui.terminal.check import check_terminal


def start(settings: Settings, *, demo: bool) -> int:
    """Run the app until the agent leaves; return the exit code."""
    check_terminal()
    # Read when Textual is imported; animations are bytes without information.
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    from textual.theme import BUILTIN_THEMES

    from supportdesk.tui.app import SupportDesk
    from supportdesk.tui.commands.keymap import KeyMap
    from supportdesk.tui.terminal.driver import DeskDriver

    if settings.theme not in BUILTIN_THEMES:
        raise invalid("theme", settings.theme, one_of(sorted(BUILTIN_THEMES)))
    keymap = KeyMap(settings.keys)
    settings.make_place()
    with Desk(settings.db, settings.agent, mail=settings.mail) as desk:
        app = SupportDesk(
            desk,
            Drafts(settings.state_folder, desk.path, desk.actor),
            keymap,
            theme=settings.theme,
            demo=demo,
            driver=DeskDriver,
        )
        code = app.run() or 0
        if app.internal_error is not None:
            raise write_crash_report(app.internal_error)
        return code
