"""Start of the app: checks, settings, desk, app."""

from __future__ import annotations

import os
from time import monotonic, sleep

from supportdesk.domain.errors import DeskError, DeskReplaced, Unavailable, invalid, one_of
from supportdesk.services.crash_report import write_crash_report
from supportdesk.services.desk import Desk
from supportdesk.services.drafts import Drafts
from supportdesk.services.settings.settings import Settings
from supportdesk.tui.terminal.check import check_terminal

REOPEN_SECONDS, REOPEN_PAUSE = 3.0, 0.1

REPLACED = "The desk was replaced while you had it open, as by a restored backup. This is the one that is there now."


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
    replaced = None
    while True:
        with _open(settings, replaced) as desk:
            app = SupportDesk(
                desk,
                Drafts(settings.state_folder, desk.address, desk.actor),
                keymap,
                theme=settings.theme,
                bell=settings.bell,
                viewers=settings.viewers,
                demo=demo,
                notice="" if replaced is None else REPLACED,
                driver=DeskDriver,
            )
            code = app.run() or 0
        if isinstance(app.internal_error, DeskError):
            raise app.internal_error
        if app.internal_error is not None:
            raise write_crash_report(app.internal_error)
        if app.replaced is None:
            return code
        replaced = app.replaced


def _open(settings: Settings, replaced: DeskReplaced | None) -> Desk:
    """Open the desk; where it was replaced, wait a while until the new file is complete."""
    until = monotonic() + REOPEN_SECONDS
    while True:
        try:
            return Desk(
                settings.db, settings.agent, mail=settings.mail, macros=settings.macros, create=replaced is None
            )
        except DeskError as error:
            if replaced is None:
                raise
            if monotonic() > until:
                raise Unavailable(f"{replaced.message}; {error.message}", field="db") from error
            sleep(REOPEN_PAUSE)
