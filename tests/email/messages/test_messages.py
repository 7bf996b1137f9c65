"""The mails that requesters read, in their language, from our templates or a folder's."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from supportdesk.domain.faq import Category, Faq
from supportdesk.domain.ticket import Priority, Status, Ticket
from supportdesk.email.messages import messages
from supportdesk.email.messages.messages import DigestEntry
from supportdesk.email.messages.rendering import OWN, Rendered, TemplateFault
from supportdesk.email.messages.subjects import SUBJECT_LIMIT

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TICKET = Ticket(
    12, "id", "Lamp is dark", Priority.HIGH, Status.NEW, "rita@example.com", AT, AT, 1, "Dark.\n\nStill dark."
)
FAQ = Faq(3, "id", "Why is it dark?", "Turn it on.\n\nThen wait.", Category.GENERAL, AT, AT, 1, 0, 0, 0)
ENTRIES = [
    DigestEntry(AT, 12, "Ticket created", "You wrote.\nWe read.\n"),
    DigestEntry(AT + timedelta(hours=3), None, "News", "Later."),
]
LANGUAGES = ("en", "de", "fr", "es")
SAYS = {
    "en": ("new", "in-progress", "resolved", "high"),
    "de": ("neu", "in Bearbeitung", "gelöst", "hoch"),
    "fr": ("nouveau", "en cours", "résolu", "haute"),
    "es": ("nuevo", "en curso", "resuelto", "alta"),
}


def every(language: str, folder: Path | None = None, ticket: Ticket = TICKET) -> list[Rendered]:
    """One mail of each kind."""
    return [
        messages.ticket_created(ticket, language, folder),
        messages.status_update(replace(ticket, status=Status.RESOLVED), Status.NEW, language, folder),
        messages.faq_answer(ticket, FAQ, language, folder),
        messages.digest("rita@example.com", ENTRIES, "daily", language, folder, zone=UTC),
        messages.delivery_test("smtp", AT, language, folder),
    ]


class Shown(HTMLParser):
    """What a browser shows of a page; fails where a tag is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.open = "", []

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def shown(html: str) -> str:
    page = Shown()
    page.feed(html)
    page.close()
    assert page.open == []
    return page.text


def test_a_new_ticket_is_confirmed_with_its_number_and_what_was_written():
    subject, text, html, *_ = messages.ticket_created(TICKET)
    assert subject == "Lamp is dark"
    assert text.startswith("Hello,\n\nyour support ticket has been created.")
    assert "#12" in text
    assert "Priority: high\nStatus:   new\n" in text
    assert "> Dark.\n>\n> Still dark.\n" in text
    assert text.endswith("\n\nSupport\n")
    for words in ("#12", "Lamp is dark", "high", "new", "Dark.\n\nStill dark."):
        assert words in shown(html)


@pytest.mark.parametrize(
    ("status", "means"), [("new", "back in our queue"), ("in-progress", "working on it"), ("resolved", "consider it")]
)
def test_a_new_status_is_told_with_the_old_one_and_what_it_means(status, means):
    subject, text, html, *_ = messages.status_update(replace(TICKET, status=Status(status)), Status.NEW)
    assert subject == "Lamp is dark"
    assert f'ticket #12 "Lamp is dark" was new and is now {status}.' in text
    assert means in text
    assert means in shown(html)


def test_an_faq_answers_with_question_and_answer():
    subject, text, html, *_ = messages.faq_answer(replace(TICKET, status=Status.RESOLVED), FAQ)
    assert subject == "Lamp is dark"
    assert "Why is it dark?\n\nTurn it on.\n\nThen wait.\n\nWe consider your ticket resolved." in text
    assert "Turn it on.\n\nThen wait." in shown(html)


