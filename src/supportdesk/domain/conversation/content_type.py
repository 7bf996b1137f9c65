"""What a file is by its first bytes, against what its name and type say.

Own code: the library for it (filetype) takes 28 ms to import, and knows neither scripts nor web pages.
"""

from __future__ import annotations

import re

START_BYTES = 1_024
"""Bytes of a file that are looked at."""
PROGRAM = "a program"
_ZIP, _OFFICE = "a ZIP archive", "an old Office document"
_SIGNATURES = (
    (rb"MZ.{58}|\x7fELF|(?:\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe)|\xca\xfe\xba\xbe", PROGRAM),
    (rb"#!\s*/|(?i:@echo off)|(?i:<\?php)", "a script"),
    (rb"L\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut"),
    (rb"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (rb"\xff\xd8\xff", "a JPEG picture"),
    (rb"GIF8[79]a", "a GIF picture"),
    (rb"RIFF.{4}WEBP", "a WebP picture"),
    (rb"PK(?:\x03\x04|\x05\x06)", _ZIP),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OFFICE),
    (rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b\x08|BZh[1-9]1AY|\xfd7zXZ", "a packed archive"),
    (rb".{0,1000}?%PDF-", "a PDF"),
    (rb"\s*(?i:<!doctype html|<html|<script)", "a web page"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), kind) for pattern, kind in _SIGNATURES)
_SAID = (
    (r"application/pdf|\.pdf$", ("a PDF",)),
    (r"image/png|\.png$", ("a PNG picture",)),
    (r"image/(?:jpeg|jpg|pjpeg)|\.jpe?g$", ("a JPEG picture",)),
    (r"image/gif|\.gif$", ("a GIF picture",)),
    (r"image/webp|\.webp$", ("a WebP picture",)),
    (r"application/(?:x-)?zip(?:-compressed)?$|\.zip$", (_ZIP,)),
    (r"openxmlformats|opendocument|\.(?:docx|xlsx|pptx|odt|ods|odp)$", (_ZIP, _OFFICE)),
    (r"text/(?:plain|csv|calendar|x-log|markdown)$|\.(?:txt|csv|log|ics|md)$", ("text",)),
)
_CLAIMS = tuple((re.compile(pattern, re.IGNORECASE), kinds) for pattern, kinds in _SAID)
_DANGEROUS = (PROGRAM, "a script", "a Windows shortcut")


def difference(name: str, content_type: str, start: bytes) -> str:
    """Return in words how a file is not what it says; empty where it is, or says nothing that can be checked."""
    found = next((kind for pattern, kind in _PATTERNS if pattern.match(start)), "")
    # The name decides what opens a file; the type is often any.
    said = next((kinds for text in (name, content_type) for pattern, kinds in _CLAIMS if pattern.search(text)), ())
    if not start or found in said:
        return ""
    if "text" in said:
        is_binary = b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff"))
        return f"it says it is text and is {found or 'none'}" if found in _DANGEROUS or is_binary else ""
    if said:
        return f"it says it is {said[0]} and is {found or 'none'}"
    return f"it is {found}" if found in _DANGEROUS and found != "a script" else ""
