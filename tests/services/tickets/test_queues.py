"""The queues: how much waits in each, and what an agent has looked at."""

from datetime import timedelta

import pytest

from supportdesk.domain.conversation.message import NewReply
from supportdesk.domain.query.queues import QUEUES
from supportdesk.domain.ticket import Status, TicketChange


def unread(desk):
    return [number for number in range(1, 4) for ticket in desk.tickets.summaries([number]) if ticket.unread]


def test_a_ticket_is_unread_until_an_agent_looks_and_again_after_a_new_word(desk, colleague, filed):
    filed()
    assert (unread(desk), unread(colleague)) == ([], [1])
    assert (desk.queues.counts()["unread"], colleague.queues.counts()["unread"]) == (0, 1)
    assert colleague.queues.mark_seen([1])
    assert not colleague.queues.mark_seen([1])
    assert (unread(colleague), colleague.queues.counts()["unread"]) == ([], 0)
    colleague.conversation.note("1", "Called them.")
    assert (unread(desk), unread(colleague)) == ([1], [])
    assert (desk.queues.counts()["unread"], colleague.queues.counts()["unread"]) == (1, 0)


def test_a_resolved_or_deleted_ticket_does_not_wait_for_anybody(desk, colleague, filed):
    filed(), filed("Door jams"), filed("Key is lost")
    assert colleague.queues.counts()["unread"] == 3
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    desk.tickets.delete(["2"])
    assert (unread(colleague), colleague.queues.counts()["unread"]) == ([3], 1)
    assert colleague.queues.counts()["unassigned"] == 1
    desk.tickets.update(["1"], TicketChange(Status.NEW))
    desk.tickets.undelete(["2"])
    assert (unread(colleague), colleague.queues.counts()["unread"]) == ([1, 2, 3], 3)


def test_who_spoke_last_decides_for_whom_a_ticket_waits(desk, filed):
    filed()
    assert desk.tickets.get("1").awaiting == "us"
    desk.conversation.note("1", "Nothing for them.")
    assert desk.tickets.get("1").awaiting == "us"
    desk.conversation.reply("1", NewReply("Try another bulb."))
    assert desk.tickets.get("1").awaiting == "them"
    counts = desk.queues.counts()
    assert (counts["waiting-for-us"], counts["waiting-for-them"]) == (0, 1)
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    assert desk.tickets.get("1").awaiting is None
    assert desk.queues.counts()["waiting-for-them"] == 0


@pytest.mark.parametrize(("owner", "queue"), [("me", "mine"), ("none", "unassigned")])
def test_open_tickets_are_counted_by_their_owner(desk, colleague, filed, owner, queue):
    filed(), filed("Door jams")
    desk.tickets.assign(["1"], owner)
    before = desk.queues.counts()[queue]
    colleague.tickets.assign(["1"], "bob", take=True)
    assert desk.queues.counts()[queue] == before - 1
    assert colleague.queues.counts()["mine"] == 1


def test_snoozed_tickets_are_in_their_own_queue_until_they_wake(desk, filed, clock):
    filed()
    desk.tickets.update(["1"], TicketChange(owner="ann", snoozed_until=clock.at + timedelta(hours=1)))
    counts = desk.queues.counts()
    assert (counts["snoozed"], counts["mine"], counts["waiting-for-us"]) == (1, 0, 0)
    clock.at += timedelta(hours=1)
    counts = desk.queues.counts()
    assert (counts["snoozed"], counts["mine"], counts["waiting-for-us"]) == (0, 1, 1)


def test_every_queue_is_counted(desk, filed):
    filed()
    assert [*desk.queues.counts()] == [queue.name for queue in QUEUES]
    assert desk.queues.counts()["all"] == 1


def test_failed_mail_is_counted_until_somebody_deals_with_it(desk, filed, sql):
    filed(), filed("Door jams")
    sql("UPDATE notifications SET status = 'failed' WHERE ticket_id = (SELECT id FROM tickets WHERE number = 1)")
    assert desk.queues.counts()["failed"] == 1
    desk.conversation.note("1", "Called them instead.")
    assert desk.queues.counts()["failed"] == 0
    sql("UPDATE notifications SET status = 'failed' WHERE ticket_id = (SELECT id FROM tickets WHERE number = 2)")
    sql("UPDATE notifications SET status = 'pending' WHERE status = 'failed'")
    assert desk.queues.counts()["failed"] == 0
