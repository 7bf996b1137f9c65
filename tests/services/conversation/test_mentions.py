"""Mentions reach the agent that a note names, and failed replies the one who wrote them."""

from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.ticket import TicketChange
from supportdesk.email.provider import DeliveryFailed
from tests.services.mail.services import Service, failing


def texts(desk):
    return [(each.ticket, each.text) for each in desk.conversation.mentions()]


def test_a_mention_waits_until_the_ticket_is_looked_at(desk, filed, colleague):
    filed()
    colleague.conversation.note("1", "@ann look")
    desk.conversation.note("1", "@bob @ann please call")
    assert texts(colleague) == [(1, "@bob @ann please call")]
    assert texts(desk) == []
    assert colleague.queues.counts()["mentions"] == 1
    colleague.queues.mark_seen([1])
    assert texts(colleague) == []


def test_a_corrected_note_mentions_whom_it_names_now(desk, filed, colleague):
    filed()
    colleague.conversation.note("1", "hm")
    note = desk.conversation.note("1", "@bob please call")
    desk.conversation.correct_note(note.id, "Please call.\nToday.")
    assert texts(colleague) == []
    desk.journal.undo()
    assert texts(colleague) == [(1, "@bob please call")]
    desk.conversation.remove_note(note.id)
    assert texts(colleague) == []
    desk.journal.undo()
    assert texts(colleague) == [(1, "@bob please call")]
    desk.journal.undo()
    assert texts(colleague) == []


def test_undo_restores_every_line_of_a_corrected_note(desk, filed):
    filed()
    note = desk.conversation.note("1", "One.\n\nTwo.")
    desk.conversation.correct_note(note.id, "Three.\nFour.")
    assert desk.journal.after(0)[-1].summary == "corrected a note: Three. Four."
    desk.journal.undo()
    assert desk.conversation.messages("1")[-1].text == "One.\n\nTwo."


def test_a_mention_follows_its_ticket_when_that_is_merged(desk, filed, colleague):
    filed("One")
    filed("Two")
    colleague.conversation.note("1", "hm")
    desk.conversation.note("2", "@bob please call")
    desk.relations.merge(["2"], "1")
    assert texts(colleague) == [(1, "@bob please call")]
    desk.relations.unmerge(["2"])
    assert texts(colleague) == [(2, "@bob please call")]


def test_a_reply_that_failed_is_an_event_of_its_author_and_of_the_owner(served, filed, clock):
    filed()
    service = Service(failing(DeliveryFailed("no such mailbox")))
    ann, bob = served(service), served(service, "bob")
    bob.tickets.assign(["1"], "me")
    ann.conversation.reply("1", new_reply("Hello."))
    ann.mail.deliver()
    for desk in (ann, bob):
        [failure] = desk.conversation.failed_replies()
        assert (failure.ticket, failure.recipient) == (1, "rita@example.com")
        assert "no such mailbox" in failure.error
    ann.queues.mark_seen([1])
    assert (len(ann.conversation.failed_replies()), len(bob.conversation.failed_replies())) == (0, 1)
    bob.mail.retry(failure.notification)
    assert bob.conversation.failed_replies() == []


def test_who_is_awaited_follows_the_last_word_of_both(desk, filed, clock):
    filed("One")
    desk.conversation.reply("1", new_reply("Hello."))
    clock.at = clock.at.replace(hour=11)
    filed("Two")
    assert desk.tickets.get("1").awaiting == "them"
    desk.relations.merge(["2"], "1")
    assert desk.tickets.get("1").awaiting == "us"
    desk.relations.unmerge(["2"])
    assert (desk.tickets.get("1").awaiting, desk.tickets.get("2").awaiting) == ("them", "us")
    desk.tickets.update(["1"], TicketChange(title="Three"))
