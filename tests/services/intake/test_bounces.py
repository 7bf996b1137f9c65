"""Bounces: only of our own mail, shown on the ticket, unread for its owner, lifted by a mail or by hand."""

from datetime import timedelta

import pytest

from supportdesk.domain.conversation.message import MessageKind, new_reply
from supportdesk.domain.errors import NotFound
from supportdesk.domain.mail.incoming import Envelope, Outcome
from supportdesk.domain.preference import Frequency, PreferenceChange
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.services.desk import Desk
from tests.incoming import receive_mail


def report(message_id, status="5.1.1", action="failed", recipient="rita@example.com", diagnostic="") -> bytes:
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nSubject: Undelivered\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nNo.\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {diagnostic}\n\n--b\n"
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\n\n--b--\n"
    ).encode()


@pytest.fixture
def bounced(desk, receive):
    """Return a function that lets a reply to a ticket of bob's come back."""
    receive()
    desk.tickets.update(["1"], TicketChange(owner="bob"))
    desk.conversation.reply("1", new_reply("Is it plugged in?"))
    desk.mail.deliver()

    def bounced(**values):
        [reply] = [each for each in desk.mail.page() if each.notification_type == "reply"]
        return receive_mail(desk.intake, report(reply.message_id, **values), Envelope(""))

    return bounced


def test_a_hard_bounce_is_shown_on_the_ticket_and_suppresses_its_address(desk, bounced):
    filed = bounced(diagnostic="550 no such user")
    assert (filed.outcome, filed.suppressed, filed.acknowledged) == (Outcome.BOUNCE, "rita@example.com", False)
    said = desk.conversation.messages("1")
    assert said[-1].kind is MessageKind.AUTOMATIC
    assert said[1].delivery == "failed"
    assert [each.address for each in desk.suppressions.list()] == ["rita@example.com"]
    held = desk.conversation.reply("1", new_reply("Hello?")).message
    assert next(each for each in desk.conversation.messages("1") if each.id == held.id).delivery == "held"


def test_it_is_unread_for_the_tickets_owner(desk, bounced, path, clock):
    bounced()
    with Desk(path, "bob", now=clock) as bob:
        assert [each.ticket for each in bob.conversation.failed_replies()] == [1]
        assert bob.tickets.get("1").unread


def test_a_bounced_acknowledgement_is_the_owners_business_too(desk, receive, path, clock):
    receive()
    desk.tickets.update(["1"], TicketChange(owner="bob"))
    desk.mail.deliver()
    [acknowledgement] = desk.mail.page()
    assert receive_mail(desk.intake, report(acknowledgement.message_id), Envelope("")).outcome is Outcome.BOUNCE
    with Desk(path, "bob", now=clock) as bob:
        assert bob.tickets.get("1").unread


@pytest.mark.parametrize(
    ("values", "delivery"),
    [({"status": "5.2.2"}, "failed"), ({"status": "5.7.1"}, "failed"), ({"status": "4.4.1"}, "failed"),
     ({"status": "4.4.7", "action": "delayed"}, "sent"), ({"diagnostic": "sender verify failed"}, "failed")],
)  # fmt: skip
def test_a_soft_or_delayed_one_suppresses_nobody(desk, bounced, values, delivery):
    assert bounced(**values).suppressed is None
    assert desk.suppressions.list() == []
    assert desk.conversation.messages("1")[1].delivery == delivery


def test_a_report_about_somebody_else_is_parked(desk, bounced):
    assert bounced(recipient="sam@example.com").outcome is Outcome.PARKED
    assert desk.suppressions.list() == []


def test_a_mail_from_the_address_lifts_it_and_so_does_a_hand(desk, bounced, receive):
    bounced()
    filed = receive(subject="Re: [#1]", text="I am here.", Message_ID="<2@x>")
    assert (filed.outcome, desk.suppressions.list()) == (Outcome.APPENDED, [])
    bounced(diagnostic="again")
    assert desk.suppressions.list() != []
    desk.suppressions.remove("RITA@example.com")
    assert desk.suppressions.list() == []
    with pytest.raises(NotFound):
        desk.suppressions.remove("rita@example.com")


def test_a_bounce_never_reopens_a_ticket(desk, bounced):
    desk.tickets.update(["1"], TicketChange(status=Status.RESOLVED))
    assert bounced().reopened is False
    assert desk.tickets.get("1").status is Status.RESOLVED


def test_a_suppression_is_undone(desk, bounced):
    bounced()
    assert desk.suppressions.list() != []
    desk.journal.undo()
    assert desk.suppressions.list() == []


def test_a_digest_that_comes_back_suppresses_its_address_too(desk, clock):
    desk.preferences.set("rita@example.com", PreferenceChange(notification_frequency=Frequency.DAILY))
    desk.tickets.create(new_ticket("Lamp", "Dark.", "rita@example.com"))
    clock.at += timedelta(days=2)
    assert desk.mail.deliver().digests == 1
    [digest] = [each for each in desk.mail.page() if each.notification_type == "digest"]
    filed = receive_mail(desk.intake, report(digest.message_id), Envelope(""))
    assert (filed.outcome, filed.ticket, filed.suppressed) == (Outcome.BOUNCE, None, "rita@example.com")
    assert desk.mail.get(digest.id).status == "failed"
    assert all(each.is_ok for each in desk.doctor.examine([]) if each.check == "mail received")
