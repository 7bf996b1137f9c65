"""Bytes to text: strictly as declared, then as UTF-8, then as detected; never rubbish."""

from __future__ import annotations

import codecs

_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "cp-850": "cp850",
    "win-1252": "cp1252",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "tis-620": "cp874",
    "iso-2022-jp": "iso2022_jp_ext",
}
_TAKES_ANYTHING = ("cp125", "iso8859", "koi8", "mac-")
"""Charsets of one byte a letter, in which any bytes are text; what is valid UTF-8 was hardly meant so."""
_DETECTED_FROM = 4_000
"""Bytes that are enough to detect a charset from."""


def decode(data: bytes, declared: str = "") -> str:
    """Return the text of bytes that are said to be in a charset, which may be wrong, unknown or missing."""
    doubtful = _codec(declared).startswith(_TAKES_ANYTHING)
    for charset in ("utf-8", declared) if doubtful else (declared, "utf-8"):
        text = _strictly(data, charset)
        if text is not None:
            return text
    # Lazy import: keeps start-up fast.
    import chardet

    guess = chardet.detect(data[:_DETECTED_FROM])["encoding"] or ""
    text = _strictly(data, guess)
    if text is not None:
        return text
    best = _codec(guess) or _codec(declared) or "cp1252"
    return data.decode(best, "replace")


def _codec(charset: str) -> str:
    name = charset.strip().strip("\"'").lower().split("*")[0]
    name = _ALIASES.get(name, name)
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    # Codecs such as base64 or zip are no charsets.
    return info.name if getattr(info, "_is_text_encoding", True) else ""


def _strictly(data: bytes, charset: str) -> str | None:
    codec = _codec(charset)
    if not codec:
        return None
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        pass
    if codec == "cp1252":
        # The five bytes that Windows left undefined are control characters in ISO 8859-1.
        return data.decode("latin-1")
    return None
