"""Why a message is where it is, in a few words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from supportdesk.domain.mail.notification import DeliveryStatus, Notification, NotificationType
from supportdesk.domain.preference import Frequency, Language
from supportdesk.tui.mail.text import mail_text, mails_text, why

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MESSAGE = Notification(
    seq=1,
    id="5f0c",
    ticket_id=None,
    recipient_email="rita@example.com",
    notification_type=NotificationType.STATUS_UPDATE,
    subject="Lamp [/b] is dark",
    content="Hello,\n\nit is [red]lit[/red] now.\n",
    html="",
    language=Language.ENGLISH,
    status=DeliveryStatus.PENDING,
    waits_for=Frequency.IMMEDIATE,
    due_at=NOW,
    message_id="<5f0c.1@supportdesk>",
    in_reply_to="<4e0b.1@supportdesk>",
    change=1,
    attempts=0,
    provider="",
    answer="",
    error="",
    reason="",
    digest_id=None,
    sent_at=None,
    created_at=NOW,
)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"templates": "en/status_update.short.txt"}, "experiment #3, short, by en/status_update.short.txt"),
        ({"variant_fault": "no {{"}, "experiment #3, short, but with the ordinary text: no {{"),
        ({"variant": "", "variant_fault": "a row"}, "experiment #3, no variant, but with the ordinary text: a row"),
    ],
)
def test_what_an_experiment_made_of_a_message_is_said(change, says):
    tried = replace(MESSAGE, experiment=3, **{"variant": "short", **change})
    assert f"Tried out   {says}" in [line.plain for line in mail_text(tried, NOW)]
    assert "Tried out" not in "".join(line.plain for line in mail_text(MESSAGE, NOW))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"due_at": NOW + timedelta(seconds=10)}, "leaves in 10 s"),
        ({"due_at": NOW + timedelta(seconds=9.2)}, "leaves in 10 s"),
        ({"error": "421 busy", "attempts": 1}, "421 busy"),
        ({"due_at": NOW + timedelta(seconds=90), "error": "421 busy"}, "next attempt in 90 s: 421 busy"),
        ({"waits_for": Frequency.WEEKLY, "due_at": NOW}, "waits for the weekly digest"),
        ({"status": DeliveryStatus.SENT, "answer": "250 taken"}, ""),
        ({"status": DeliveryStatus.FAILED, "error": "550 no such mailbox"}, "550 no such mailbox"),
        ({"status": DeliveryStatus.UNKNOWN, "error": "connection lost"}, "connection lost"),
        ({"status": DeliveryStatus.HELD, "reason": "email notifications are off"}, "email notifications are off"),
        ({"status": DeliveryStatus.WITHDRAWN, "reason": "undone by ann"}, "undone by ann"),
        ({"status": DeliveryStatus.DIGESTED}, "went out in a digest"),
    ],
)
def test_why_a_message_is_where_it_is(change, words):
    assert why(replace(MESSAGE, **change), NOW) == words


def test_a_message_in_full():
    sent = replace(
        MESSAGE, status=DeliveryStatus.SENT, attempts=2, provider="smtp", answer="250 taken as 7", sent_at=NOW
    )
    said = [line.plain for line in mail_text(sent, NOW)]
    assert said[0].startswith("✓ sent  status_update  ")
    assert said[1:] == [
        "To       rita@example.com",
        "Subject  Lamp [/b] is dark",
        "",
        "  Hello,",
        "  ",
        "  it is [red]lit[/red] now.",
        "",
        "Service     smtp: 250 taken as 7",
        "Tried       2 times",
        "Message-ID  <5f0c.1@supportdesk>",
        "Replies to  <4e0b.1@supportdesk>",
    ]


def test_a_ticket_without_mail_says_so():
    assert [line.plain for line in mails_text([], NOW)] == ["No mail has been sent about this ticket."]


@pytest.mark.parametrize(
    "ahead",
    [
        {"created_at": NOW + timedelta(hours=3), "due_at": NOW + timedelta(hours=3, seconds=10)},
        {"due_at": NOW + timedelta(days=30), "error": "451 later"},
    ],
)
def test_what_a_clock_that_was_ahead_has_written_is_shown_as_due(ahead):
    assert why(replace(MESSAGE, **ahead), NOW) == ahead.get("error", "")


def test_isolates_of_a_mail_are_not_drawn():
    text = mail_text(replace(MESSAGE, content="Title: \u2068\u0645\u0634\u0643\u0644\u0629\u2069.\n"), NOW)
    assert "Title: \u0645\u0634\u0643\u0644\u0629." in "\n".join(line.plain for line in text)
