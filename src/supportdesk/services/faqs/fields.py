"""The fields of an FAQ in a file."""

from __future__ import annotations

from dataclasses import dataclass

from supportdesk.domain.faq import Category, parse_category
from supportdesk.domain.text import required_body, required_line
from supportdesk.services.transfer.column_mapping import Fields, clean_id


@dataclass(frozen=True, slots=True)
class Values:
    """The validated values of a row; None where the row has none and a default is used."""

    question: str
    answer: str
    category: Category = Category.GENERAL
    id: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


FAQ = Fields(
    clean={
        "id": clean_id,
        "question": lambda text: required_line("question", text),
        "answer": lambda text: required_body("answer", text),
        "category": parse_category,
        "created_at": str,
        "updated_at": str,
    },
    required=("question", "answer"),
    words=("category",),
    identity=("id", "created_at", "updated_at"),
    times=("created_at", "updated_at"),
)
FIELDS = tuple(FAQ.clean)
"""In the order an export writes them."""
