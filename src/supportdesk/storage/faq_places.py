"""Places of words in FAQs, each packed in one integer: "b right after a" is then an intersection of sets."""

from __future__ import annotations

OFFSET_BITS, COLUMN_BITS = 22, 2
FAQ_SHIFT = OFFSET_BITS + COLUMN_BITS
QUESTION, ANSWER, WORDINGS = range(3)
