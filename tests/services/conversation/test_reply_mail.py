"""The mail of a reply: a person's mail, from an agent by name, to everybody it is addressed to."""

from email import message_from_bytes, policy

import pytest

from supportdesk.domain.conversation.message import new_reply
from supportdesk.email.messages.mime import wire_mail
from supportdesk.email.settings import MailSettings
from supportdesk.services.agents import AgentChange
from supportdesk.services.desk import Desk
from tests.services.mail.services import Service


@pytest.fixture
def sent(path, clock):
    """Replies from a desk with an address for answers; returns the mails that left, as they are on the wire."""

    def send(*, to=(), cc=()):
        service = Service()
        settings = MailSettings(
            hold=0, zone="UTC", sender="Example Support <help@example.com>", reply_to="help@example.com"
        )
        with Desk(path, "Ann", now=clock, mail=settings, open_provider=lambda: service) as desk:
            desk.mail.deliver()
            service.sent.clear()
            desk.conversation.reply("1", new_reply("Is it plugged in?", to, cc))
            desk.mail.deliver()
        return [message_from_bytes(wire_mail(mail).data, policy=policy.default) for mail in service.sent]

    return send


def test_it_comes_from_the_agent_at_the_desk_and_is_not_automatic(filed, sent):
    filed("Lamp is dark")
    [mail] = sent()
    assert mail["From"] == "Ann at Example Support <help@example.com>"
    assert mail["Reply-To"] == "help+1@example.com"
    assert mail["Subject"] == "Re: Lamp is dark [#1]"
    assert mail["Auto-Submitted"] is None
    assert mail["In-Reply-To"]


def test_requesters_see_the_agents_display_name(filed, sent, path, clock):
    filed()
    with Desk(path, "Ann", now=clock) as desk:
        desk.agents.set("Ann", AgentChange(display_name='Ann "Andy" Teller, Sales'))
    assert sent()[0]["From"] == r'"Ann \"Andy\" Teller, Sales at Example Support" <help@example.com>'


def test_everybody_sees_who_else_got_it(filed, sent):
    filed()
    one, other = sent(cc=["sam@example.com"])
    assert one["To"] == other["To"] == "rita@example.com"
    assert one["Cc"] == other["Cc"] == "sam@example.com"
