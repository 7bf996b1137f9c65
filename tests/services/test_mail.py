"""The mail log is walked, filtered and searched, and what failed is sent again on demand."""

import pytest

from supportdesk.domain.errors import AmbiguousReference, InvalidValue, NotAllowed, NotFound
from supportdesk.domain.page import START, Seek
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.email.provider import OutcomeUnknown, Refused
from tests.services.mail_services import Service


def test_the_log_is_walked_filtered_and_looked_up(desk, filed, sql):
    first, _, third = filed(), filed(contact_email="fail@example.com"), filed()
    desk.mail.deliver()
    assert desk.mail.count().rows == 3
    newest = desk.mail.page(START, 2)
    assert [message.ticket_id for message in newest][0] == third.id
    assert desk.mail.page(Seek((newest[-1].seq,)), 2)[0].ticket_id == first.id
    assert [message.seq for message in desk.mail.page(Seek((1,), backwards=True), 2)] == [3, 2]
    assert [desk.mail.position((message.seq,)) for message in newest] == [0, 1]
    assert [message.seq for message in desk.mail.page(status=" Failed ")] == [2]
    assert (desk.mail.count(status="failed").rows, desk.mail.position((1,), status="sent")) == (1, 1)
    assert [message.seq for message in desk.mail.page(ticket_id=first.id)] == [1]
    assert desk.mail.count(ticket_id=first.id).rows == 1
    assert {status: number for status, number in desk.mail.counts().items() if number} == {"sent": 2, "failed": 1}
    with pytest.raises(InvalidValue, match="^status: 'lost' is not allowed; it can be pending, sent, .* or withdrawn$"):
        desk.mail.page(status="lost")

    sql("UPDATE notifications SET id = '12345678-0000-4000-8000-00000000000' || seq WHERE seq < 3")
    assert desk.mail.get(newest[0].id[:8]).seq == 3
    assert desk.mail.get("12345678-0000-4000-8000-000000000002").seq == 2
    with pytest.raises(AmbiguousReference, match="^reference: 12345678 fits several notifications: 12345678-.*1, .*2$"):
        desk.mail.get("12345678")
    with pytest.raises(NotFound, match="^there is no notification 99999999$"):
        desk.mail.get("99999999")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lamp", [3, 1]),
        ("rita@example.com", [3, 2]),
        ("rita@exam", [3, 2]),
        ("RITA lam", [3]),
        ("tür", [2]),
        ("tur", [2]),
        ("omar nobody", []),
        ('"', []),
        ("@", []),
        ("NOT (lamp*", [3, 1]),
        ("  ", [3, 2, 1]),
    ],
)
def test_the_log_is_searched_by_words_of_recipient_and_subject(desk, filed, text, found):
    filed("The lamp is not on", contact_email="omar@example.com")
    filed("Die Tür klemmt")
    assert desk.mail.count(text="lamp").rows == 1
    filed("Lamp is not dark")
    assert [message.seq for message in desk.mail.page(text=text)] == found
    assert desk.mail.count(text=text).rows == len(found)
    assert desk.mail.page(text=text, status="sent") == []
    assert [desk.mail.position((seq,), text=text) for seq in found] == list(range(len(found)))


def refusing(*recipients, error=Refused):
    def act(mail):
        if mail.recipient in recipients:
            raise error("no")

    return act


def test_what_failed_is_sent_again_on_demand_under_its_old_message_id(desk, filed, served):
    filed()
    service = Service(refusing("rita@example.com"))
    sender = served(service)
    sender.mail.deliver()
    failed = desk.mail.page()[0]
    waiting = desk.mail.retry(failed.id[:8])
    assert (waiting.status, waiting.error, waiting.attempts) == ("pending", "", 0)
    assert (desk.journal.page(START, 1)[0].in_words, desk.journal.page(START, 1)[0].about) == (
        "mail to be sent again, after it failed",
        "rita@example.com",
    )
    service.act = lambda mail: None
    assert sender.mail.deliver().sent == 1
    assert service.sent[0].message_id == failed.message_id


def test_what_may_have_arrived_is_sent_again_only_when_that_is_said(desk, filed, served):
    filed()
    service = Service(refusing("rita@example.com", error=OutcomeUnknown))
    sender = served(service)
    assert sender.mail.deliver().unknown == 1
    with pytest.raises(NotAllowed, match="^nobody knows whether the message arrived; sent again, it may arrive twice"):
        desk.mail.retry(desk.mail.page()[0].id)
    service.act = lambda mail: None
    assert sender.mail.deliver().changed is False
    desk.mail.retry(desk.mail.page()[0].id, even_if_unknown=True)
    assert sender.mail.deliver().sent == 1


def test_what_did_not_fail_is_not_sent_again(desk, filed):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    desk.journal.undo()
    desk.mail.deliver()
    for message in desk.mail.page():
        with pytest.raises(NotAllowed, match=f"^the message is {message.status}; only failed and unknown ones can be"):
            desk.mail.retry(message.id)
