"""Robots that answer each other: at most two automatic mails leave, whoever the other one is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.mail.incoming import Envelope, Outcome
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.email.messages.mime import wire_mail
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk
from tests.incoming import receive_mail
from tests.services.mail.services import Service

HELP = MailSettings(hold=0, zone="UTC", sender="help@a.example", reply_to="help@a.example")
ROUNDS = 12
MARKERS = ("auto-submitted", "precedence", "x-auto-response-suppress", "list-", "x-loop", "return-path", "x-")


class Party:
    """A desk, its outbox and its inbox."""

    def __init__(self, path, address, clock):
        self.service = Service()
        settings = replace(HELP, sender=f"Help <{address}>", reply_to=address)
        self.desk = Desk(path, "ann", now=clock, mail=settings, open_provider=lambda: self.service)
        self.address = address
        self.outcomes = []

    def take(self, raw, sender):
        filed = receive_mail(self.desk.intake, raw, Envelope(sender, (self.address,)))
        self.outcomes.append(filed.outcome)
        return filed

    def sent(self):
        """What leaves the desk now, as a server gets it."""
        self.desk.mail.deliver()
        mails, self.service.sent = self.service.sent, []
        return [(mail.recipient, wire_mail(mail).data) for mail in mails]


@pytest.fixture
def make_party(tmp_path, clock):
    parties = []

    def make(name):
        parties.append(Party(tmp_path / f"{name}.db", f"help@{name}.example", clock))
        return parties[-1]

    yield make
    for party in parties:
        party.desk.close()


def exchange(first, second, clock, change=lambda raw: raw):
    """Lets two desks hear all that the other one says; returns how many mails each sent."""
    count = 0
    for _ in range(ROUNDS):
        for here, there in ((first, second), (second, first)):
            for recipient, raw in here.sent():
                count += 1
                if recipient.rpartition("@")[2] == there.address.rpartition("@")[2]:
                    there.take(change(raw), here.address)
        clock.at += timedelta(minutes=1)
    return count


def test_two_desks_that_answer_each_other_fall_silent(make_party, clock):
    first, second = make_party("a"), make_party("b")
    first.take(b"From: help@b.example\nTo: help@a.example\nSubject: Lamp\nMessage-ID: <1@b>\n\nDark.", "help@b.example")
    assert exchange(first, second, clock) <= 2


def test_two_desks_that_answer_each_other_fall_silent_although_a_relay_drops_every_marker(make_party, clock):
    first, second = make_party("a"), make_party("b")
    first.take(b"From: help@b.example\nTo: help@a.example\nSubject: Lamp\nMessage-ID: <1@b>\n\nDark.", "help@b.example")
    assert exchange(first, second, clock, without_markers) <= 2


def without_markers(raw):
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.replace(b"\r\n ", b" ").split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(tuple(each.encode() for each in MARKERS))]
    return b"\r\n".join(kept) + b"\r\n\r\n" + body


@pytest.mark.parametrize("threaded", [True, False])
@pytest.mark.parametrize("subject", ["Re: {0}", "Your request {1}"])
def test_a_robot_that_ignores_every_marker_gets_two_automatic_mails_at_most(make_party, clock, threaded, subject):
    desk = make_party("a")
    raw = b"From: robot@b.example\nTo: help@a.example\nSubject: Hello\nMessage-ID: <0@b>\n\nThank you."
    desk.take(raw, "robot@b.example")
    automatic = 0
    for number in range(1, ROUNDS):
        for _, answer in desk.sent():
            automatic += 1
            asked = desk.desk.mail.page()[0]
            about = subject.format(asked.subject, number)
            reply = f"From: robot@b.example\nTo: help@a.example\nSubject: {about}\nMessage-ID: <{number}@b>\n"
            if threaded:
                reply += f"In-Reply-To: {asked.message_id}\n"
            desk.take(f"{reply}\nWe got your mail, number {number}.".encode(), "robot@b.example")
            assert answer
        clock.at += timedelta(minutes=1)
    assert automatic <= 2


def test_an_agents_words_are_answered_by_a_robot_once_and_that_is_the_end(make_party, clock):
    first, second = make_party("a"), make_party("b")
    first.take(b"From: rita@b.example\nTo: help@a.example\nSubject: Lamp\nMessage-ID: <1@b>\n\nDark.", "rita@b.example")
    first.sent()
    first.desk.conversation.reply("1", new_reply("Is it plugged in?", ["help@b.example"]))
    assert exchange(first, second, clock) <= 2
    assert Outcome.NEW_TICKET not in first.outcomes[1:]


def test_closing_a_robots_ticket_does_not_begin_it_anew(make_party, clock):
    desk = make_party("a")
    desk.take(b"From: robot@b.example\nSubject: Hello\nMessage-ID: <0@b>\n\nThank you.", "robot@b.example")
    desk.sent()
    desk.desk.tickets.update(["1"], TicketChange(status=Status.RESOLVED))
    automatic = 0
    for number in range(1, ROUNDS):
        for _, _raw in desk.sent():
            automatic += 1
            raw = f"From: robot@b.example\nSubject: Re: Hello [#1]\nMessage-ID: <{number}@b>\n\nThank you {number}."
            desk.take(raw.encode(), "robot@b.example")
        clock.at += timedelta(minutes=1)
    assert automatic <= 2
