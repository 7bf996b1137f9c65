"""Conversations by mail as mail programs and people really carry them on."""

from datetime import timedelta

import pytest

from supportdesk.domain.conversation.message import MessageKind, new_reply
from supportdesk.domain.mail.incoming import Envelope, Outcome
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.services.agents import AgentChange
from tests.incoming import receive_mail
from tests.services.intake.conftest import raw

HTML = "Content-Type: text/html; charset=utf-8\n"
GMAIL = (
    '<div>See below</div><div class="gmail_quote"><div>---------- Forwarded message -------<br>From: <b>Mika Sato</b> '
    '&lt;<a href="mailto:mika@example.net">mika@example.net</a>&gt;<br>Date: Thu, Nov 19, 2026<br>Subject: Griff<br>'
    'To: &lt;<a href="mailto:ann@example.com">ann@example.com</a>&gt;<br></div><br><br><p>Er ist ab.</p></div>'
)
OUTLOOK = (
    '<p>See below</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>Von:</b> Mika Sato '
    "&lt;mika@example.net&gt;<br><b>Gesendet:</b> Donnerstag, 19. November 2026 18:40<br><b>An:</b> Ann "
    "&lt;ann@example.com&gt;<br><b>Betreff:</b> Griff</p></div><p>Er ist ab.</p>"
)


@pytest.fixture
def answered(desk, receive):
    """Return the Message-ID of a reply to the first ticket."""
    receive()
    desk.conversation.reply("1", new_reply("Is it plugged in?"))
    return next(each.message_id for each in desk.mail.page() if each.notification_type == "reply")


@pytest.mark.parametrize("form", ["{}", 'Your message of "Friday" {}', "<a@example.org> {} <b@example.org>", "{bare}"])
def test_an_answer_is_found_however_a_program_names_what_it_answers(receive, answered, form):
    named = form.format(answered, bare=answered.strip("<>"))
    assert receive(subject="Re", text="Yes.", Message_ID="<2@x>", In_Reply_To=named).ticket == 1


def test_an_id_that_was_folded_is_found(receive, answered):
    folded = f"{answered[:40]}\n {answered[40:]}"
    assert receive(subject="Re", text="Yes.", Message_ID="<2@x>", References=folded).ticket == 1


def test_a_note_of_absence_without_any_marker_reopens_nothing(desk, receive, answered):
    desk.tickets.update(["1"], TicketChange(status=Status.RESOLVED))
    away = receive(subject="Abwesenheitsnotiz: Lamp", text="Bin weg.", Message_ID="<2@x>", In_Reply_To=answered)
    assert (away.outcome, away.ticket, away.reopened, away.acknowledged) == (Outcome.APPENDED, 1, False, False)
    assert receive(subject="Re", text="Still dark.", Message_ID="<3@x>", In_Reply_To=answered).reopened


@pytest.mark.parametrize(("way", "value"), [("tag", "Re: x [#1]"), ("address", "help+1@example.com")])
def test_a_merged_ticket_is_continued_by_the_other_one(desk, receive, answered, way, value):
    receive(subject="Lamp again", text="Dark again.", Message_ID="<2@x>")
    desk.relations.merge(["1"], "2")
    given = {"subject": value} if way == "tag" else {"to": (value,)}
    assert receive(text="Hi", Message_ID="<3@x>", **given).ticket == 2
    assert receive(subject="Re", text="Hi again", Message_ID="<4@x>", In_Reply_To=answered).ticket == 2


@pytest.mark.parametrize("number", [1, 7])
def test_a_number_in_the_requesters_own_words_does_not_hide_ours(receive, number):
    receive("sam@example.com", "Lamp", Message_ID="<1@x>")
    receive(subject=f"Lamp [#{number}] broken", Message_ID="<2@x>")
    filed = receive(subject=f"Re: Lamp [#{number}] broken [#2]", text="Hi", Message_ID="<3@x>")
    assert (filed.ticket, filed.by) == (2, "subject tag and participant")
    other = receive(subject="[Ticket 5] Re: Lamp [#2] [#4711]", text="Hi!", Message_ID="<4@x>")
    assert other.ticket == 2


