"""What the tests of FAQs share."""

from supportdesk.domain.faq import Faq, FaqQuery, new_faq
from supportdesk.domain.page import START
from supportdesk.services.desk import Desk

AN_ID = "0e7d1a52-3c5f-4f0b-9a6e-2b8f4c1d7e90"
KEPT = ("id", "question", "answer", "category", "created_at", "updated_at")


def written(
    desk: Desk,
    question: str = "How do I reset my password?",
    answer: str = "Ask for a mail.",
    category: str = "general",
) -> Faq:
    """An FAQ that somebody has just written."""
    return desk.faqs.create(new_faq(question, answer, category), duplicate=True)


def all_of(desk: Desk) -> list[Faq]:
    """Oldest first."""
    return desk.faqs.page(FaqQuery(), START, 10_000)[::-1]


def kept(desk: Desk) -> list[tuple[object, ...]]:
    """What an export and an import keep."""
    return [tuple(getattr(faq, name) for name in KEPT) for faq in all_of(desk)]
