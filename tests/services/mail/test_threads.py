"""The mails of a ticket are one conversation to mail programs."""

import pytest

from supportdesk.domain.faq import new_faq
from supportdesk.domain.preference import Language, PreferenceChange
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.email.provider import Receipt
from tests.services.mail.services import Service


class Renaming(Service):
    """A service that replaces Message-IDs, as Amazon SES does."""

    def send(self, mail):
        super().send(mail)
        return Receipt("accepted", f"<{len(self.sent)}@service.example>")


@pytest.fixture
def service():
    return Service()


def test_all_mails_of_a_ticket_have_one_subject(served, filed, service):
    desk = served(service)
    filed("Lamp broken")
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    desk.faqs.create(new_faq("Why?", "Turn it on.", "general"))
    desk.faqs.answer_ticket("1", "1")
    desk.tickets.update(["1"], TicketChange(Status.NEW))
    desk.mail.deliver()
    assert [mail.subject for mail in service.sent] == ["Lamp broken [#1]"] + 3 * ["Re: Lamp broken [#1]"]
    first, *later = service.sent
    assert {mail.headers["In-Reply-To"] for mail in later} == {first.message_id}
    assert {mail.headers["References"].split()[-1] for mail in later} == {first.message_id}


def test_a_language_changes_no_subject(served, filed, service):
    desk = served(service)
    filed("Lamp broken")
    desk.preferences.set("rita@example.com", PreferenceChange(preferred_language=Language("de")))
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    desk.mail.deliver()
    assert [mail.subject for mail in service.sent] == ["Lamp broken [#1]", "Re: Lamp broken [#1]"]


def test_an_edited_title_does_not_split_the_conversation(served, filed, service, sql):
    desk = served(service)
    filed("Lamp broken")
    sql("UPDATE tickets SET title = 'Billing: refund'")
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    desk.mail.deliver()
    assert service.sent[1].subject == "Re: Lamp broken [#1]"
    assert "Billing: refund" in service.sent[1].text


def test_a_mail_after_one_that_never_left_is_the_first(served, filed, service):
    desk = served(service)
    filed("Lamp broken")
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    desk.journal.undo()
    desk.mail.deliver()
    desk.preferences.set("rita@example.com", PreferenceChange(email_notifications=False))
    filed("Door is stuck")
    desk.preferences.set("rita@example.com", PreferenceChange(email_notifications=True))
    desk.tickets.update(["2"], TicketChange(Status.IN_PROGRESS))
    desk.mail.deliver()
    assert service.sent[-1].headers.get("In-Reply-To") in (None, service.sent[-2].message_id)


def test_two_tickets_of_one_title_are_two_conversations(served, filed, service):
    desk = served(service)
    filed("Lamp broken")
    filed("Lamp broken")
    desk.mail.deliver()
    assert [mail.subject for mail in service.sent] == ["Lamp broken [#1]", "Lamp broken [#2]"]


def test_the_id_that_a_service_gives_is_kept_and_referred_to(served, filed):
    service = Renaming()
    desk = served(service)
    filed("Lamp broken")
    desk.mail.deliver()
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    desk.mail.deliver()
    assert desk.mail.page()[-1].provider_message_id == "<1@service.example>"
    assert service.sent[1].headers["In-Reply-To"] == "<1@service.example>"


def test_automatic_mail_asks_for_no_automatic_answer(served, filed, service):
    desk = served(service)
    filed("Lamp broken")
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    desk.mail.deliver()
    for mail in service.sent:
        assert mail.headers["X-Auto-Response-Suppress"] == "All"
        assert mail.headers["Auto-Submitted"] == "auto-generated"
