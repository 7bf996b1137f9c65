"""Undo and redo, from any screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from supportdesk.domain.journal import Entry, EntryKind, Subject
from supportdesk.domain.text import excerpt
from supportdesk.services.journal import UndoBlocked
from supportdesk.tui.navigation import Navigation

if TYPE_CHECKING:
    from supportdesk.domain.conversation.message import Message
    from supportdesk.services.drafts import Drafts
    from supportdesk.services.journal import UndoPreview, UndoResult
    from supportdesk.tui.screens.desk_screen import DeskScreen


class Undoing(Navigation, inherit_bindings=False):
    """The part of the app that takes changes back, and makes them again."""

    drafts: Drafts

    async def do_undo(self, count: int | None) -> None:
        """Undo this agent's last change."""
        await self._undo(())

    async def do_redo(self, count: int | None) -> None:
        """Do again what this agent undid last; ask before requesters are told again."""
        journal, screen = self.desk.journal, self.desk_screen
        preview = await self.desk.run(journal.preview_redo)
        warning = f"{preview.redone}; {preview.warning}." if preview.warning else ""
        if screen and warning and not await screen.prompt.confirm("Redo?", explanation=warning):
            screen.status.note("nothing redone")
            return
        redone = await self.desk.run(journal.redo, change=preview.change)
        await self.feed.show_changes()
        if screen is not None:
            done = _words(redone, lambda entry: replace(entry, notes="").summary)
            screen.status.done(f"redone: {done} · u to undo")

    async def _undo(self, blocked: Sequence[UndoBlocked]) -> None:
        """Undo the last change that nothing blocks; ask first when that is not the last one."""
        journal, screen = self.desk.journal, self.desk_screen
        preview = await self.desk.run(journal.preview_undo, blocked)
        if screen and not await self._agreed(screen, preview, blocked):
            screen.status.note("nothing undone")
            return
        replies = await self._replies_of(preview.entries)
        try:
            undone = await self.desk.run(journal.undo, change=preview.change, blocked=blocked)
        except UndoBlocked as found:
            await self._undo((*blocked, found))
            return
        await self.feed.show_changes()
        if screen is not None:
            screen.status.done(f"undone: {_words(undone, lambda entry: entry.undone)}{self._draft_again(replies)}")

    async def _agreed(self, screen: DeskScreen, preview: UndoPreview, blocked: Sequence[UndoBlocked]) -> bool:
        """Ask before requesters are told again, and before an older change is undone instead of the last one."""
        warning = f"{preview.summary}; {preview.warning}." if preview.warning else ""
        stays = blocked[0].reason if blocked else preview.passed
        if not stays:
            # Above the question, where a long warning has room for all of it.
            return not warning or await screen.prompt.confirm("Undo?", explanation=warning)
        stays = f"Cannot be undone: {excerpt(stays)}."
        about, _, what = preview.summary.partition(": ")
        return await screen.prompt.confirm(
            f"Undo {about} instead:" if about else "Undo instead:",
            about=what,
            explanation=f"{stays} {warning}".rstrip(),
        )

    async def _replies_of(self, entries: Sequence[Entry]) -> Sequence[tuple[int, Message]]:
        if not any(entry.kind is EntryKind.TICKET_REPLIED for entry in entries):
            return ()
        # Lazy import: keeps start-up fast.
        from supportdesk.tui.conversation.withdrawn import replies_of

        return await self.desk.run(replies_of, self.desk, entries)

    def _draft_again(self, replies: Sequence[tuple[int, Message]]) -> str:
        """Keep what replies said as drafts; return the words for it."""
        if not replies:
            return ""
        from supportdesk.tui.conversation.withdrawn import keep_as_draft

        kept = [keep_as_draft(self.drafts, number, reply) for number, reply in replies]
        return " · its text is a draft again (r)" if any(kept) else ""


def _words(undone: UndoResult, say: Callable[[Entry], str]) -> str:
    # Of an answered ticket, what happened to the ticket matters more than what an FAQ learned from it.
    first = min(undone.entries, key=lambda entry: entry.kind.row.subject is not Subject.TICKET)
    others = list(dict.fromkeys(entry.about for entry in undone.entries if entry.about != first.about))
    more = f" and {others[0] if len(others) == 1 else f'{len(others)} more'}" if others else ""
    return f"{first.about}{more}: {say(first)}".removeprefix(": ")
