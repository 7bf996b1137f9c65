"""Incoming mail as text to read: what it holds, and as it came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from supportdesk.domain import moment
from supportdesk.domain.mail.incoming import IncomingMail
from supportdesk.domain.text import clean_body, clean_line
from supportdesk.tui import style

if TYPE_CHECKING:
    from supportdesk.domain.conversation.attachment import Attachment
    from supportdesk.email.receiving.parsed import ParsedMail

RAW_LIMIT = 200_000
"""Bytes of a raw mail that are shown."""
LINE_LIMIT = 1_000


def incoming_text(mail: IncomingMail, parsed: ParsedMail) -> list[Text]:
    """Return a mail that waits in full: why, from whom, its text and its files."""
    facts = {
        "From": clean_line(f"{parsed.sender.name} <{parsed.sender.address}>".strip()),
        "To": ", ".join(each.address for each in parsed.recipients[:10]),
        "Subject": parsed.subject,
        "Came": moment.local(mail.received_at),
        "Files": ", ".join(f"{each.name or each.content_type} ({each.size:,} bytes)" for each in parsed.attachments),
    }
    return [
        Text(f"mail {mail.seq}, {mail.outcome}: {mail.cause}" if mail.cause else f"mail {mail.seq}, {mail.outcome}"),
        *(Text.assemble((f"{name:<9}", style.DIM), clean_line(value)) for name, value in facts.items() if value),
        Text(),
        *(Text("  " + line) for line in clean_body(parsed.text).split("\n")),
        *(Text("  " + line) for line in clean_body(parsed.calendar).split("\n") if line),
    ]


def file_text(file: Attachment, content: bytes) -> list[str]:
    """Return a file that is text as lines: an invitation in three, HTML as text, a mail with its head."""
    # Lazy imports: keep start-up fast.
    from supportdesk.email.receiving.calendar import describe_calendar
    from supportdesk.email.receiving.charsets import decode
    from supportdesk.email.receiving.html import html_to_text

    text = decode(content[:RAW_LIMIT])
    if file.content_type == "text/calendar" or file.name.lower().endswith(".ics"):
        text = describe_calendar(text) or text
    elif file.content_type == "text/html":
        text = html_to_text(text)
    lines = [*([f"! {file.warning}", ""] if file.warning else []), *_cut(clean_body(text))]
    return lines if len(content) <= RAW_LIMIT else [*lines, f"… {len(content) - RAW_LIMIT:,} more bytes"]


def raw_text(data: bytes) -> list[str]:
    """Return a raw mail as lines that a terminal only prints."""
    text = clean_body(data[:RAW_LIMIT].decode("utf-8", "backslashreplace"))
    lines = _cut(text)
    return lines if len(data) <= RAW_LIMIT else [*lines, f"… {len(data) - RAW_LIMIT:,} more bytes"]


def _cut(text: str) -> list[str]:
    return [line if len(line) <= LINE_LIMIT else f"{line[:LINE_LIMIT]}…" for line in text.split("\n")]
