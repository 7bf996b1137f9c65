"""Arabic and Hebrew in mails: user text has a direction of its own and reorders nothing around it."""

import base64
import quopri
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from supportdesk.domain.faq import Category, Faq
from supportdesk.domain.text import clean_body, clean_isolated_body
from supportdesk.domain.ticket import Priority, Status, Ticket
from supportdesk.email.messages import messages
from supportdesk.email.messages.direction import direction_of, isolated
from supportdesk.email.messages.messages import DigestEntry
from supportdesk.email.messages.mime import wire_mail
from tests.email.mails import mail

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ARABIC, HEBREW, PERSIAN = "مشكلة في الطلب رقم 1234.", "בעיה בהזמנה (1234)!", "سفارش ۱۲۳۴ نرسید"
TICKET = Ticket(12, "id", "Title", Priority.HIGH, Status.NEW, "rita@example.com", AT, AT, 1, "Description")
LANGUAGES = ("en", "de", "fr", "es")


def mails(title: str, language: str) -> list[str]:
    ticket = replace(TICKET, title=title, description=title)
    faq = Faq(3, "id", title, title, Category.GENERAL, AT, AT, 1, 0, 0, 0)
    entries = [DigestEntry(AT + timedelta(hours=1), 12, title, title)]
    return [
        messages.ticket_created(ticket, language),
        messages.status_update(replace(ticket, status=Status.RESOLVED), Status.NEW, language),
        messages.faq_answer(ticket, faq, language),
        messages.digest("rita@example.com", entries, "daily", language, zone=UTC),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("title", [ARABIC, HEBREW, PERSIAN])
def test_in_html_every_user_text_has_its_own_direction(title, language):
    for written in mails(title, language):
        body = written.html.partition("</head>")[2]
        for before in re.findall(rf"<([^<>]*)>{re.escape(title)}", body):
            assert before == "bdi" or 'dir="auto"' in before
        assert title in body or written.subject.startswith("Your support")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("title", [ARABIC, HEBREW, PERSIAN])
def test_in_text_it_is_isolated_wherever_it_shares_a_line(title, language):
    for written in mails(title, language):
        for line in written.text.split("\n"):
            before, found, after = line.partition(title)
            if found and (re.search(r"\w", before) or re.search(r"\w", after)):
                assert (before[-1], after[0]) == ("\u2068", "\u2069")


def test_text_from_left_to_right_is_as_it_was():
    assert isolated("Größe 🎉 (1)") == "Größe 🎉 (1)"
    assert "\u2068" not in "".join(written.text for written in mails("Lamp is dark", "en"))


def test_isolates_arrive_with_the_mail_and_nothing_else_that_reorders():
    data = wire_mail(mail(text=f"Title: {isolated(ARABIC)}\n\u202eevil\u2068 unclosed\n\u2069")).data
    text = data.partition(b"\r\n\r\n")[2]
    decoded = (base64.b64decode if b"base64" in data else quopri.decodestring)(text).decode()
    assert decoded.replace("\r\n", "\n") == f"Title: \u2068{ARABIC}\u2069\nevil unclosed\n"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a \u2068b\u2069 c", "a \u2068b\u2069 c"),
        ("a \u2068b\nc\u2069", "a b\nc"),
        ("\u2068\u2068b\u2069\u2069", "\u2068b\u2069"),
        ("\u2068\u202eb\u202c\u2069", "b"),
        ("\u2068\x1b[31mb\u2069", "\u2068b\u2069"),
        ("\u2067b\u2069", "b"),
        ("\u2068a\u2069 and \u2068b\x1b[31m\u2069", "\u2068a\u2069 and \u2068b\u2069"),
    ],
)
def test_only_isolates_that_end_on_their_line_are_kept(text, clean):
    assert clean_isolated_body(text) == clean
    assert clean_body(clean) == re.sub("[\u2066-\u2069]", "", clean)


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("he-IL", "rtl"), ("fa", "rtl"), ("az-Arab", "rtl"), ("en", "ltr"), ("de-AT", "ltr")],
)
def test_a_language_has_a_direction(language, direction):
    assert direction_of(language) == direction
