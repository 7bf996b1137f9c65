"""The FAQs screen: write, edit, vote, delete, bring back."""

from __future__ import annotations

from supportdesk.domain.errors import InvalidValue, quoted
from supportdesk.domain.faq import Faq
from supportdesk.tui.faqs.browser import FaqBrowser
from supportdesk.tui.faqs.pane import FaqView

DIGITS = 18
"""Of a number that is typed, what any engine can store."""


class FaqsScreen(FaqBrowser):
    """The answers of the desk, to find, read and write."""

    async def do_faq_create(self, count: int | None) -> None:
        """Open the form."""
        await self._write(None)

    async def _write(self, faq: Faq | None) -> None:
        from supportdesk.tui.faqs.form import faq_form

        desk = self.desk_app.desk
        number = await self.run_form(await faq_form(desk, faq))
        if number is not None:
            await self.show_written(await desk.run(desk.faqs.get, str(number)))
            self.status.done(f"FAQ #{number} saved · u to undo")

    async def do_faq_edit(self, count: int | None) -> None:
        """Open the form with what the FAQ says now."""
        current = self.current()
        if current is not None:
            desk = self.desk_app.desk
            await self._write(await desk.run(desk.faqs.get, str(current.number)))

    async def do_faq_delete(self, count: int | None) -> None:
        """Delete, after asking."""
        faq = self.current()
        if faq is None or not await self.prompt.confirm(f"Delete FAQ #{faq.number}", about=faq.question):
            self.status.note("nothing deleted")
            return
        await self.change(self.desk_app.desk.faqs.delete, str(faq.number), seen=faq.version)
        self.status.done(f"FAQ #{faq.number} deleted · u to undo, D lists what was deleted")

    async def do_faq_undelete(self, count: int | None) -> None:
        """Choose one of the deleted FAQs, and bring it back as it was."""
        # Lazy import: keeps start-up fast.
        from supportdesk.tui.screens.picker import Picker

        desk = self.desk_app.desk
        deleted = await desk.run(desk.faqs.deleted)
        if not deleted:
            self.status.note("no FAQ is deleted")
            return
        choices = [(f"#{each.number} {each.question}", each.answer) for each in deleted]
        chosen = await self.pick(Picker("Deleted FAQs", choices, enter="bring back"))
        if chosen is None:
            self.status.note("nothing brought back")
            return
        faq = await self.change(desk.faqs.undelete, chosen[0].partition(" ")[0])
        await self.show_written(faq)
        self.status.done(f"FAQ #{faq.number} is back · u to undo")

    async def _vote(self, *, helpful: bool) -> None:
        faq = self.current()
        if faq is not None:
            self.list.replace([await self.change(self.desk_app.desk.faqs.vote, str(faq.number), helpful=helpful)])
            self.status.done(f"FAQ #{faq.number} is {'helpful' if helpful else 'not helpful'}: counted · u to undo")

    async def do_faq_helpful(self, count: int | None) -> None:
        """Count a vote for it."""
        await self._vote(helpful=True)

    async def do_faq_unhelpful(self, count: int | None) -> None:
        """Count a vote against it."""
        await self._vote(helpful=False)

    async def do_faq_restore(self, count: int | None) -> None:
        """Bring an old text back, as a new revision."""
        faq = self.current()
        if faq is None:
            return

        async def restore(typed: str) -> None:
            revision = _number(typed)
            await self.change(self.desk_app.desk.faqs.restore, str(faq.number), revision, seen=faq.version)
            self.status.done(f"FAQ #{faq.number}: revision {revision} is back · u to undo")

        question = f"Bring back which revision of FAQ #{faq.number}? (number · esc: cancel)"
        await self.ask(question, restore, enter="choose")

    async def do_faq_forget(self, count: int | None) -> None:
        """Forget one of the wordings."""
        faq = self.current()
        if faq is None:
            return
        await self.open(faq, FaqView.WORDINGS)
        wordings = self.pane.wordings
        if not wordings:
            self.status.note(f"FAQ #{faq.number} has no wordings to forget")
            return

        async def forget(typed: str) -> None:
            place = _number(typed)
            if not 0 < place <= len(wordings):
                raise InvalidValue(f"there is no wording {place}; the list has {len(wordings)}")
            await self.change(self.desk_app.desk.faqs.forget_wording, str(faq.number), wordings[place - 1].number)
            await self.pane.show(faq, FaqView.WORDINGS)
            self.status.done("forgotten · u to undo")

        await self.ask("Forget which wording? (number · esc: cancel)", forget, enter="choose")


def _number(typed: str) -> int:
    number = typed.strip().removeprefix("#")
    if not (number.isascii() and number.isdecimal()):
        raise InvalidValue(f"{quoted(typed.strip())} is no number")
    return int(number[:DIGITS])
