"""Variants of our own forms: the control, and the one that an experiment shows instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from supportdesk.tui.variants.exposure import Exposure


@dataclass(frozen=True, slots=True)
class FormVariant:
    """A form's title, the names of its fields in their order, what empty ones show, and the word for saving."""

    heading: str
    names: Mapping[str, str]
    placeholders: Mapping[str, str]
    save: str = "save"
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SuggestionsVariant:
    """What stands above the suggestions, how many there are, and whether their answers begin below them."""

    heading: str
    shown: int
    begins_answers: bool = False


@dataclass(frozen=True, slots=True)
class _Variant:
    ticket_form: FormVariant
    faq_form: FormVariant
    suggestions: SuggestionsVariant


CONTROL = _Variant(
    ticket_form=FormVariant(
        "Create a ticket",
        {"title": "Title", "contact_email": "Requester", "priority": "Priority", "description": "Description"},
        {"title": "What is it about, in one line", "contact_email": "name@example.com"},
    ),
    faq_form=FormVariant(
        "Create an FAQ",
        {"question": "Question", "category": "Category", "answer": "Answer (Markdown)"},
        {"question": "As a requester would ask it"},
    ),
    suggestions=SuggestionsVariant("This may already be answered", 3),
)
TEST = _Variant(
    ticket_form=FormVariant(
        "What can we help with?",
        {
            "contact_email": "Who asks",
            "title": "In one line",
            "description": "What happened, and what should have happened",
            "priority": "How urgent it is",
        },
        {"title": "The printer on floor 2 prints blank pages", "contact_email": "name@example.com"},
        "send",
        ("-warm",),
    ),
    faq_form=FormVariant(
        "Write an answer down for everybody",
        {
            "question": "What do people ask?",
            "answer": "What do you tell them? (Markdown)",
            "category": "Where to file it",
        },
        {"question": "In the words of the last person who asked"},
        "publish",
        ("-warm",),
    ),
    suggestions=SuggestionsVariant("Answers that have helped others", 2, begins_answers=True),
)


def variant_of(exposure: Exposure) -> _Variant:
    """Return the forms that go with what an experiment shows."""
    return TEST if exposure.is_test else CONTROL
