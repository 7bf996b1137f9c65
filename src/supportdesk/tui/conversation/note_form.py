"""The form in which an internal note of several lines is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult

from supportdesk.domain.conversation.message import Message
from supportdesk.domain.text import clean_body
from supportdesk.tui.screens.form import Form
from supportdesk.tui.screens.form_fields import Check
from supportdesk.tui.widgets.fields import BodyField


class NoteForm(Form[str]):
    """One note; saving it without a text removes it."""

    NAMES: ClassVar[Mapping[str, str]] = {"text": "Internal note (agents only); without a text it is removed"}
    CHECKS: ClassVar[Mapping[str, Check]] = {"text": clean_body}

    def __init__(self, number: int, note: Message) -> None:
        """`number` is that of its ticket."""
        super().__init__(f"Your last note on #{number}", f"note-{note.id}")
        self._note = note

    def compose_fields(self) -> ComposeResult:
        """Yield the text."""
        yield BodyField(id="text")

    def initial(self) -> Mapping[str, str]:
        """Return what the note says."""
        return {"text": self._note.text}

    async def save(self, values: Mapping[str, str]) -> str:
        """Correct or remove the note; return what it says now."""
        conversation, text = self.desk_app.desk.conversation, values["text"].strip()
        if text:
            await self.desk_app.desk.run(conversation.correct_note, self._note.id, values["text"])
        else:
            await self.desk_app.desk.run(conversation.remove_note, self._note.id)
        return text
