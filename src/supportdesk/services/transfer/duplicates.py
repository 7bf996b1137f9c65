"""What to do with rows that the desk has already."""

from __future__ import annotations

from enum import StrEnum

from supportdesk.domain.errors import invalid, one_of

OPTIONS = "--duplicates skip leaves such rows out, --duplicates keep imports them"


class Duplicates(StrEnum):
    """Policy for a row that another row or the desk has already."""

    REFUSE = "refuse"
    SKIP = "skip"
    KEEP = "keep"


def parse_duplicates(text: str) -> Duplicates:
    """Return the policy that a user named; raises `InvalidValue` that names the allowed words."""
    try:
        return Duplicates(text.strip().lower())
    except ValueError:
        raise invalid("duplicates", text, one_of(Duplicates)) from None
