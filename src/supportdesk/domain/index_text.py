"""Text as it goes into a text index, and as it is looked up there.

Tokenizers of databases split words at symbols and take a Chinese or Japanese sentence for one word. So a name with
symbols (C++, C#, .NET, R&D) is followed by a form of itself in which private letters stand for the symbols, and
scripts without spaces are cut into overlapping pairs of characters (as Lucene's CJK analyzer does), the last character
by itself. Full-width letters and ligatures are the plain ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

# Private-use characters are letters for all tokenizers in use, and nobody types them.
_LETTERS = str.maketrans({symbol: chr(0xE000 + ord(symbol)) for symbol in "+#.&"})

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LIGATURES = {0xFB00 + place: letters for place, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))}

# Letters of Chinese, Japanese and Korean, of Thai, Lao, Burmese and Khmer, without punctuation.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ecd\u0edc-\u0edf\u1000-\u103f\u1050-\u109d\u1780-\u17d3"
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Possessive, and only at the beginning of a word: linear in the length of the text.
_NAME = (
    r"(?<!\w)(?:"
    r"[^\W\d_][^\W_]*+(?:\+\+(?![+#]|[^\W\d_])|[+#](?![\w+#]))"  # C++, C++17, C#, Disney+
    r"|(?<!\.)\.[^\W\d_][^\W_]*+"  # .NET
    r"|[A-Za-z]{1,3}&[A-Za-z]{1,3}(?!\w))"  # R&D, AT&T
)
_RUN = f"[{_UNSPACED}]+"
_SPECIAL = f"(?P<unspaced>{_RUN})|(?P<name>{_NAME})"
_TOKEN = f"{_SPECIAL}|(?P<word>(?:(?![{_UNSPACED}])[^\\W_])+)"
_SYMBOL = re.compile(r"[+#.&]")
_MAY_NAME = re.compile(r"[+#&]|(?<![\w.])\.[A-Za-z]")
_WORD = re.compile(r"[^\W_]+")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # Lazy: compiling takes milliseconds of the start, and most texts need none of these patterns.
    return re.compile(pattern)


def index_text(text: str) -> str:
    """Return a text as it is indexed."""
    if text.isascii() and not _MAY_NAME.search(text):
        return text
    return _plain(_indexed, text)


def index_form(text: str) -> str | None:
    """Return a text as it is indexed; None where that is the text itself."""
    indexed = index_text(text)
    return None if indexed == text else indexed


def query_text(text: str) -> tuple[str, bool]:
    """Return a phrase as it is looked up, and whether its last word is only the beginning of indexed ones."""
    indexed = index_text(text)
    run = _compiled(f"{_RUN}$").search(text.rstrip()) if not text.isascii() else None
    if run is None:
        return indexed, False
    # The last character by itself only stands at the end of an indexed run; in pairs, it begins any.
    return (indexed.rstrip()[:-1].rstrip(), False) if len(run[0]) > 1 else (indexed, True)


def query_terms(text: str) -> str:
    """Return a text as its words are looked up one by one: pairs of characters say what their last one would."""
    if text.isascii() and not _MAY_NAME.search(text):
        return text
    return _plain(lambda found: _indexed(found, last=len(found[0]) == 1), text)


def has_symbols(word: str) -> bool:
    """Return whether an indexed word is a name with symbols."""
    return any("\ue000" <= letter < "\ue080" for letter in word)


def is_unspaced(word: str) -> bool:
    """Return whether an indexed word is of a script without spaces."""
    return _compiled(_RUN).fullmatch(word) is not None


def token_offsets(text: str) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) offsets of the tokens of a text, in the order in which they are indexed."""
    for found in _compiled(_TOKEN).finditer(text.translate(_WIDE)):
        start, end = found.span()
        if found["unspaced"]:
            yield from ((place, place + 2) for place in range(start, end - 1))
            yield (end - 1, end)
        elif found["name"]:
            yield from ((start + word.start(), start + word.end()) for word in _WORD.finditer(found["name"]))
            yield (start, end)
        else:
            yield (start, end)


def _plain(form: Callable[[re.Match[str]], str], text: str) -> str:
    """Return a text with another form of what is special in it, in plain letters."""
    if text.isascii():
        return _compiled(_SPECIAL).sub(form, text)
    return _compiled(_SPECIAL).sub(form, text.translate(_WIDE)).translate(_LIGATURES)


def _indexed(found: re.Match[str], *, last: bool = True) -> str:
    run = found["unspaced"]
    if run:
        return f" {' '.join([run[place : place + 2] for place in range(len(run) - 1)] + [run[-1]] * last)} "
    name = found["name"]
    return f" {_SYMBOL.sub(' ', name)} {name.translate(_LETTERS)} "
