"""The field names that scripts rely on, in the order they are printed; also the columns of CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from supportdesk.domain.moment import to_text

TICKET = (
    "id",
    "number",
    "title",
    "description",
    "priority",
    "status",
    "contact_email",
    "created_at",
    "updated_at",
    "version",
    "owner",
    "tags",
    "participants",
    "awaiting",
    "unread",
    "snoozed_until",
    "merged_into",
    "deleted_at",
)
RELATED = ("merged", "linked")
AGENT = ("name", "email", "display_name", "away_since", "open_tickets")
NULL_WHEN_EMPTY = ("owner", "message")
STATUS_CHANGE = ("id", "ticket_id", "old_status", "new_status", "changed_by", "notes", "changed_at", "login")
NOTIFICATION = (
    "id",
    "ticket_id",
    "recipient_email",
    "notification_type",
    "subject",
    "content",
    "status",
    "error",
    "message_id",
    "provider_message_id",
    "sent_at",
    "created_at",
    "reason",
    "answer",
    "attempts",
    "waits_for",
    "due_at",
    "digest_id",
    "in_reply_to",
    "message",
    "language",
    "provider",
    "experiment",
    "variant",
    "templates",
    "variant_fault",
)
MESSAGE = (
    "id",
    "ticket_id",
    "kind",
    "author",
    "author_name",
    "to",
    "cc",
    "subject",
    "text",
    "trimmed_text",
    "source",
    "message_id",
    "in_reply_to",
    "created_at",
    "edited_at",
    "delivery",
    "attachments",
)
FILED = (
    "mail",
    "outcome",
    "ticket",
    "message_kind",
    "author",
    "requester",
    "acknowledged",
    "acknowledgement",
    "reopened",
    "suppressed",
    "cause",
    "by",
)
ATTACHMENT = ("name", "content_type", "size", "sha256", "inline")
INCOMING_MAIL = ("seq", "id", "outcome", "cause", "ticket", "from_email", "subject", "received_at")
BLOCKED_SENDER = ("sender", "blocked_by", "blocked_at")
SUPPRESSION = ("address", "reason", "added_by", "added_at")
VIEW = ("name", "query", "owner", "changed_by", "changed_at", "fault")
SHARED_DRAFT = ("agent", "text", "saved_at")
TAG = ("tag", "tickets")
MACRO = ("name", "changed_by", "changed_at", "fault")
CANNED_REPLY = ("name", "text", "changed_by", "changed_at")
PREFERENCE = (
    "email",
    "email_notifications",
    "sms_notifications",
    "notification_frequency",
    "preferred_language",
)
FAQ = (
    "id",
    "number",
    "question",
    "answer",
    "category",
    "created_at",
    "updated_at",
    "version",
    "reads",
    "helpful",
    "unhelpful",
)
SUGGESTION = ("id", "question", "answer", "category", "score")
REVISION = ("revision", "faq_id", "question", "answer", "category", "changed_by", "changed_at")
WORDING = ("number", "faq_id", "text", "kept_at")
EXPERIMENT = (
    "id",
    "number",
    "name",
    "description",
    "hypothesis",
    "control_variant",
    "test_variant",
    "target_metric",
    "status",
    "confidence_level",
    "minimum_sample_size",
    "start_date",
    "end_date",
    "total_participants",
    "created_at",
    "surface",
    "phase",
    "decision",
    "decision_reason",
    "version",
)
ASSIGNMENT = ("test_id", "user_identifier", "variant", "hash_value", "assigned_at", "stored", "note")
EVENT = (
    "id",
    "test_id",
    "user_identifier",
    "variant",
    "event_name",
    "event_value",
    "event_data",
    "event_id",
    "created_at",
    "counted",
    "repeated",
    "note",
)
RESULT = (
    "variant",
    "sample_size",
    "conversion_count",
    "conversion_rate",
    "confidence_interval_lower",
    "confidence_interval_upper",
    "z_score",
    "p_value",
    "is_statistically_significant",
    "calculated_at",
)
ENTRY = ("seq", "change", "at", "actor", "kind", "subject", "number", "before", "after", "notes", "undoes", "login")


def document(thing: object, fields: Sequence[str]) -> dict[str, object]:
    """Return these fields of a domain object, as JSON can hold them."""
    values = {name: _plain(getattr(thing, name)) for name in fields}
    return {name: None if name in NULL_WHEN_EMPTY and not value else value for name, value in values.items()}


def documents(things: Sequence[object], fields: Sequence[str]) -> list[dict[str, object]]:
    """Return these fields of several domain objects."""
    return [document(thing, fields) for thing in things]


def _plain(value: object) -> object:
    match value:
        case datetime():
            return to_text(value)
        case tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return dict(value)
        case _:
            return value.to_document() if hasattr(value, "to_document") else value
