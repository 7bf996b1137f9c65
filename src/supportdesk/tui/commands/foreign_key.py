"""Keys of another keyboard layout, which would otherwise do nothing without a word."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\ufffd"


def foreign_key(character: str) -> str:
    """Return what is unusual about a key that no command has; empty for keys of plain keyboards."""
    if character == REPLACEMENT:
        return "this terminal sends bytes that are not UTF-8; set it to UTF-8"
    if len(character) != 1 or character.isascii() or not character.isprintable():
        return ""
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and plain.isascii():
        return f"{character!r} is a wide or styled {plain!r}: switch your keyboard to plain Latin letters"
    name = unicodedata.name(character, "a character without a name").lower()
    return f"{character!r} ({name}) is not a key here: switch your keyboard to Latin letters"
