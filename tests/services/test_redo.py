"""What was undone can be done again, and undone again."""

from dataclasses import replace

import pytest

from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.errors import Conflict, NotAllowed, NotFound
from supportdesk.domain.faq import new_faq
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.page import START
from supportdesk.domain.preference import Frequency
from supportdesk.domain.ticket import Priority, Status, TicketChange
from supportdesk.services.agents import AgentChange
from supportdesk.services.preferences.changes import PreferenceChange

DONE = {
    "a status and a priority": lambda desk: desk.tickets.update(["1"], TicketChange(Status.RESOLVED, Priority.LOW)),
    "several tickets": lambda desk: desk.tickets.update(["1", "2"], TicketChange(Status.RESOLVED)),
    "an owner": lambda desk: desk.tickets.assign(["1"], "me"),
    "tags": lambda desk: desk.tickets.tag(["1"], ["vip"], []),
    "a deletion": lambda desk: desk.tickets.delete(["1"]),
    "a merge": lambda desk: desk.relations.merge(["1"], "2"),
    "a link": lambda desk: desk.relations.link(["1"], "2"),
    "a note": lambda desk: desk.conversation.note("1", "Call her."),
    "a suppression": lambda desk: desk.suppressions.add("rita@example.com"),
    "a blocked sender": lambda desk: desk.blocked_senders.block("spam.example.com"),
    "a new FAQ": lambda desk: desk.faqs.create(new_faq("Where?", "Here.", "general")),
    "an edited FAQ": lambda desk: desk.faqs.update("1", new_faq("Why?", "Because of it.", "general")),
    "a deleted FAQ": lambda desk: desk.faqs.delete("1"),
    "a vote": lambda desk: desk.faqs.vote("1", helpful=False),
    "a preference": lambda desk: desk.preferences.set(
        "rita@example.com", PreferenceChange(notification_frequency=Frequency.NONE)
    ),
    "an agent": lambda desk: desk.agents.set("bob", AgentChange(email="bob@example.com")),
}


@pytest.fixture
def two(colleague, filed):
    filed()
    filed()
    colleague.faqs.create(new_faq("Why?", "Because.", "general"))


def state(desk):
    """What the desk holds, apart from versions, times and the texts of mail."""
    tickets = [replace(desk.tickets.get(number), version=0, updated_at=None, participants=()) for number in ("1", "2")]
    faqs = [replace(each, version=0, updated_at=None) for each in desk.faqs.deleted()]
    for reference in ("1", "2"):
        try:
            faqs.append(replace(desk.faqs.get(reference), version=0, updated_at=None))
        except NotFound:
            faqs.append(reference)
    said = [message.text for message in desk.conversation.messages("1")]
    known = [replace(agent, open_tickets=0) for agent in desk.agents.list()]
    blocked = [each.sender for each in desk.blocked_senders.list()]
    suppressed = [each.address for each in desk.suppressions.list()]
    frequency = desk.preferences.get("rita@example.com").notification_frequency
    return tickets, faqs, said, known, blocked, suppressed, frequency, desk.relations.of("2")


@pytest.mark.parametrize("do", DONE.values(), ids=DONE)
def test_an_undo_is_undone(desk, two, do):
    before = state(desk)
    do(desk)
    done = state(desk)
    assert done != before
    for _ in range(2):
        desk.journal.undo()
        undone = state(desk)
        redone = desk.journal.redo()
        assert (undone[0], undone[2:]) == (before[0], before[2:])
        assert state(desk) == done
        assert redone.entries
        assert all(entry.undoes is None for entry in redone.entries)
    with pytest.raises(NotAllowed, match="nothing to redo"):
        desk.journal.redo()


def test_several_undos_are_redone_in_turn(desk, two):
    for status in (Status.IN_PROGRESS, Status.RESOLVED):
        desk.tickets.update(["1"], TicketChange(status))
    desk.journal.undo()
    desk.journal.undo()
    assert desk.tickets.get("1").status is Status.NEW
    desk.journal.redo()
    assert desk.tickets.get("1").status is Status.IN_PROGRESS
    desk.journal.redo()
    assert desk.tickets.get("1").status is Status.RESOLVED
    desk.journal.undo()
    assert desk.tickets.get("1").status is Status.IN_PROGRESS


def test_the_history_says_that_it_was_redone(desk, two):
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    desk.journal.undo()
    desk.journal.redo()
    newest = desk.journal.page(START, 2)
    assert [entry.kind for entry in newest] == [EntryKind.CHANGE_REDONE, EntryKind.TICKET_UPDATED]
    assert newest[0].change == newest[1].change
    assert newest[1].summary == "status new → resolved (redone)"


def test_the_requester_is_mailed_as_for_the_first_time(desk, two):
    desk.mail.deliver()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    desk.journal.undo()
    desk.journal.redo()
    waiting = [mail for mail in desk.mail.page() if mail.status == "pending"]
    assert len(waiting) == 1
    assert "resolved" in waiting[0].subject + waiting[0].content


def test_after_another_change_there_is_nothing_to_redo(desk, two):
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    desk.journal.undo()
    desk.tickets.update(["2"], TicketChange(priority=Priority.LOW))
    with pytest.raises(NotAllowed, match="nothing to redo"):
        desk.journal.redo()


def test_what_a_colleague_has_changed_since_is_not_overwritten(desk, two, colleague):
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    desk.journal.undo()
    colleague.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    with pytest.raises(Conflict, match="bob made its status in-progress; nothing was redone"):
        desk.journal.redo()


def test_an_undo_of_a_colleague_is_not_mine_to_redo(desk, two, colleague):
    colleague.tickets.update(["1"], TicketChange(Status.RESOLVED))
    colleague.journal.undo()
    with pytest.raises(NotAllowed, match="nothing to redo"):
        desk.journal.redo()


def test_a_reply_that_was_taken_back_is_sent_by_its_author_alone(desk, two):
    desk.conversation.reply("1", new_reply("Pull the plug.", ["rita@example.com"]))
    desk.journal.undo()
    with pytest.raises(NotAllowed, match="cannot be redone: #1: withdrew the reply"):
        desk.journal.redo()
