"""Agents by mail: their mail to a ticket is a note, and their forward is somebody else's ticket."""

from dataclasses import replace

import pytest

from supportdesk.domain.conversation.message import MessageKind
from supportdesk.domain.mail.incoming import Outcome
from supportdesk.services.agents import AgentChange
from tests.services.intake.conftest import HELP

FORWARD = (
    "This came to me.\n\n---------- Forwarded message ---------\nFrom: Mika Sato <mika@example.net>\n"
    "Date: Thu, Nov 19, 2026\nSubject: broken handle\nTo: <ann@example.com>\n\nThe handle broke off."
)
PASSED = "mx.example.com; dmarc=pass"
FAILED = "mx.example.com; dmarc=fail"


@pytest.fixture(autouse=True)
def agent(desk):
    desk.agents.set("ann", AgentChange(email="ann@example.com"))


def test_an_agents_mail_to_a_ticket_is_a_note_that_nobody_is_mailed(desk, receive):
    receive()
    mails = len(desk.mail.page())
    filed = receive("Ann <ANN@example.com>", "Re: [#1]", "Call her first.", Message_ID="<2@x>")
    assert (filed.outcome, filed.message_kind, filed.ticket) == (Outcome.APPENDED, MessageKind.NOTE, 1)
    note = desk.conversation.messages("1")[-1]
    assert (note.kind, note.author, note.text, note.to, note.cc) == (MessageKind.NOTE, "ann", "Call her first.", (), ())
    assert len(desk.mail.page()) == mails


def test_an_agents_forward_is_a_ticket_of_whoever_wrote_first(desk, receive):
    filed = receive("ann@example.com", "Fwd: broken handle", FORWARD, Cc="bob@example.com")
    assert (filed.outcome, filed.requester, filed.acknowledged) == (Outcome.NEW_TICKET, "mika@example.net", False)
    ticket = desk.tickets.get("1")
    assert (ticket.title, ticket.description) == ("broken handle", "The handle broke off.")
    first, note = desk.conversation.messages("1")
    assert (first.author_name, first.cc) == ("Mika Sato", ())
    assert (note.kind, note.author, note.text) == (MessageKind.NOTE, "ann", "This came to me.")


def test_a_requesters_forward_is_the_requesters_ticket(desk, receive):
    filed = receive("jon@example.org", "Fwd: broken handle", FORWARD)
    assert filed.requester == "jon@example.org"
    assert "The handle broke off." in desk.tickets.get("1").description


@pytest.mark.parametrize(
    "sender", ["help@example.com", "noreply@shop.example", "ann@example.com", "mika@intranet", "Mika Sato"]
)
def test_a_forward_of_nobody_who_can_be_answered_is_the_agents_own_ticket(receive, sender):
    text = FORWARD.replace("Mika Sato <mika@example.net>", sender)
    assert receive("ann@example.com", "Fwd: broken handle", text).requester == "ann@example.com"


def test_an_agent_who_asks_is_a_requester(receive):
    receive("ann@example.com", "My screen is dark", "Help")
    filed = receive("ann@example.com", "Re: [#1]", "It shines again.", Message_ID="<2@x>")
    assert (filed.ticket, filed.message_kind) == (1, MessageKind.REQUESTER)


def test_somebody_who_only_says_to_be_an_agent_is_parked(desk, receive):
    receive()
    filed = receive("ann@example.com", "Re: [#1]", "Send it.", Message_ID="<2@x>", Authentication_Results=FAILED)
    assert (filed.outcome, filed.cause) == (Outcome.PARKED, "it may not be from ann@example.com: dmarc=fail")
    assert len(desk.conversation.messages("1")) == 1


class TestReplies:
    @pytest.fixture
    def settings(self):
        return replace(HELP, intake_agent_mail="reply")

    def test_an_authenticated_mail_of_an_agent_is_a_reply_where_that_is_set(self, desk, receive):
        receive()
        text = "Plug it in.\n\n> It does not shine."
        mail = {"Message_ID": "<2@x>", "Authentication_Results": PASSED}
        assert receive("ann@example.com", "Re: [#1]", text, **mail).message_kind is MessageKind.REPLY
        [reply] = [each for each in desk.mail.page() if each.notification_type == "reply"]
        assert (reply.recipient_email, reply.content) == ("rita@example.com", "Plug it in.")
        assert desk.conversation.messages("1")[-1].author == "ann"

    @pytest.mark.parametrize("results", ["", "evil.example; dmarc=pass", "mx.example.com; spf=pass"])
    def test_one_that_was_not_is_a_note(self, receive, results):
        receive()
        mail = {"Message_ID": "<2@x>", "Authentication_Results": results}
        assert receive("ann@example.com", "Re: [#1]", "Plug it in.", **mail).message_kind is MessageKind.NOTE
