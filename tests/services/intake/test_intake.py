"""Mail that comes in: nothing lost, nothing doubled, no robot answered, nobody let in."""

from datetime import timedelta

import pytest

from supportdesk.domain.conversation.message import MessageKind, new_reply
from supportdesk.domain.errors import NotAllowed, Unavailable
from supportdesk.domain.mail.incoming import Envelope, Outcome
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.storage.intake.raw_store import RawStore
from tests.hostile import HOSTILE_STRINGS
from tests.incoming import receive_mail
from tests.services.intake.conftest import raw


@pytest.fixture
def folder(files):
    return files / "incoming"


def replied_id(desk) -> str:
    desk.conversation.reply("1", new_reply("Is it plugged in?"))
    return next(each.message_id for each in desk.mail.page() if each.notification_type == "reply")


def test_a_persons_mail_becomes_a_ticket_and_is_acknowledged_once(desk, receive):
    filed = receive()
    assert (filed.outcome, filed.ticket, filed.acknowledged) == (Outcome.NEW_TICKET, 1, True)
    ticket = desk.tickets.get("1")
    assert (ticket.title, ticket.description) == ("Lamp is dark", "It does not shine.")
    assert ticket.contact_email == "rita@example.com"
    again = receive()
    assert (again.outcome, again.ticket, again.acknowledged) == (Outcome.DUPLICATE, 1, False)
    assert len(desk.mail.page()) == 1


def test_another_mail_with_the_same_message_id_is_not_lost(receive):
    receive()
    assert receive("sam@example.com", "Other").outcome is Outcome.NEW_TICKET


def test_an_answer_to_our_mail_belongs_to_its_ticket_whoever_writes(desk, receive):
    receive()
    answered = replied_id(desk)
    filed = receive(subject="Re: Lamp", text="Yes.\n\n> Is it plugged in?", Message_ID="<2@x>", In_Reply_To=answered)
    assert (filed.outcome, filed.message_kind, filed.ticket) == (Outcome.APPENDED, MessageKind.REQUESTER, 1)
    assert desk.conversation.messages("1")[-1].trimmed_text == "Yes."
    other = receive("eve@example.com", "Re: Lamp", "Me too", Message_ID="<3@x>", In_Reply_To=answered)
    assert (other.message_kind, other.ticket) == (MessageKind.THIRD_PARTY, 1)
    assert desk.tickets.get("1").contact_email == "rita@example.com"


def test_a_guessed_number_or_a_forged_id_lets_no_stranger_in(desk, receive):
    receive()
    answered = replied_id(desk)
    at = answered.index("@") - 1
    forged = answered[:at] + ("0" if answered[at] != "0" else "1") + answered[at + 1 :]
    tries = [
        {"subject": "Re: [#1]", "Message_ID": "<a@x>"},
        {"subject": "Hi", "to": ("help+1@example.com",), "Message_ID": "<b@x>"},
        {"subject": "Hi", "In_Reply_To": forged, "Message_ID": "<c@x>"},
        {"subject": "Hi", "In_Reply_To": "<1@example.com>", "Message_ID": "<d@x>"},
    ]
    for number, each in enumerate(tries):
        assert receive(f"eve{number}@example.org", **each).ticket == number + 2
    assert len(desk.conversation.messages("1")) == 2


def test_a_participant_is_let_in_by_number(receive):
    receive(Cc="sam@example.com")
    filed = receive("sam@example.com", "Hi", "I saw it too.", to=("help+1@example.com",), Message_ID="<2@x>")
    assert (filed.ticket, filed.message_kind, filed.by) == (1, MessageKind.PARTICIPANT, "address tag and participant")


def test_a_word_of_the_requester_reopens_and_one_after_a_month_begins_anew(desk, receive, clock):
    receive()
    desk.tickets.update(["1"], TicketChange(status=Status.RESOLVED))
    assert receive(subject="Re [#1]", text="Still dark.", Message_ID="<2@x>").reopened
    assert desk.tickets.get("1").status is Status.IN_PROGRESS
    desk.tickets.update(["1"], TicketChange(status=Status.RESOLVED))
    clock.at += timedelta(days=31)
    assert receive(subject="Re [#1]", text="Dark again.", Message_ID="<3@x>").ticket == 2


