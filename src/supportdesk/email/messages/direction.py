"""Text direction: text in Arabic or Hebrew must not reorder the sentence around it, nor be reordered by it."""

from __future__ import annotations

import re

from supportdesk.domain.text import FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE

# Hebrew, Arabic, Syriac, Thaana, N'Ko, Samaritan, Mandaic and their presentation forms: Unicode's blocks R and AL.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_LANGUAGES = {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
_SCRIPTS = {"arab", "hebr", "syrc", "thaa", "nkoo"}


def direction_of(language: str) -> str:
    """Return "rtl" or "ltr", the value of HTML's `dir`, for a language tag such as "ar-EG" or "az-arab"."""
    primary, *others = language.lower().split("-")
    return "rtl" if primary in _LANGUAGES or _SCRIPTS & set(others) else "ltr"


def isolated(text: str) -> str:
    """Return text for the middle of a plain-text line: isolated where it has letters that run from right to left.

    Source: Unicode Standard Annex 9, 6.3 (first strong isolate).
    """
    if not _RIGHT_TO_LEFT.search(text):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_DIRECTIONAL_ISOLATE}"
