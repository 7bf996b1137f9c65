"""A raw mail to its contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from supportdesk.email.receiving.authentication import AUTHENTICATION_RESULTS, RECEIVED
from supportdesk.email.receiving.automatic import detect_automatic
from supportdesk.email.receiving.body import text_and_attachments
from supportdesk.email.receiving.bounces import find_bounces
from supportdesk.email.receiving.calendar import describe_calendar
from supportdesk.email.receiving.charsets import decode
from supportdesk.email.receiving.forward import find_forward
from supportdesk.email.receiving.headers import (
    HEAD_LIMIT,
    SUBJECT_LIMIT,
    Head,
    decode_field,
    mailbox,
    mailboxes,
    message_ids,
    references_of,
    split_message,
)
from supportdesk.email.receiving.parsed import Attachment, Automatic, Forwarded, Mailbox, ParsedMail
from supportdesk.email.receiving.parts import Part, leaves, parse_structure
from supportdesk.email.receiving.quoting import FORWARD_SUBJECT
from supportdesk.email.receiving.reply import trim, without_signature

RECIPIENTS_LIMIT = 200
TRACE_LIMIT = 100


def parse_mail(raw: bytes) -> ParsedMail:
    """Return what a raw mail holds (RFC 5322, RFC 2045 and what the world makes of them); it never refuses one."""
    head, data = split_message(raw)
    parts = leaves(parse_structure(data))
    # A large mail is in memory often enough.
    del data
    text, attachments = text_and_attachments(parts)
    is_bounce, bounces = find_bounces(head, parts, text)
    subject = head.get("subject")[:SUBJECT_LIMIT]
    return ParsedMail(
        sender=_sender(head),
        recipients=_mailboxes(head, "to", "cc"),
        delivered_to=_mailboxes(head, "delivered-to", "x-original-to", "envelope-to"),
        subject=subject,
        message_id=_message_id(head),
        in_reply_to=head.get("in-reply-to"),
        references=references_of(head),
        automatic=Automatic.YES if is_bounce else detect_automatic(head),
        is_bounce=is_bounce,
        bounces=bounces,
        text=text,
        trimmed_text=trim(text),
        attachments=tuple(attachments),
        is_spam=_is_spam(head),
        calendar=_calendar(parts),
        forwarded=_forwarded(subject, text, attachments),
        trace=_trace(head),
    )


def parse_head(raw: bytes) -> ParsedMail:
    """Return what the head of a mail says, for one whose body is not to be read."""
    start = raw[:HEAD_LIMIT].replace(b"\r\n", b"\n").lstrip(b"\n")
    return parse_mail(start.partition(b"\n\n")[0] + b"\n\n")


def _forwarded(subject: str, text: str, attachments: Sequence[Attachment]) -> Forwarded | None:
    """Return what a mail forwards: the one mail that it encloses, or what its text does."""
    enclosed = [file for file in attachments if file.content_type == "message/rfc822"]
    if len(enclosed) != 1 or not (FORWARD_SUBJECT.match(subject) or not text.strip()):
        return find_forward(subject, text)
    head, data = split_message(enclosed[0].content)
    inner, _ = text_and_attachments(leaves(parse_structure(data)))
    above = "\n".join(without_signature(text.split("\n"))).strip()
    return Forwarded(_sender(head), head.get("subject")[:SUBJECT_LIMIT], inner, above)


def _calendar(parts: Sequence[Part]) -> str:
    for part in parts:
        if part.content_type == "text/calendar" or part.name.lower().endswith(".ics"):
            return describe_calendar(decode(part.content, part.charset))
    return ""


def _is_spam(head: Head) -> bool:
    """Return whether the spam filter of a mail server has marked a mail."""
    return head.get("x-spam-flag").lower().startswith("yes") or head.get("x-spam-status").lower().startswith("yes")


def _trace(head: Head) -> tuple[tuple[str, str], ...]:
    fields = ((name, value) for name, value in head.fields if name in (AUTHENTICATION_RESULTS, RECEIVED))
    return tuple((name, decode_field(value)) for name, value in islice(fields, TRACE_LIMIT))


def _sender(head: Head) -> Mailbox:
    for value in (each for name, each in head.fields if name == "from"):
        found = mailbox(value)
        if "@" in found.address:
            return found
    return mailbox(head.raw("from")) if head.raw("from") else mailbox(head.raw("sender"))


def _mailboxes(head: Head, *names: str) -> tuple[Mailbox, ...]:
    found = [each for name, value in head.fields if name in names for each in mailboxes(value)]
    return tuple(found[:RECIPIENTS_LIMIT])


def _message_id(head: Head) -> str:
    value = head.get("message-id")
    ids = message_ids(value)
    return ids[0] if ids else re.sub(r"\s+", "", value)
