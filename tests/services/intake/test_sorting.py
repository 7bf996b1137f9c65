"""What a mail is: blocked senders, wishes to unsubscribe, spam, and who may answer by number."""

from datetime import timedelta

import pytest

from supportdesk.domain.errors import InvalidValue, NotAllowed, NotFound
from supportdesk.domain.mail.incoming import Outcome
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.services.agents import AgentChange


@pytest.mark.parametrize(
    "blocked", ["eve@example.org", "EVE@Example.org", "example.org", "@example.org", "*.example.org"]
)
def test_a_blocked_sender_is_parked_and_answered_with_nothing(desk, receive, blocked):
    desk.blocked_senders.block(blocked)
    filed = receive("Eve <eve@example.org>")
    assert (filed.outcome, filed.cause) == (Outcome.PARKED, "its sender is blocked")
    assert desk.mail.page() == []
    assert receive("eve@example.org.net", Message_ID="<2@x>").outcome is Outcome.NEW_TICKET


def test_a_blocked_domain_includes_those_below_it_and_no_others(desk, receive):
    desk.blocked_senders.block("example.org")
    assert receive("eve@mail.example.org").outcome is Outcome.PARKED
    assert receive("eve@notexample.org", Message_ID="<2@x>").outcome is Outcome.NEW_TICKET


def test_blocking_is_undone_and_a_sender_is_unblocked(desk, receive):
    desk.blocked_senders.block("eve@example.org")
    desk.journal.undo()
    assert desk.blocked_senders.list() == []
    desk.blocked_senders.block("eve@example.org")
    assert desk.blocked_senders.unblock("Eve@example.org") == "Eve@example.org"
    with pytest.raises(NotFound):
        desk.blocked_senders.unblock("eve@example.org")
    assert receive("eve@example.org").outcome is Outcome.NEW_TICKET


@pytest.mark.parametrize("sender", ["", "eve", "@", "com", "eve@", "a b@example.org"])
def test_only_an_address_or_a_domain_can_be_blocked(desk, sender):
    with pytest.raises(InvalidValue):
        desk.blocked_senders.block(sender)


def test_an_agent_cannot_be_blocked(desk):
    desk.agents.set("ann", AgentChange(email="ann@example.com"))
    for sender in ("ann@example.com", "example.com"):
        with pytest.raises(NotAllowed):
            desk.blocked_senders.block(sender)


@pytest.mark.parametrize(
    "text",
    ["", "-- \nRita Sato\nExample Ltd, 5 High Street", "Sent from my iPhone", "Best regards\nRita", "unsubscribe",
     "Mit freundlichen Grüßen\n\nRita Sato\nTel. +49 30 1234"],
)  # fmt: skip
def test_unsubscribing_works_with_a_signature_below_it(desk, receive, text):
    assert receive(subject="unsubscribe", text=text).outcome is Outcome.UNSUBSCRIBED
    assert desk.preferences.get("rita@example.com").email_notifications is False


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("unsubscribe", "I was charged twice for the newsletter."),
        ("unsubscribe", "Does this work?"),
        ("unsubscribe", "退会したいのですが"),
        ("How do I unsubscribe", ""),
        ("Re: unsubscribe me", ""),
    ],
)
def test_a_question_about_it_is_a_ticket(receive, subject, text):
    assert receive(subject=subject, text=text).outcome is Outcome.NEW_TICKET


def test_what_the_mail_server_marked_as_spam_is_parked(receive):
    assert receive(X_Spam_Flag="YES").outcome is Outcome.PARKED
    assert receive(X_Spam_Flag="NO", Message_ID="<2@x>").outcome is Outcome.NEW_TICKET


def test_an_answer_by_number_in_somebody_elses_name_is_parked(desk, receive):
    receive()
    failed = {"Authentication_Results": "mx.example.com; dmarc=fail", "Message_ID": "<2@x>"}
    assert receive(subject="Re: [#1]", **failed).outcome is Outcome.PARKED
    foreign = {"Authentication_Results": "other.example; dmarc=fail", "Message_ID": "<3@x>"}
    assert receive(subject="Re: [#1]", **foreign).outcome is Outcome.APPENDED
    assert len(desk.conversation.messages("1")) == 2


def test_a_new_ticket_in_somebodys_name_is_not_acknowledged(receive):
    assert not receive(Authentication_Results="mx.example.com; dmarc=fail").acknowledged


def test_an_accepted_mail_waits_again_after_undo(desk, receive):
    receive(X_Spam_Flag="YES")
    [parked] = desk.intake.list()
    ticket = desk.intake.accept(str(parked.seq))
    assert desk.intake.list() == []
    desk.journal.undo()
    assert [each.seq for each in desk.intake.list()] == [parked.seq]
    assert desk.tickets.get(str(ticket.number)).deleted_at is not None


def test_a_mail_added_to_a_ticket_is_taken_out_by_undo(desk, receive):
    receive("sam@example.com")
    receive(X_Spam_Flag="YES", Message_ID="<2@x>")
    [parked] = desk.intake.list()
    desk.intake.accept(str(parked.seq), "1")
    assert len(desk.conversation.messages("1")) == 2
    desk.journal.undo()
    assert len(desk.conversation.messages("1")) == 1
    assert [each.seq for each in desk.intake.list()] == [parked.seq]


def test_discarding_is_undone(desk, receive):
    receive(X_Spam_Flag="YES")
    [parked] = desk.intake.list()
    assert desk.intake.discard(str(parked.seq)).outcome is Outcome.DISCARDED
    desk.journal.undo()
    assert [each.seq for each in desk.intake.list()] == [parked.seq]


def test_a_robot_that_ignores_every_marker_gets_two_answers_however_long_it_goes_on(receive, clock):
    acknowledged = []
    for number in range(8):
        filed = receive(subject=f"Your request {number}", text=f"No. {number}", Message_ID=f"<{number}@x>")
        acknowledged.append(filed.acknowledged)
        clock.at += timedelta(hours=2)
    assert sum(acknowledged) == 2


def test_an_old_resolved_ticket_gets_a_new_one_that_is_linked_to_it(desk, receive, clock):
    receive()
    desk.tickets.update(["1"], TicketChange(status=Status.RESOLVED))
    clock.at += timedelta(days=31)
    assert receive(subject="Re [#1]", text="Dark again.", Message_ID="<3@x>").ticket == 2
    assert desk.relations.of("2").linked == (1,)


def test_a_ticket_that_thanks_have_reopened_is_resolved_again_without_a_mail(desk, receive):
    receive()
    with pytest.raises(NotAllowed):
        desk.tickets.resolve_again(["1"])
    desk.tickets.update(["1"], TicketChange(status=Status.RESOLVED))
    assert receive(subject="Re [#1]", text="Thanks!", Message_ID="<3@x>").reopened
    mails = len(desk.mail.page())
    assert desk.tickets.resolve_again(["1"]).changed == {1}
    assert desk.tickets.get("1").status is Status.RESOLVED
    assert len(desk.mail.page()) == mails
    assert desk.tickets.resolve_again(["1"]).changed == frozenset()
