"""The form that creates and edits an FAQ."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import ClassVar

from textual.app import ComposeResult

from supportdesk.domain.errors import DuplicateQuestion, NotFound
from supportdesk.domain.faq import Category, Faq, new_faq
from supportdesk.domain.text import required_body, required_line
from supportdesk.tui.screens.form import Check, Form
from supportdesk.tui.widgets.fields import BodyField, ChoiceField, LineField


class FaqForm(Form[int]):
    """Question, category, answer; the same form for a new FAQ and for an edit."""

    NAMES: ClassVar[Mapping[str, str]] = {"question": "Question", "category": "Category", "answer": "Answer (Markdown)"}
    CHECKS: ClassVar[Mapping[str, Check]] = {
        "question": lambda text: required_line("question", text),
        "answer": lambda text: required_body("answer", text),
    }

    def __init__(self, faq: Faq | None = None, *, question: str = "") -> None:
        """`faq` is the one to edit; `question` is what a new one begins with."""
        heading = f"Edit FAQ #{faq.number}" if faq else "Create an FAQ"
        # What was begun for one question does not come back under another.
        asked = f"faq-{sha256(question.encode()).hexdigest()[:16]}" if question else "faq"
        super().__init__(heading, f"faq-{faq.number}" if faq else asked)
        self._faq = faq
        self._question = question
        self._duplicate_for = ""

    def compose_fields(self) -> ComposeResult:
        """The fields."""
        yield LineField(id="question", placeholder="As a customer would ask it", select_on_focus=False)
        yield ChoiceField([category.value for category in Category], Category.GENERAL, id="category")
        yield BodyField(id="answer")

    def initial(self) -> Mapping[str, str]:
        """The FAQ as it is, or a question to begin with."""
        if self._faq is None:
            return {"question": self._question} if self._question else {}
        return {"question": self._faq.question, "category": self._faq.category, "answer": self._faq.answer}

    async def save(self, values: Mapping[str, str]) -> int:
        """Creates or edits; a question that is asked already needs a second save."""
        desk = self.desk_app.desk
        new = new_faq(values["question"], values["answer"], values["category"])
        duplicate = new.question == self._duplicate_for
        try:
            if self._faq is None:
                faq = await desk.run(desk.faqs.create, new, duplicate=duplicate)
            else:
                faq = await desk.run(
                    desk.faqs.update, str(self._faq.number), new, seen=self._faq.version, duplicate=duplicate
                )
        except NotFound as gone:
            # What was typed would have nowhere to go.
            self._faq = None
            raise NotFound(f"{gone.message}; save once more to create it again", field=gone.field) from None
        except DuplicateQuestion as warning:
            self._duplicate_for = new.question
            raise DuplicateQuestion(f"{warning.message}; save once more to keep both", field="question") from None
        return faq.number
