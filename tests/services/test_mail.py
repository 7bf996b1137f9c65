"""Mail is delivered once, whoever delivers it, and never lost."""

from datetime import timedelta

import pytest

from supportdesk.domain.errors import AmbiguousReference, InvalidValue, NotFound, Unavailable
from supportdesk.domain.notification import DeliveryStatus
from supportdesk.domain.page import START, Seek
from supportdesk.domain.text import NOTES_LIMIT
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.email.provider import Refused
from supportdesk.services.desk import Desk
from supportdesk.services.mail import LEASE


class Service:
    """A mail service that notes what it takes; `act` may do something else with a message first."""

    name = "test"

    def __init__(self, act=lambda message: None):
        self.act = act
        self.sent = []

    def send(self, message):
        self.act(message)
        self.sent.append(message.seq)


@pytest.fixture
def served(path, clock):
    """The desk with a mail service of the test's own."""
    desks = []

    def served(service, agent="ann"):
        desks.append(Desk(path, agent, now=clock, provider=service))
        return desks[-1]

    yield served
    for desk in desks:
        desk.close()


def statuses(desk):
    return [message.status for message in desk.mail.page()][::-1]


def test_waiting_mail_is_sent_oldest_first_and_once(desk, filed, served, clock):
    for _ in range(3):
        filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    service = Service()
    sender = served(service)
    clock.at += timedelta(minutes=1)
    assert sender.mail.deliver() == 4
    assert service.sent == [1, 2, 3, 4]
    assert {(message.status, message.sent_at, message.error) for message in desk.mail.page()} == {
        (DeliveryStatus.SENT, clock.at, "")
    }
    assert sender.mail.deliver() == 0
    assert service.sent == [1, 2, 3, 4]


def test_a_mailbox_that_refuses_is_marked_with_the_services_words(desk, filed):
    filed(contact_email="fail@example.com")
    filed(contact_email="fail+again@example.com")
    filed(contact_email="failure@example.com")
    assert desk.mail.deliver() == 3
    assert statuses(desk) == ["failed", "failed", "sent"]
    refused = desk.mail.page(status="failed")
    assert {message.error for message in refused} == {"550 mock: this mailbox always refuses"}
    assert {message.sent_at for message in refused} == {None}
    assert desk.mail.deliver() == 0


def test_the_services_words_are_cleaned_and_cut(desk, filed, served):
    def refuse(message):
        raise Refused("550\r\nno\x1b]0;x\x07 such \udcff mailbox" + "!" * 9000)

    filed()
    served(Service(refuse)).mail.deliver()
    error = desk.mail.page()[0].error
    assert error.startswith("550 no such mailbox!")
    assert len(error) == NOTES_LIMIT


def test_a_service_that_fails_unexpectedly_loses_nothing_and_is_said(desk, filed, served, clock):
    for _ in range(3):
        filed()
    broken = [2]

    def stumble(message):
        if message.seq in broken:
            raise ZeroDivisionError("secret\x1b[31m\ndetail")

    service = Service(stumble)
    sender = served(service)
    with pytest.raises(Unavailable) as caught:
        sender.mail.deliver()
    assert caught.value.message == (
        r"the mail service test failed unexpectedly (ZeroDivisionError('secret\x1b[31m\ndetail')); "
        "messages handled: 2, to be tried again: 1"
    )
    assert statuses(desk) == ["sent", "pending", "sent"]
    # Nobody hammers at it while the lease holds.
    broken.clear()
    assert sender.mail.deliver() == 0
    clock.at += LEASE
    assert sender.mail.deliver() == 1
    assert service.sent == [1, 3, 2]
    assert statuses(desk) == ["sent"] * 3


def test_a_service_that_only_fails_is_asked_once_for_each_message(desk, filed, served, clock):
    def fail_slowly(message):
        clock.at += LEASE * 2
        raise OSError("no route to host")

    filed()
    filed()
    with pytest.raises(Unavailable, match="messages handled: 0, to be tried again: 2$"):
        served(Service(fail_slowly)).mail.deliver()
    assert statuses(desk) == ["pending"] * 2


def test_a_slow_service_sends_nothing_twice(desk, filed, served, clock):
    for _ in range(6):
        filed()
    meanwhile = Service()
    colleague = served(meanwhile, "bob")

    def take_long(message):
        clock.at += LEASE * 0.9
        colleague.mail.deliver()

    slow = Service(take_long)
    served(slow).mail.deliver()
    assert sorted(slow.sent + meanwhile.sent) == [1, 2, 3, 4, 5, 6]
    assert statuses(desk) == ["sent"] * 6


