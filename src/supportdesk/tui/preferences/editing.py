"""Editing the preferences of one address from any screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supportdesk.tui.screens.desk_screen import DeskScreen


async def edit_preferences(screen: DeskScreen, email: str) -> None:
    """Open the form with the preferences in force for an address; show on `screen` what was changed."""
    # Lazy import: keeps start-up fast.
    from supportdesk.tui.preferences.form import PreferenceForm

    desk = screen.desk_app.desk
    before = await desk.run(desk.preferences.get, email)
    words = await screen.run_form(PreferenceForm(before))
    if words:
        screen.status.done(f"{before.email}: {words} · u to undo")
    elif words is not None:
        screen.status.note(f"nothing to change: {before.email} already has these preferences")
