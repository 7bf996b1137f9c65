"""The text of a mail: plain text first, else HTML as text; what is not text is an attachment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from supportdesk.domain.text import clean_body
from supportdesk.email.receiving.charsets import decode
from supportdesk.email.receiving.html import html_to_text
from supportdesk.email.receiving.parsed import Attachment
from supportdesk.email.receiving.parts import Part, split_uuencoded

TEXT_LIMIT = 1_000_000
_LOOKS_LIKE_HTML = re.compile(rb"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_NOTICE = re.compile(r"\bhtml\b", re.IGNORECASE)
"""What programs write instead of a text: that the mail is in HTML."""
_LONGEST_NOTICE = 300
_FILES = ("text/calendar", "text/csv", "text/vcard", "text/x-vcard", "text/directory")
_CALENDAR = "invite.ics"


def text_and_attachments(parts: Sequence[Part]) -> tuple[str, list[Attachment]]:
    """Return the text of a mail, and every part that is not it."""
    parts = _corrected(parts)
    plain = [part for part in parts if part.is_text and part.content_type != "text/html"]
    html = [part for part in parts if part.is_text and part.content_type == "text/html"]
    attachments = _named(
        [part for part in parts if not part.is_text and (part.content or part.name or part.disposition == "attachment")]
    )
    pieces: list[str] = []
    for part in plain:
        content, files = split_uuencoded(part.content)
        attachments += files
        pieces.append(clean_body(decode(content[:TEXT_LIMIT], part.charset)))
    text = "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())
    is_notice = len(text) < _LONGEST_NOTICE and _NOTICE.search(text) is not None
    if not text or (html and is_notice):
        shown = (html_to_text(decode(part.content[:TEXT_LIMIT], part.charset)) for part in html)
        said = "\n\n".join(each for each in shown if each)
        # A person who asks about HTML says the same in both.
        text = said if " ".join(text.split()) not in " ".join(said.split()) else text or said
    return text.strip("\n").rstrip(), attachments


def _corrected(parts: Sequence[Part]) -> Sequence[Part]:
    """Return parts by what they are: HTML that is said to be plain text, and a lone text of an unusual type."""
    if len(parts) == 1 and (only := parts[0]).content_type.startswith(("text/", "plain/")):
        is_file = only.content_type in _FILES or only.name or only.disposition == "attachment"
        if not (is_file or only.is_text):
            # RFC 2046, 4.1.4. What is marked up, such as text/enriched, has its tags left out.
            return [replace(only, content_type="text/html" if b"</" in only.content else "text/plain")]
    return [
        replace(part, content_type="text/html")
        if part.content_type == "text/plain" and _LOOKS_LIKE_HTML.match(part.content) and part.is_text
        else part
        for part in parts
    ]


def _named(parts: Sequence[Part]) -> list[Attachment]:
    """Return files; an invitation without a name gets the usual one, unless a second copy of it has that."""
    taken = any(part.name.lower() == _CALENDAR for part in parts)
    files = []
    for part in parts:
        file = part.as_attachment()
        unnamed = part.content_type == "text/calendar" and not part.name and not taken
        files.append(replace(file, name=_CALENDAR) if unnamed else file)
    return files