def test_an_answer_to_a_deleted_ticket_is_a_new_one(desk, receive, answered):
    desk.tickets.delete(["1"])
    assert receive(subject="Re", text="Yes.", Message_ID="<2@x>", In_Reply_To=answered).ticket == 2


def test_one_mail_to_two_of_our_addresses_is_one_ticket(desk):
    for number, address in enumerate(("help", "support")):
        head = f"Received: by mx{number}\nDelivered-To: {address}@example.com\n".encode()
        filed = receive_mail(desk.intake, head + raw(), Envelope("rita@example.com", (f"{address}@example.com",)))
    assert (filed.outcome, filed.ticket) == (Outcome.DUPLICATE, 1)


def test_a_stranger_with_our_id_changes_nothing_in_a_resolved_ticket(desk, receive, answered):
    desk.tickets.update(["1"], TicketChange(status=Status.RESOLVED))
    filed = receive("office@example.net", "Re", "From the office.", Message_ID="<2@x>", In_Reply_To=answered)
    assert (filed.message_kind, filed.reopened, filed.acknowledged) == (MessageKind.THIRD_PARTY, False, False)
    assert desk.tickets.get("1").status is Status.RESOLVED


def test_whoever_an_agent_answered_takes_part_from_then_on(desk, receive, answered):
    receive("office@example.net", "Re", "From the office.", Message_ID="<2@x>", In_Reply_To=answered)
    desk.conversation.reply("1", new_reply("Thank you.", ["office@example.net"]))
    filed = receive("office@example.net", "Re: [#1]", "You are welcome.", Message_ID="<3@x>")
    assert (filed.ticket, filed.message_kind) == (1, MessageKind.PARTICIPANT)


def test_what_a_server_says_is_from_nobody_is_a_robots(desk, receive):
    filed = receive_mail(desk.intake, raw("desk@example.org", "Received"), Envelope("", ("help@example.com",)))
    assert (filed.outcome, filed.acknowledged) == (Outcome.PARKED, False)


def test_a_receipt_of_reading_is_parked(desk):
    head = b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n"
    assert receive_mail(desk.intake, head + raw(text="--b\n\nread\n--b--"), Envelope("")).outcome is Outcome.PARKED


def test_a_mail_of_a_list_is_a_ticket_that_nobody_is_told_of(receive):
    filed = receive("news@shop.example", "News", "Buy.", List_Id="<news.shop.example>", Precedence="bulk")
    assert (filed.outcome, filed.acknowledged) == (Outcome.NEW_TICKET, False)


@pytest.mark.parametrize(("subject", "text"), [("Fwd: Griff", GMAIL), ("WG: Griff", OUTLOOK)])
def test_an_agent_forwards_html(desk, subject, text):
    desk.agents.set("ann", AgentChange(email="ann@example.com"))
    filed = receive_mail(
        desk.intake, HTML.encode() + raw("ann@example.com", subject, text), Envelope("ann@example.com")
    )
    ticket, said = desk.tickets.get("1"), desk.conversation.messages("1")
    assert (filed.requester, ticket.title, ticket.description) == ("mika@example.net", "Griff", "Er ist ab.")
    assert said[-1].text == "See below"


def test_after_a_month_an_answer_begins_anew_and_says_what_came_before(desk, receive, answered, clock):
    desk.tickets.update(["1"], TicketChange(status=Status.RESOLVED))
    clock.at += timedelta(days=40)
    filed = receive(subject="Re: Lamp [#1]", text="Again.", Message_ID="<2@x>", In_Reply_To=answered)
    assert (filed.ticket, desk.relations.of("2").linked, filed.acknowledged) == (2, (1,), True)


def test_a_name_in_another_script_is_kept_and_shown(desk, receive):
    receive("=?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <yamada@example.jp>")
    assert desk.conversation.messages("1")[0].author_name == "山田"