def test_a_digest_tells_everything_that_waited_in_the_desks_zone():
    subject, text, html, *_ = messages.digest("rita@example.com", ENTRIES, "weekly", zone=UTC)
    assert subject == "Your support tickets: 2 updates"
    assert "2026-11-20 09:30  #12  Ticket created\n\n    You wrote.\n    We read.\n\n2026-11-20 12:30  News\n" in text
    assert "weekly, at rita@example.com" in text
    assert "You wrote.\nWe read." in shown(html)
    assert messages.digest("rita@example.com", ENTRIES[:1], "weekly").subject == "Your support tickets: 1 update"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_speaks_the_persons_language(language):
    mails = every(language)
    for mail, english in zip(mails, every("en"), strict=True):
        page = shown(mail.html)
        assert mail.html.startswith(f'<!doctype html>\n<html lang="{language}" dir="ltr">')
        assert "  " not in mail.subject
        assert re.search(r"[^\n]\n$", mail.text)
        assert "\n\n\n" not in mail.text
        assert (mail.text == english.text) is (language == "en")
        assert mail.text.split("\n", 1)[0] in page
    new, _, resolved, high = SAYS[language]
    assert f" {new}\n" in mails[0].text
    assert f" {high}\n" in mails[0].text
    assert resolved in mails[1].text
    assert resolved in shown(mails[1].html)


def test_every_language_has_every_template_and_every_word():
    names = {language: {path.name for path in (OWN / language).iterdir()} for language in LANGUAGES}
    assert set(map(frozenset, names.values())) == {frozenset(names["en"])}
    for language in LANGUAGES:
        for status in Status:
            for priority in Priority:
                messages.ticket_created(replace(TICKET, status=status, priority=priority), language)
        for frequency in ("daily", "weekly"):
            messages.digest("rita@example.com", ENTRIES, frequency, language)


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("de-AT", "de"),
        ("DE_ch", "de"),
        ("pt", "en"),
        ("", "en"),
        ("../../etc", "en"),
        ("de/../fr", "en"),
        ("x" * 1000, "en"),
    ],
)
def test_the_nearest_language_there_is_is_spoken(language, spoken):
    assert every(language) == every(spoken)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_title_is_cut_in_the_subject_only(language):
    ticket = replace(TICKET, title="x" * 500)
    for mail in every(language, ticket=ticket)[:2]:
        assert len(mail.subject) == SUBJECT_LIMIT
        assert mail.subject.endswith("x…")
        assert ticket.title in mail.text


def test_what_requesters_write_is_text_and_never_markup_or_a_template():
    hostile = "</p><script>alert('x')</script>{{ words }}{% raw %} & \"q\""
    ticket = replace(TICKET, title=hostile, description=hostile)
    for mail in every("en", ticket=ticket)[:2]:
        assert hostile in mail.subject
        assert hostile in mail.text
        assert "<script" not in mail.html
        assert hostile in shown(mail.html)


def test_a_subject_is_one_line():
    mail = messages.render(
        "faq_answer", "en", {**messages._ticket(TICKET), "title": "a\r\nBcc: b", "question": "", "answer": ""}
    )
    assert mail.subject == "a Bcc: b"
    assert mail.text.startswith("Hello,\n")


