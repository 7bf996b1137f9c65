"""The form that creates and edits an FAQ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from supportdesk.domain.errors import Conflict, DuplicateQuestion, NotFound
from supportdesk.domain.experiment import Surface
from supportdesk.domain.faq import Category, Faq, Revision, changed_since, new_faq
from supportdesk.domain.text import required_body, required_line
from supportdesk.tui.commands import BY_ID
from supportdesk.tui.exposure import Exposure, exposed
from supportdesk.tui.keys import shown
from supportdesk.tui.looks import looks
from supportdesk.tui.screens.form import Check, Form
from supportdesk.tui.widgets.fields import BodyField, ChoiceField
from supportdesk.tui.widgets.line_field import LineField

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk


class FaqForm(Form[int]):
    """Question, category, answer; the same form for a new FAQ and for an edit."""

    CHECKS: ClassVar[Mapping[str, Check]] = {
        "question": lambda text: required_line("question", text),
        "answer": lambda text: required_body("answer", text),
    }

    def __init__(
        self, exposure: Exposure, faq: Faq | None = None, *, revisions: Sequence[Revision] = (), question: str = ""
    ) -> None:
        """`faq` is the one to edit, with its `revisions`; `question` is what a new one begins with."""
        look = looks(exposure).faq_form
        heading = f"Edit FAQ #{faq.number}" if faq else look.heading
        # What was begun for one question does not come back under another.
        asked = f"faq-{sha256(question.encode()).hexdigest()[:16]}" if question else "faq"
        super().__init__(heading, f"faq-{faq.number}" if faq else asked, names=look.names, save=look.save)
        self.add_class(*look.classes)
        self._placeholders = look.placeholders
        self._exposure = exposure
        self._faq = faq
        self._revisions = revisions
        # The version that what stands here was made from, and the one that a save may overwrite.
        self._begun = self._seen = faq.version if faq else None
        self._question = question
        self._duplicate_for = ""

    def compose_fields(self) -> ComposeResult:
        """The fields, in the order of the look."""
        fields = {
            "question": LineField(id="question", placeholder=self._placeholders["question"], select_on_focus=False),
            "category": ChoiceField([category.value for category in Category], Category.GENERAL, id="category"),
            "answer": BodyField(id="answer"),
        }
        yield from (fields[name] for name in self.names)

    def initial(self) -> Mapping[str, str]:
        """The FAQ as it is, or a question to begin with."""
        if self._faq is None:
            return {"question": self._question} if self._question else {}
        return {"question": self._faq.question, "category": self._faq.category, "answer": self._faq.answer}

    def basis(self) -> str:
        """The version that the edit began with."""
        return str(self._begun or "")

    def draft_back(self, basis: str) -> str:
        """Says who has changed the FAQ since the draft was begun; to save it all the same takes two saves."""
        if self._faq is None or not basis.isdecimal() or int(basis) == self._faq.version:
            return super().draft_back(basis)
        self._begun = self._seen = int(basis)
        changed = f"changed {changed_since(self._revisions, self._seen)}".rstrip()
        key = shown(self.desk_app.keymap.keys_of(BY_ID["form.reset"])[0])
        return f"Your draft is back, but FAQ #{self._faq.number} was {changed} since; {key} shows what it says now."

    def do_form_reset(self) -> None:
        """Starts over with what the FAQ says now."""
        super().do_form_reset()
        self._begun = self._seen = self._faq.version if self._faq else None

    async def save(self, values: Mapping[str, str]) -> int:
        """Creates or edits; a question that is asked already needs a second save."""
        desk = self.desk_app.desk
        new = new_faq(values["question"], values["answer"], values["category"])
        duplicate = new.question == self._duplicate_for
        try:
            if self._faq is None:
                faq = await desk.run(desk.faqs.create, new, duplicate=duplicate)
                await self._exposure.report("faq_created")
            else:
                faq = await desk.run(desk.faqs.update, str(self._faq.number), new, seen=self._seen, duplicate=duplicate)
        except Conflict as conflict:
            raise Conflict(f"{conflict.message}{await self._overtaken()}") from None
        except NotFound as gone:
            # What was typed would have nowhere to go.
            self._faq = self._begun = None
            raise NotFound(f"{gone.message}; save once more to create it again", field=gone.field) from None
        except DuplicateQuestion as warning:
            self._duplicate_for = new.question
            raise DuplicateQuestion(f"{warning.message}; save once more to keep both", field="question") from None
        return faq.number

    async def _overtaken(self) -> str:
        """Reads what the FAQ says now, which the next save overwrites; gives how to go on."""
        if self._faq is None:
            return ""
        desk = self.desk_app.desk
        self._faq = await desk.run(desk.faqs.get, str(self._faq.number))
        self._seen = self._faq.version
        key = shown(self.desk_app.keymap.keys_of(BY_ID["form.reset"])[0])
        return f"; save once more to have it your way, {key} shows what it says now"


async def faq_form(desk: Desk, faq: Faq | None = None, *, question: str = "") -> FaqForm:
    """The form for an FAQ, or for a new one that may begin with a question; only new ones are tried out."""
    exposure = Exposure(desk, None) if faq else await exposed(desk, Surface.FAQ_FORM)
    revisions = await desk.run(desk.faqs.revisions, str(faq.number)) if faq else []
    return FaqForm(exposure, faq, revisions=revisions, question=question)