@pytest.mark.parametrize("marker", [{"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}, {"Precedence": "junk"}])
def test_no_robot_is_answered_and_none_makes_a_ticket(desk, receive, marker):
    filed = receive(**marker)
    assert (filed.outcome, filed.acknowledged) == (Outcome.PARKED, False)
    assert [each.cause for each in desk.intake.list()] == ["automatic: a robot wrote it"]
    assert desk.mail.page() == []


def test_a_robot_without_any_marker_gets_two_answers_at_most(desk, receive):
    acknowledged = [receive(text=f"Hello {n}", Message_ID=f"<{n}@x>").acknowledged for n in range(8)]
    assert sum(acknowledged) == 2
    assert len(desk.intake.list()) == 3


def test_a_clock_that_was_ahead_once_keeps_nobody_from_being_helped(receive, clock):
    clock.at += timedelta(days=400)
    ahead = [receive(Message_ID=f"<{number}@x>", subject=f"Lamp {number}") for number in range(6)]
    assert ahead[-1].outcome is Outcome.PARKED
    clock.at -= timedelta(days=400)
    filed = receive(Message_ID="<9@x>", subject="Lamp 9")
    assert (filed.outcome, filed.acknowledged) == (Outcome.NEW_TICKET, True)


def test_our_own_mail_that_comes_back_is_parked(receive):
    assert receive("help+7@EXAMPLE.com").outcome is Outcome.PARKED


def report(notification: str, status="5.1.1") -> bytes:
    parts = [
        "Content-Type: text/plain\n\nNo.",
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"Final-Recipient: rfc822; rita@example.com\nAction: failed\nStatus: {status}\n",
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {notification}\n",
    ]
    head = "From: MAILER-DAEMON@mx.example.com\nSubject: Undelivered\nContent-Type: multipart/report; "
    head += "report-type=delivery-status; boundary=b\n\n"
    return (head + "".join(f"--b\n{part}\n" for part in parts) + "--b--\n").encode()


def test_a_hard_bounce_of_our_mail_suppresses_its_address_until_it_writes_again(desk, receive):
    receive()
    filed = receive_mail(desk.intake, report(replied_id(desk)), Envelope(""))
    assert (filed.outcome, filed.ticket, filed.suppressed) == (Outcome.BOUNCE, 1, "rita@example.com")
    assert [each.address for each in desk.suppressions.list()] == ["rita@example.com"]
    receive(subject="Re [#1]", text="I am back.", Message_ID="<2@x>")
    assert desk.suppressions.list() == []


def test_a_bounce_of_a_mail_that_is_not_ours_does_no_harm(desk, receive):
    receive()
    filed = receive_mail(desk.intake, report("<guessed.0123456789abcdef01234567@example.com>"), Envelope(""))
    assert filed.outcome is Outcome.PARKED
    assert desk.suppressions.list() == []


def test_a_soft_bounce_suppresses_nobody(desk, receive):
    receive()
    assert receive_mail(desk.intake, report(replied_id(desk), status="4.2.2"), Envelope("")).suppressed is None
    assert desk.suppressions.list() == []


def test_unsubscribing_by_mail_works(desk, receive):
    assert receive(subject="unsubscribe", text="").outcome is Outcome.UNSUBSCRIBED
    assert desk.preferences.get("rita@example.com").email_notifications is False


def test_what_is_parked_is_accepted_or_discarded(desk, receive):
    receive(Auto_Submitted="auto-replied")
    [parked] = desk.intake.list()
    assert desk.intake.accept(str(parked.seq)).title == "Lamp is dark"
    with pytest.raises(NotAllowed, match="it is new-ticket"):
        desk.intake.discard(str(parked.seq))
    assert desk.mail.page() == []


def test_mail_that_cannot_be_stored_is_refused_for_now(desk, folder):
    folder.parent.write_text("in the way")
    with pytest.raises(Unavailable, match="was not stored"):
        receive_mail(desk.intake, raw(), Envelope())


def test_mail_that_was_stored_when_its_process_ended_is_filed_later_exactly_once(desk, folder):
    RawStore(folder).put(raw(), Envelope("rita@example.com")).release()
    assert [filed.outcome for filed in desk.intake.process()] == [Outcome.NEW_TICKET]
    assert list(desk.intake.process()) == []


def test_mail_whose_process_ended_after_filing_it_is_not_filed_again(desk, folder, receive, sql):
    receive()
    [kept] = (folder / "filed").glob("*/*.eml")
    [[name]] = sql("SELECT stored_as FROM incoming_mails")
    kept.rename(folder / "new" / name)
    assert list(desk.intake.process()) == []
    assert [each.outcome for each in desk.intake.list(tuple(Outcome))] == [Outcome.NEW_TICKET]


def test_hostile_texts_become_tickets_or_are_parked_and_never_more(desk):
    allowed = (Outcome.NEW_TICKET, Outcome.PARKED, Outcome.UNSUBSCRIBED)
    for number, text in enumerate(HOSTILE_STRINGS):
        mail = f"From: {text} <u{number}@example.com>\nSubject: {text}\nMessage-ID: <{number}@x>\n\n{text}\n"
        assert receive_mail(desk.intake, mail.encode("utf-8", "surrogatepass"), Envelope()).outcome in allowed, text
