"""The beginning that the forms of a word have in common, for marking what a search has found.

The text indexes find refunded and refunds for refund. Theirs is Porter's algorithm; for marking it is enough to take
the endings away that English words change most, and to mark what begins with the rest.
"""

from __future__ import annotations

SHORTEST = 3
"""Letters that are left of a word at least."""
_ENDINGS = ("ies", "ied", "ing", "ed", "es", "s", "e", "y")
_VOWELS = frozenset("aeiouy")


def common_beginning(word: str) -> str:
    """Return what a word has in common with its other forms, such as `refund` for refunds and refunded."""
    folded = word.lower()
    if not (folded.isascii() and folded.isalpha()) or folded.endswith(("ss", "us", "is")):
        return word
    for ending in _ENDINGS:
        stem = word[: -len(ending)]
        if folded.endswith(ending) and len(stem) >= SHORTEST and _VOWELS & {*stem.lower()}:
            is_doubled = ending in ("ing", "ed") and len(stem) > SHORTEST and stem[-1:] == stem[-2:-1]
            return stem[:-1] if is_doubled and stem[-1] not in "lsz" else stem
    return word
