"""References to tickets, FAQs and experiments: `12`, `#12`, a UUID, or the first digits of one."""

from __future__ import annotations

import re
from typing import NamedTuple

from supportdesk.domain.errors import InvalidValue, invalid

MIN_PREFIX = 4
MAX_NUMBER = 2**63 - 1
_UUID_START = re.compile(f"[0-9a-f-]{{{MIN_PREFIX},36}}")


class Reference(NamedTuple):
    """A parsed reference: exactly one of `number` and `id_prefix` is set; a full id is a prefix of itself."""

    text: str
    number: int | None = None
    id_prefix: str | None = None


def parse_reference(text: str, field: str = "reference") -> Reference:
    """Parse a reference; raises `InvalidValue` when it is neither a number nor the start of an id."""
    word = text.strip().lower()
    digits = word.removeprefix("#")
    if digits.isascii() and digits.isdigit():
        number = int(digits) if len(digits) < 20 else MAX_NUMBER + 1
        if number > MAX_NUMBER:
            raise _not_a_reference(field, text)
        return Reference(text.strip(), number=number)
    if _UUID_START.fullmatch(word) and word[0] != "-":
        return Reference(text.strip(), id_prefix=word)
    raise _not_a_reference(field, text)


def parse_id(text: str, field: str = "reference") -> str:
    """Parse an id, or the first digits of one, of an object without a number; raises `InvalidValue` for others.

    Fewer digits would sooner or later be those of something that was not meant.
    """
    word = text.strip().lower()
    if not _UUID_START.fullmatch(word) or word[0] == "-":
        raise invalid(field, text, f"it must be an id, or the first {MIN_PREFIX} or more digits of one")
    return word


def _not_a_reference(field: str, text: str) -> InvalidValue:
    return invalid(
        field,
        text,
        f"it must be a number such as 12 or #12, or the first {MIN_PREFIX} or more digits of an id",
    )
