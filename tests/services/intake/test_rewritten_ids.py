"""A mail service that replaces Message-IDs, as Amazon SES does: answers and bounces are found all the same."""

from dataclasses import replace

import pytest

from supportdesk.domain.conversation.message import MessageKind, new_reply
from supportdesk.domain.mail.incoming import Envelope, Outcome
from supportdesk.email.messages.mime import wire_mail
from supportdesk.email.provider import Receipt
from supportdesk.services.desk import Desk
from tests.email.mails import read
from tests.incoming import receive_mail
from tests.services.intake.conftest import HELP, raw
from tests.services.intake.test_bounces import report
from tests.services.mail.services import Service

THEIRS = "<0102-4711@eu-west-1.amazonses.com>"


class Renaming(Service):
    def send(self, mail):
        super().send(mail)
        return Receipt("accepted", THEIRS)


@pytest.fixture
def sent(path, clock):
    """Return a desk that has answered a ticket of rita's, and what she sees of the answer's head."""
    service = Renaming()

    def open_service():
        return service

    with Desk(path, "ann", now=clock, mail=replace(HELP, chosen=True), open_provider=open_service) as desk:
        receive_mail(desk.intake, raw(), Envelope("rita@example.com", ("help@example.com",)))
        desk.conversation.reply("1", new_reply("Is it plugged in?"))
        desk.mail.deliver()
        mail = service.sent[-1]
        yield desk, read(wire_mail(mail).data.replace(mail.message_id.encode(), THEIRS.encode()))


def test_an_answer_from_any_address_is_found(sent):
    desk, mail = sent
    # RFC 5322, 3.6.4: what mail programs write in an answer.
    head = {"In_Reply_To": THEIRS, "References": f"{mail['References']} {THEIRS}", "Message_ID": "<2@example.org>"}
    filed = receive_mail(desk.intake, raw("sam@example.org", "Re: Lamp", "Yes.", **head), Envelope("sam@example.org"))
    assert (filed.outcome, filed.ticket, filed.message_kind) == (Outcome.APPENDED, 1, MessageKind.THIRD_PARTY)


def test_an_answer_to_our_address_is_found_without_any_id(sent):
    desk, mail = sent
    recipients = (str(mail["Reply-To"]),)
    answer = raw(subject="AW: Lampe", text="Ja.", Message_ID="<2@example.org>", In_Reply_To=THEIRS)
    filed = receive_mail(desk.intake, answer, Envelope("rita@example.com", recipients))
    assert (filed.outcome, filed.ticket, filed.message_kind) == (Outcome.APPENDED, 1, MessageKind.REQUESTER)


def test_a_bounce_is_found_by_what_is_left_of_the_head(sent):
    desk, mail = sent
    bounce = report(f"{THEIRS}\nReferences: {mail['References']}", diagnostic="550 no such user")
    filed = receive_mail(desk.intake, bounce, Envelope(""))
    assert (filed.outcome, filed.ticket, filed.suppressed) == (Outcome.BOUNCE, 1, "rita@example.com")


def test_no_mail_refers_to_itself(sent):
    desk, mail = sent
    ours = {each.message_id for each in desk.mail.page()}
    assert mail["References"].split()[0] not in ours
    assert mail["References"].split()[-1] == mail["In-Reply-To"]