class TestFolder:
    """Templates of one's own."""

    @pytest.fixture
    def write(self, tmp_path):
        def write(name: str, text: str | bytes) -> Path:
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            return tmp_path

        return write

    @pytest.fixture
    def fault(self, write):
        """What a template of these words is refused with."""

        def fault(text: str | bytes, name: str = "en/ticket_created.txt") -> str:
            folder = write(name, text)
            with pytest.raises(TemplateFault) as caught:
                messages.ticket_created(TICKET, name[:2], folder)
            assert "\n" not in caught.value.message
            return caught.value.message.replace(str(folder), "FOLDER")

        return fault

    def test_a_file_of_the_folder_replaces_ours_and_the_others_stay(self, write):
        folder = write(
            "de/ticket_created.txt", "Subject: [{{ number }}] {{ title }}\n\nHallo, {{ words.status[status] }}!\n"
        )
        mail = messages.ticket_created(TICKET, "de", folder)
        assert (mail.subject, mail.text) == ("[12] Lamp is dark", "Hallo, neu!\n")
        assert "Ihr Support-Ticket wurde erstellt." in shown(mail.html)
        assert every("fr", folder) == every("fr")

    def test_words_and_layout_can_be_replaced(self, write):
        write("layout.html", "<main>{% block body %}{% endblock %}</main>")
        folder = write("en/words.json", '{"status": {"new": "fresh"}, "priority": {"high": "urgent"}}')
        mail = messages.ticket_created(TICKET, "en", folder)
        assert "Priority: urgent\nStatus:   fresh" in mail.text
        assert mail.html.startswith("<main>")

    def test_a_language_can_be_added_and_has_html_when_it_has_a_template_for_it(self, write):
        folder = write("it/ticket_created.txt", "Subject: Creato\n\nBuongiorno, {{ words.status[status] }}\n")
        assert messages.ticket_created(TICKET, "it", folder) == Rendered(
            "Creato", "Buongiorno, new\n", "", ("it/ticket_created.txt",)
        )
        assert messages.status_update(TICKET, Status.NEW, "it", folder) == messages.status_update(TICKET, Status.NEW)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (
                "Subject: x\n\n{{ number }}\n{{ nmae }}\n",
                "line 4: nmae is unknown; there are description, direction",
            ),
            ("Subject: {{ nmae }}\n\nx\n", "line 1: nmae is unknown"),
            ("Subject: x\n\n{% if number == 99 %}{{ nmae }}{% endif %}\n", "line 3: nmae is unknown"),
            ("Subject: x\n\n\n{{ title.name.x }}\n", "line 4: `title.name` is undefined"),
            ("Subject: x\n\n{{ words.colour[status] }}\n", "line 3: `words.colour` is undefined"),
            ("Subject: x\n\n{% if %}\n", "line 3: "),
            ("Subject: x\n\n{{ title | shout }}\n", "line 3: filter shout is unknown"),
            ("Subject: x\n\n{% include '/etc/passwd' %}\n", "line 3: tried to include non-existing template"),
            ("Subject: x\n\n{% include '../../../etc/passwd' %}\n", "line 3: tried to include non-existing template"),
            (
                "Subject: x\n\n{% for i in range(9999) %}{% for j in range(9999) %}{{ j }}{% endfor %}{% endfor %}\n",
                "line 3: engine ran out of fuel",
            ),
            ("x\n", "line 1: it must begin with 'Subject:'"),
            ("", "line 1: it must begin with 'Subject:'"),
            (b"Subject: \xff\n", "must be text in UTF-8"),
        ],
    )
    def test_a_template_at_fault_is_named_with_line_and_reason_and_nothing_is_mailed(self, fault, text, says):
        message = fault(text)
        assert message.startswith("template FOLDER/en/ticket_created.txt")
        assert says in message

    def test_html_and_words_at_fault_are_named_too(self, fault):
        assert "FOLDER/en/ticket_created.html, line 2: nmae is unknown" in fault(
            "x\n{{ nmae }}", "en/ticket_created.html"
        )
        assert "FOLDER/de/words.json is not valid JSON: " in fault("status", "de/words.json")

    def test_a_template_that_was_fixed_is_good_at_once(self, fault, write):
        assert "nmae is unknown" in fault("Subject: {{ nmae }}\n")
        folder = write("en/ticket_created.txt", "Subject: {{ title }}\n")
        assert messages.ticket_created(TICKET, "en", folder).subject == "Lamp is dark"

    def test_a_folder_that_is_not_there_is_said(self, tmp_path):
        with pytest.raises(TemplateFault, match="mail.templates: there is no folder"):
            messages.ticket_created(TICKET, folder=tmp_path / "absent")

    def test_a_folder_or_a_template_that_cannot_be_reached_is_said(self, tmp_path):
        with pytest.raises(TemplateFault, match=r"mail.templates: .* cannot be read: File name too long"):
            messages.ticket_created(TICKET, folder=tmp_path / ("x" * 300))
        with pytest.raises(TemplateFault, match=r"template .* cannot be read: File name too long"):
            messages.render("x" * 300, "en", {}, folder=tmp_path)


def test_a_kind_without_a_template_is_said():
    with pytest.raises(TemplateFault, match="news"):
        messages.render("news", "de", {})
