"""A snoozed ticket waits for its time, and wakes by itself or by a word from its requester."""

from datetime import timedelta

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.mail.incoming import Envelope
from tests.incoming import receive_mail


def test_a_snooze_ends_without_anybody_writing(desk, filed, clock):
    filed()
    ticket = desk.tickets.snooze(["1"], "2h").tickets[0]
    assert ticket.is_snoozed(clock.at)
    clock.at += timedelta(hours=2)
    assert not desk.tickets.get("1").is_snoozed(clock.at)
    assert desk.journal.after(1)[0].summary == "snoozed until 2026-11-20 11:30 UTC"


def test_a_clock_that_was_ahead_snoozes_nobody_for_ever(desk, filed, clock, sql):
    filed()
    sql("UPDATE tickets SET snoozed_until = '2099-01-01T00:00:00.000Z'")
    assert not desk.tickets.get("1").is_snoozed(clock.at)


def test_wake_and_undo(desk, filed, clock):
    filed()
    desk.tickets.snooze(["1"], "2h")
    desk.tickets.wake(["1"])
    assert desk.tickets.get("1").snoozed_until is None
    desk.journal.undo()
    assert desk.tickets.get("1").is_snoozed(clock.at)
    desk.journal.undo()
    assert desk.tickets.get("1").snoozed_until is None
    assert desk.tickets.wake(["1"]).changed == frozenset()


def test_a_snooze_in_the_past_changes_no_ticket(desk, filed):
    filed()
    with pytest.raises(InvalidValue, match="not in the future"):
        desk.tickets.snooze(["1"], "2026-11-01")
    assert desk.tickets.get("1").version == 1


@pytest.mark.parametrize(("sender", "woken"), [("rita@example.com", True), ("eve@example.org", False)])
def test_a_word_from_the_requester_wakes_it(desk, filed, clock, sender, woken):
    filed()
    desk.tickets.snooze(["1"], "2d")
    mail = f"From: {sender}\nTo: help@example.com\nSubject: Re: Lamp [#1]\n\nAny news?\n"
    receive_mail(desk.intake, mail.encode(), Envelope(sender, ()))
    assert desk.tickets.get("1").is_snoozed(clock.at) is not woken
