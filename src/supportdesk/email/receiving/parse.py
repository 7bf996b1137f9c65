"""A raw mail to its contents."""

from __future__ import annotations

import re

from supportdesk.email.receiving.automatic import detect_automatic
from supportdesk.email.receiving.body import text_and_attachments
from supportdesk.email.receiving.bounces import find_bounces
from supportdesk.email.receiving.headers import (
    REFERENCES_LIMIT,
    SUBJECT_LIMIT,
    Head,
    mailbox,
    mailboxes,
    message_ids,
    split_message,
)
from supportdesk.email.receiving.parsed import Automatic, Mailbox, ParsedMail
from supportdesk.email.receiving.parts import leaves, parse_structure
from supportdesk.email.receiving.reply import trim

RECIPIENTS_LIMIT = 200


def parse_mail(raw: bytes) -> ParsedMail:
    """Return what a raw mail holds (RFC 5322, RFC 2045 and what the world makes of them); it never refuses one."""
    head, data = split_message(raw)
    parts = leaves(parse_structure(data))
    text, attachments = text_and_attachments(parts)
    is_bounce, bounces = find_bounces(head, parts, text)
    return ParsedMail(
        sender=_sender(head),
        recipients=_mailboxes(head, "to", "cc"),
        delivered_to=_mailboxes(head, "delivered-to", "x-original-to"),
        subject=head.get("subject")[:SUBJECT_LIMIT],
        message_id=_message_id(head),
        in_reply_to=head.get("in-reply-to"),
        references=message_ids(" ".join(head.all("references")))[-REFERENCES_LIMIT:],
        automatic=Automatic.YES if is_bounce else detect_automatic(head),
        is_bounce=is_bounce,
        bounces=bounces,
        text=text,
        trimmed_text=trim(text),
        attachments=tuple(attachments),
    )


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
