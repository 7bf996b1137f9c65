"""Whatever happens while mail is delivered, each message arrives once, or it is said that nobody knows."""

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain import moment
from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.domain.mail.retry import LEASE
from supportdesk.domain.preference import Frequency, PreferenceChange
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.email.provider import Refused
from supportdesk.sample.replay import Clock
from supportdesk.services.desk import Desk
from tests.conftest import AT_ONCE
from tests.email.providers.smtp_server import Mailboxes, Running
from tests.machines import SET_CLOCK, machine
from tests.services.mail.services import Service

# MAIL_CHAOS=full python -m pytest tests/services/mail/test_chaos.py
PROCESSES, MESSAGES = (10, 2_000) if os.environ.get("MAIL_CHAOS") == "full" else (5, 240)

SENDER = (
    SET_CLOCK
    + """
import sys
from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk

path, port = parse_desk_address(sys.argv[1]), int(sys.argv[2])
mail = MailSettings(hold=0, provider="smtp", smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
with Desk(path, "sender", mail=mail) as desk, desk.courier() as courier:
    print("ready", flush=True)
    sys.stdin.readline()
    print(courier.deliver_due().sent, flush=True)
"""
)


@pytest.fixture
def mail_server():
    """A real mail server, which keeps what arrives."""
    server = Running(Mailboxes(), enable_SMTPUTF8=True)
    server.start()
    yield server
    server.stop()


def test_processes_that_are_killed_while_they_deliver_send_nothing_twice_and_lose_nothing(
    path, tmp_path, spawn, mail_server
):
    chance = random.Random(MESSAGES)
    with Desk(path, "ann", mail=AT_ONCE) as desk:
        for number in range(MESSAGES):
            desk.tickets.create(new_ticket(f"Lamp {number}", "It does not shine.", f"rita{number % 7}@example.com"))
        expected = {message.message_id for message in desk.mail.page(limit=MESSAGES)}
        assert len(expected) == MESSAGES
    arrived = mail_server.handler.arrived
    senders = [
        spawn(SENDER, path, mail_server.port, **machine(number, tmp_path, shares_a_clock=isinstance(path, Path)))
        for number in range(PROCESSES)
    ]
    for sender in senders:
        assert sender.stdout.readline() == "ready\n"
    for sender in senders:
        print(file=sender.stdin, flush=True)
    for victim, share in zip(senders[:2], sorted((chance.random() * 0.6, chance.random() * 0.6)), strict=True):
        # At a random moment of the whole, and so at a random place in what each of them is doing.
        while len(arrived) < share * MESSAGES:
            assert victim.poll() is None or arrived
        victim.kill()
        victim.wait()
    for sender in senders[2:]:
        sender.communicate()
        assert sender.returncode == 0

    # What the dead had leased is free when their leases end.
    later = moment.now() + LEASE
    mail = replace(AT_ONCE, provider="smtp", smtp_host="127.0.0.1", smtp_port=mail_server.port, smtp_security="none")
    with Desk(path, "ann", mail=mail, now=lambda: later) as desk:
        desk.mail.deliver()
        outcomes = {message.message_id: message.status for message in desk.mail.page(limit=MESSAGES)}
    taken = Counter(message_from_bytes(mail.content)["Message-ID"] for mail in arrived)
    assert outcomes.keys() == expected
    assert set(outcomes.values()) <= {DeliveryStatus.SENT, DeliveryStatus.UNKNOWN}
    assert set(taken.values()) == {1}, "nothing arrived twice"
    for message, status in outcomes.items():
        assert status is DeliveryStatus.UNKNOWN or taken[message] == 1
    # Each of the dead had at most one in hand.
    assert sum(status is DeliveryStatus.UNKNOWN for status in outcomes.values()) <= 2


PEOPLE = [f"{name}@example.com" for name in ("rita", "omar", "fail", "kim")]
STEPS = st.one_of(
    st.tuples(st.just("change"), st.sampled_from(["1", "2", "12", "34", "1234"]), st.sampled_from(Status)),
    st.tuples(st.just("change"), st.sampled_from(["1", "2", "12", "34", "1234"]), st.sampled_from(Status)),
    st.tuples(
        st.just("prefer"),
        st.integers(0, 3),
        st.builds(
            PreferenceChange,
            email_notifications=st.none() | st.booleans(),
            notification_frequency=st.none() | st.sampled_from(Frequency),
        ),
    ),
    st.tuples(st.just("undo"), st.none(), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([0.001, 3, 30, 200]), st.none()),
    st.tuples(st.just("deliver"), st.none(), st.none()),
)


@settings(max_examples=25)
@given(steps=st.lists(STEPS, min_size=40, max_size=60))
def test_every_event_ends_as_sent_digested_held_with_a_reason_or_failed(new_file, steps):
    def refuse(mail):
        if mail.recipient.startswith("fail"):
            raise Refused("no")

    service, clock = Service(refuse), Clock(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    with (
        TemporaryDirectory() as folder,
        Desk(Path(copy(new_file, folder)), "ann", now=clock, mail=AT_ONCE, open_provider=lambda: service) as desk,
    ):
        for person in PEOPLE:
            desk.tickets.create(new_ticket("Lamp is dark", "It does not shine.", person))
        events = len(PEOPLE)
        # Undoing goes back to here, and not to before the tickets.
        seen, undoable = desk.journal.last_seq(), 0
        for kind, subject, value in steps:
            match kind:
                case "change":
                    events += len(desk.tickets.update(list(subject), TicketChange(value)).changed)
                case "prefer":
                    desk.preferences.set(PEOPLE[subject], value)
                case "undo" if undoable:
                    untold = desk.mail.counts()[DeliveryStatus.WITHDRAWN]
                    try:
                        undone = desk.journal.undo()
                    except NotAllowed:
                        continue
                    undoable -= 1
                    events += len(undone.tickets) - (desk.mail.counts()[DeliveryStatus.WITHDRAWN] - untold)
                case "wait":
                    clock.at += timedelta(hours=subject)
                case "deliver":
                    desk.mail.deliver()
            if kind in ("change", "prefer") and desk.journal.last_seq() > seen:
                undoable += 1
            seen = desk.journal.last_seq()
        clock.at += timedelta(days=8)
        desk.mail.deliver()
        with desk.courier() as courier:
            assert courier.next_due() is None

        messages = desk.mail.page(limit=1000)
        digests = {message.id: message for message in messages if message.notification_type == "digest"}
        told = [message for message in messages if message.id not in digests]
        assert len(told) == events
        for message in told:
            match message.status:
                case DeliveryStatus.DIGESTED:
                    digest = digests[message.digest_id]
                    assert digest.recipient_email == message.recipient_email
                    assert "Lamp is dark" in digest.content
                case DeliveryStatus.HELD | DeliveryStatus.WITHDRAWN:
                    assert message.reason
                case _:
                    assert message.status in (DeliveryStatus.SENT, DeliveryStatus.FAILED)
        went = Counter(mail.message_id for mail in service.sent)
        assert went == Counter(message.message_id for message in messages if message.status is DeliveryStatus.SENT)
        assert set(went.values()) <= {1}
        assert {digest.status for digest in digests.values()} <= {"sent", "failed", "held"}