def test_the_mail_of_a_change_that_did_not_happen_is_never_sent(desk, filed, sql, served):
    sql("CREATE TRIGGER fails AFTER INSERT ON notifications BEGIN SELECT raise(ABORT, 'no'); END")
    with pytest.raises(Unavailable):
        filed()
    assert served(Service()).mail.deliver() == 0


SENDER = """
import os, sys
from datetime import datetime
from pathlib import Path
from supportdesk.services.desk import Desk

class Service:
    name = "test"

    def send(self, message):
        os.write(log, f"{message.message_id}\\n".encode())
        if message.seq == dies_at:
            os._exit(9)

path, log_file, moment, dies_at = Path(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3]), int(sys.argv[4])
log = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
with Desk(path, "sender", now=lambda: moment, provider=Service()) as desk:
    print("ready", flush=True)
    sys.stdin.readline()
    print(desk.mail.deliver(), flush=True)
"""


def test_six_processes_that_deliver_at_once_send_every_message_once(desk, filed, path, tmp_path, clock, spawn):
    for _ in range(60):
        filed()
    senders = [spawn(SENDER, path, tmp_path / "log", clock.at.isoformat(), 0) for _ in range(6)]
    for sender in senders:
        assert sender.stdout.readline() == "ready\n"
    for sender in senders:
        print(file=sender.stdin, flush=True)
    handled = [int(sender.communicate()[0]) for sender in senders]
    assert sum(handled) == 60
    assert sorted((tmp_path / "log").read_text().split()) == sorted(
        message.message_id for message in desk.mail.page(limit=99)
    )
    assert set(statuses(desk)) == {"sent"}


def test_the_mail_of_a_process_that_died_is_tried_again_when_its_lease_is_over(
    desk, filed, path, tmp_path, clock, spawn, served
):
    for _ in range(4):
        filed()
    sender = spawn(SENDER, path, tmp_path / "log", clock.at.isoformat(), 2)
    sender.communicate("\n")
    assert sender.returncode == 9
    assert statuses(desk) == ["sent", "pending", "pending", "pending"]

    service = Service()
    survivor = served(service)
    assert survivor.mail.deliver() == 2
    clock.at += LEASE - timedelta(seconds=1)
    assert survivor.mail.deliver() == 0
    clock.at += timedelta(seconds=1)
    assert survivor.mail.deliver() == 1
    # The second was on its way when its process died, so it goes out once more, under its old Message-ID.
    assert service.sent == [3, 4, 2]
    assert statuses(desk) == ["sent"] * 4
    assert (tmp_path / "log").read_text().split()[1] == desk.mail.page()[2].message_id


def test_the_outbox_is_walked_filtered_and_looked_up(desk, filed, sql):
    first, _, third = filed(), filed(contact_email="fail@example.com"), filed()
    desk.mail.deliver()
    assert desk.mail.count().rows == 3
    newest = desk.mail.page(START, 2)
    assert [message.ticket_id for message in newest][0] == third.id
    assert desk.mail.page(Seek((newest[-1].seq,)), 2)[0].ticket_id == first.id
    assert [message.seq for message in desk.mail.page(Seek((1,), backwards=True), 2)] == [3, 2]
    assert [desk.mail.position((message.seq,)) for message in newest] == [0, 1]
    assert [message.seq for message in desk.mail.page(status=" Failed ")] == [2]
    assert [message.seq for message in desk.mail.page(ticket_id=first.id)] == [1]
    with pytest.raises(InvalidValue, match="^status: 'lost' is not allowed; it can be pending, sent or failed$"):
        desk.mail.page(status="lost")

    sql("UPDATE notifications SET id = '12345678-0000-4000-8000-00000000000' || seq WHERE seq < 3")
    assert desk.mail.get(newest[0].id[:8]).seq == 3
    assert desk.mail.get("12345678-0000-4000-8000-000000000002").seq == 2
    with pytest.raises(AmbiguousReference, match="^reference: 12345678 fits several notifications: 12345678-.*1, .*2$"):
        desk.mail.get("12345678")
    with pytest.raises(NotFound, match="^there is no notification 99999999$"):
        desk.mail.get("99999999")


def test_nobody_takes_the_write_lock_to_find_nothing_to_send(desk, path, sql):
    with Desk(path, "bob", busy_seconds=0) as colleague, desk._database.writing():
        assert colleague.mail.deliver() == 0
