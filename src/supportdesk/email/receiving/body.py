"""The text of a mail: plain text first, else HTML as text; what is not text is an attachment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from supportdesk.domain.text import clean_body
from supportdesk.email.receiving.charsets import decode
from supportdesk.email.receiving.parsed import Attachment
from supportdesk.email.receiving.parts import Part, split_uuencoded

TEXT_LIMIT = 1_000_000
_CALENDAR = "invite.ics"
_MARKUP = re.compile(r"<(?:html|body|p|div|br|table|span|a)\b", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"<(script|style|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BLOCKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d|/blockquote)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_HTML_LIMIT = 400_000


def text_and_attachments(parts: Sequence[Part]) -> tuple[str, list[Attachment]]:
    """Return the text of a mail, and every part that is not it."""
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
    if not text:
        shown = (html_to_text(decode(part.content[:TEXT_LIMIT], part.charset)) for part in html)
        text = "\n\n".join(each for each in shown if each)
    return text.strip("\n").rstrip(), attachments


def _named(parts: Sequence[Part]) -> list[Attachment]:
    """Return files; an invitation without a name gets the usual one, unless a second copy of it has that."""
    taken = any(part.name.lower() == _CALENDAR for part in parts)
    files = []
    for part in parts:
        file = part.as_attachment()
        unnamed = part.content_type == "text/calendar" and not part.name and not taken
        files.append(replace(file, name=_CALENDAR) if unnamed else file)
    return files


def html_to_text(html: str) -> str:
    """Return HTML as text: hidden parts dropped, tables aligned, nothing fetched."""
    html = html[:_HTML_LIMIT].replace("\0", "")
    # Lazy imports: keep start-up fast.
    from inscriptis import get_text
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.model.config import ParserConfig

    try:
        text = get_text(html, ParserConfig(css=CSS_PROFILES["strict"], display_images=False))
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError, AssertionError):
        # The library does not read every damaged page: only its tags are left out then.
        from html import unescape

        text = unescape(_TAG.sub("", _BLOCKS.sub("\n", _NOT_SHOWN.sub("", html))))
    text = "\n".join(line.rstrip() for line in clean_body(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()
