"""No note leaves: neither by any way that mail is made, nor by any code that could make some."""

import ast
from pathlib import Path

import pytest

import supportdesk
from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.faq import new_faq
from supportdesk.domain.mail.incoming import Envelope
from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.domain.preference import Frequency, PreferenceChange
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.services.mail.reply import enqueue_reply
from tests.incoming import receive_mail
from tests.services.mail.services import Service, failing

SECRET = "xyzzy-secret"
SOURCE = Path(supportdesk.__file__).parent


def calls_of(name):
    """Every function of the program that calls one of this name, as module and function."""
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                called = {ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
                if name in called:
                    yield f"{file.relative_to(SOURCE)}:{node.name}"


def test_mail_is_made_in_two_places_and_only_one_has_words_of_a_message():
    assert set(calls_of("notifications.add")) == {
        "services/mail/outbox.py:enqueue",
        "services/mail/reply.py:enqueue_reply",
    }
    texts = [each for each in SOURCE.rglob("*.py") if "INSERT INTO notifications (" in each.read_text("utf-8")]
    assert [each.name for each in texts] == ["notifications.py"]


def test_a_note_cannot_be_enqueued(desk, filed):
    ticket = filed()
    note = desk.conversation.note("1", SECRET)
    with pytest.raises(NotAllowed, match="note is never mailed"):
        enqueue_reply(desk._context, ticket, note, 1)


def test_nothing_that_the_desk_can_do_mails_a_note(served, colleague, clock):
    service = Service()
    desk = served(service, sender="Desk <help@example.com>", templates=None)

    def mail(text: str, sender: str = "rita@example.com", subject: str = "Lamp") -> int:
        raw = f"From: {sender}\nTo: help@example.com\nSubject: {subject}\nMessage-ID: <{text}@x>\n\n{text}\n"
        return receive_mail(desk.intake, raw.encode(), Envelope(sender, ("help@example.com",))).ticket

    mail("first")
    mail("second")
    for number in ("1", "2"):
        desk.conversation.note(number, f"{SECRET} @bob\nBcc: rita@example.com")
        desk.tickets.update([number], TicketChange(notes=SECRET))
    colleague.conversation.note("1", SECRET)
    desk.tickets.update(["1"], TicketChange(status=Status.IN_PROGRESS, notes=SECRET))
    desk.conversation.correct_note(desk.conversation.messages("1")[1].id, f"{SECRET} again")
    desk.relations.merge(["2"], "1")
    desk.conversation.reply("2", new_reply("Answer", cc=["sam@example.com"]), to_all=True)
    desk.canned_replies.save("hello", "Hello {{requester}}, {{number}} {{title}} {{agent}} {{status}}")
    desk.conversation.reply("1", new_reply(desk.canned_replies.fill("hello", desk.tickets.get("1"))), to_all=True)
    desk.faqs.answer_ticket("1", str(desk.faqs.create(new_faq("Dark?", "Plug it in.")).number))
    mail("thanks", subject="Re: Lamp [#2]")
    desk.journal.undo()
    desk.mail.deliver()
    desk.preferences.set("rita@example.com", PreferenceChange(notification_frequency=Frequency.DAILY))
    desk.tickets.update(["1"], TicketChange(status=Status.RESOLVED, notes=SECRET))
    clock.at = clock.at.replace(day=22)
    desk.mail.deliver()
    desk.relations.unmerge(["2"])
    service.act = failing(RuntimeError("down"))
    desk.conversation.reply("2", new_reply("Once more"))
    desk.mail.deliver()
    service.act = lambda mail: None
    for each in desk.mail.page(limit=100):
        if each.status in (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN):
            desk.mail.retry(each.id, even_if_unknown=True)
    desk.mail.deliver()
    assert len(service.sent) > 6
    assert not [each for each in service.seen if SECRET in repr(each)]
    assert SECRET not in repr(desk.mail.page(limit=100))
