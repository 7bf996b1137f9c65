"""The form that creates and edits an FAQ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from supportdesk.domain.errors import Conflict, DuplicateQuestion, NotFound
from supportdesk.domain.experiments.surface import Surface
from supportdesk.domain.faq import Category, Faq, Revision, changed_since, new_faq
from supportdesk.domain.text import required_body, required_line
from supportdesk.tui.screens.edit_form import EditForm
from supportdesk.tui.screens.form_fields import Check
from supportdesk.tui.variants.exposure import Exposure, exposed
from supportdesk.tui.variants.form_variants import variant_of
from supportdesk.tui.widgets.fields import BodyField, ChoiceField
from supportdesk.tui.widgets.line_field import LineField

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk


class FaqForm(EditForm[int, Faq | None]):
    """Question, category, answer; the same form for a new FAQ and for an edit."""

    CHECKS: ClassVar[Mapping[str, Check]] = {
        "question": lambda text: required_line("question", text),
        "answer": lambda text: required_body("answer", text),
    }

    def __init__(
        self, exposure: Exposure, faq: Faq | None = None, *, revisions: Sequence[Revision] = (), question: str = ""
    ) -> None:
        """`faq` is the one to edit, with its `revisions`; `question` is what a new one begins with."""
        variant = variant_of(exposure).faq_form
        heading = f"Edit FAQ #{faq.number}" if faq else variant.heading
        # What was begun for one question does not come back under another.
        asked = f"faq-{sha256(question.encode()).hexdigest()[:16]}" if question else "faq"
        super().__init__(heading, f"faq-{faq.number}" if faq else asked, faq, names=variant.names, save=variant.save)
        self.add_class(*variant.classes)
        self._placeholders = variant.placeholders
        self._exposure = exposure
        self._revisions = revisions
        self._question = question
        self._duplicate_for = ""

    def compose_fields(self) -> ComposeResult:
        """Yield the fields, in the order of the variant."""
        fields = {
            "question": LineField(id="question", placeholder=self._placeholders["question"], select_on_focus=False),
            "category": ChoiceField([category.value for category in Category], Category.GENERAL, id="category"),
            "answer": BodyField(id="answer"),
        }
        yield from (fields[name] for name in self.names)

    def initial(self) -> Mapping[str, str]:
        """Return the FAQ as it is, or a question to begin with."""
        if self.edited is None:
            return {"question": self._question} if self._question else {}
        return {"question": self.edited.question, "category": self.edited.category, "answer": self.edited.answer}

    def state(self) -> str:
        """Return the version of the FAQ."""
        return str(self.edited.version) if self.edited else ""

    def changed_since(self, state: str) -> str:
        """Return who has changed the FAQ since a version."""
        if self.edited is None or not state.isdecimal():
            return ""
        return f"FAQ #{self.edited.number} was changed {changed_since(self._revisions, int(state))}".rstrip()

    async def save(self, values: Mapping[str, str]) -> int:
        """Create or edit; a duplicate question needs a second save."""
        desk = self.desk_app.desk
        new = new_faq(values["question"], values["answer"], values["category"])
        duplicate = new.question == self._duplicate_for
        try:
            if self.edited is None:
                faq = await desk.run(desk.faqs.create, new, duplicate=duplicate)
                await self._exposure.report("faq_created")
            else:
                number, seen = str(self.edited.number), int(self.seen)
                faq = await desk.run(desk.faqs.update, number, new, seen=seen, duplicate=duplicate)
        except Conflict as conflict:
            raise Conflict(f"{conflict.message}{await self._overtaken()}") from None
        except NotFound as gone:
            # What was typed would have nowhere to go.
            self.gone(None)
            raise NotFound(f"{gone.message}; save again to create it anew", field=gone.field) from None
        except DuplicateQuestion as warning:
            self._duplicate_for = new.question
            raise DuplicateQuestion(f"{warning.message}; save again to keep both", field="question") from None
        return faq.number

    async def _overtaken(self) -> str:
        """Read what the FAQ says now, which the next save overwrites; return how to go on."""
        if self.edited is None:
            return ""
        desk = self.desk_app.desk
        return self.overtaken_by(await desk.run(desk.faqs.get, str(self.edited.number)))


async def faq_form(desk: Desk, faq: Faq | None = None, *, question: str = "") -> FaqForm:
    """Return the form for an FAQ, or for a new one that may begin with a question; only new ones are tried out."""
    exposure = Exposure(desk, None) if faq else await exposed(desk, Surface.FAQ_FORM)
    revisions = await desk.run(desk.faqs.revisions, str(faq.number)) if faq else []
    return FaqForm(exposure, faq, revisions=revisions, question=question)
