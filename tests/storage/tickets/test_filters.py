"""Every filter finds what it says, alone, negated, and inside OR."""

from datetime import timedelta

import pytest

from supportdesk.domain.conversation.message import NewReply
from supportdesk.domain.page import START
from supportdesk.domain.query import Order, parse_query
from supportdesk.domain.query.filters import FILTERS, FLAGS, PARTS
from supportdesk.domain.ticket import Status, TicketChange

EVERY = {1, 2, 3, 4}


@pytest.fixture
def morning(desk, colleague, filed, clock, sql):
    """Four tickets of Ann's and Bob's morning."""
    filed("Lamp is dark", priority="high")
    clock.at += timedelta(days=3)
    colleague.tickets.create(new("Door jams", contact_email="sam@acme.com"))
    filed("Key is lost", contact_email="Sue@ACME.com", priority="low")
    filed("Refund, please", contact_email="ann.smith@mail.example.com")
    desk.tickets.assign(["1", "3"], "me")
    colleague.tickets.assign(["2"], "me")
    desk.tickets.tag(["1", "3"], ["vip", "press/uk"], [])
    desk.tickets.tag(["2"], ["vipers"], [])
    desk.conversation.reply("3", NewReply("Look in the drawer."))
    desk.conversation.note("3", "The locksmith is expensive: 40 pounds.")
    desk.tickets.update(["4"], TicketChange(Status.RESOLVED))
    desk.tickets.update(["3"], TicketChange(snoozed_until=clock.at + timedelta(days=1)))
    sql("UPDATE notifications SET status = 'failed' WHERE ticket_id = (SELECT id FROM tickets WHERE number = 1)")
    sql(
        "INSERT INTO attachments (ticket_id, message, name, content_type, size, sha256) "
        "SELECT id, id, 'a.txt', 'text/plain', 1, '' FROM tickets WHERE number = 2"
    )
    return desk


def new(title, contact_email):
    from supportdesk.domain.ticket import new_ticket

    return new_ticket(title, "-", contact_email)


@pytest.mark.parametrize(
    "asked", ["rita@münchen.de", "RITA@xn--mnchen-3ya.de", "@xn--mnchen-3ya.de", "xn--mnchen-3ya.de"]
)
def test_two_spellings_of_an_address_are_one_requester(desk, filed, asked):
    filed(contact_email="rita@München.de")
    filed("Key is lost", contact_email="Rita@xn--mnchen-3ya.de")
    filed("Door jams", contact_email="JOSÉ@münchen.org")
    assert desk.tickets.count(parse_query(f"from:{asked}")).rows == 2
    assert desk.tickets.count(parse_query("from:José@münchen.org")).rows == 1


FOUND = [
    ("status:open", {1, 2, 3}),
    ("prio:high,low", {1, 3}),
    ("from:acme.com", {2, 3}),
    ("from:@acme.com", {2, 3}),
    ("from:sue@acme.com", {3}),
    ("from:ann.smith", {4}),
    ("from:SAM", {2}),
    ("from:acme", set()),
    ("from:sam@acme.com,rita@example.com", {1, 2}),
    ("owner:me", {1, 3}),
    ("owner:bob", {2}),
    ("owner:BOB", {2}),
    ("owner:none", {4}),
    ("owner:me,none", {1, 3, 4}),
    ("has:owner", {1, 2, 3}),
    ("tag:vip", {1, 3}),
    ("tag:VIP*", {1, 2, 3}),
    ("tag:vip,vipers", {1, 2, 3}),
    ("tag:vip tag:press/uk", {1, 3}),
    ("has:tag", {1, 2, 3}),
    ("awaiting:us", {1, 2}),
    ("awaiting:them", {3}),
    ("is:unread", {2}),
    ("is:snoozed", {3}),
    ("is:failed", {1}),
    ("is:mentioned", set()),
    ("is:deleted", set()),
    ("is:merged", set()),
    ("is:unassigned", {4}),
    ("is:mine is:open", {1, 3}),
    ("has:attachment", {2}),
    ("has:note", {3}),
    ("has:reply", {3}),
    ("age:>2d", {1}),
    ("age:<2d", {2, 3, 4}),
    ("created:2026-11-20", {1}),
    ("created:2026-11-21..", {2, 3, 4}),
    ("updated:today", {1, 2, 3, 4}),
    ("note:locksmiths", {3}),
    ('note:"expensive 40"', {3}),
    ("note:lock*", {3}),
    ("note:drawer", set()),
    ("locksmith", set()),
    ("drawer", {3}),
    ("#2", {2}),
    ("#2 OR #3", {2, 3}),
    ("lamp OR tag:vipers", {1, 2}),
    ("(owner:me -note:locksmith) OR refund", {1, 4}),
    ("lost tag:vip", {3}),
]


def found(desk, typed, order=Order.QUEUE):
    query = parse_query(typed, order=order)
    listed = [ticket.number for ticket in desk.tickets.page(query, START, 50)]
    assert desk.tickets.count(query).rows == len(listed)
    assert desk.tickets.matching(query, range(1, 9)) == {*listed}
    assert {ticket.number for ticket in desk.tickets.stream(query)} == {*listed}
    return {*listed}


def test_every_filter_is_tried():
    tried = " ".join(typed for typed, _ in FOUND)
    assert all(f"{kind.key}:" in tried or kind.key in ("number", "priority") for kind in FILTERS)
    assert all(f"is:{flag}" in tried for flag in FLAGS)
    assert all(f"has:{part}" in tried for part in PARTS)


def test_a_filter_finds_what_it_says(morning):
    for typed, numbers in FOUND:
        for order in Order:
            assert found(morning, typed, order) == numbers, typed


def test_a_negated_filter_finds_all_others(morning):
    for typed, numbers in FOUND:
        if "is:deleted" not in typed and "is:merged" not in typed:
            assert found(morning, f"-({typed})") == EVERY - numbers, typed
            assert found(morning, f"({typed}) OR #4") == numbers | {4}, typed


def test_deleted_and_merged_tickets_are_found_when_one_asks_for_them(morning):
    morning.tickets.delete(["1"])
    morning.relations.merge(["2"], "4")
    assert found(morning, "") == {3, 4}
    assert found(morning, "is:deleted") == {1}
    assert found(morning, "is:deleted lamp") == {1}
    assert found(morning, "is:merged") == {2}
    assert found(morning, "is:merged OR is:deleted OR #3") == {1, 2, 3}
    assert found(morning, "-is:deleted -is:merged") == {3, 4}
    query = parse_query("is:deleted")
    assert morning.tickets.position(query, query.sort_key(morning.tickets.get("3"))) == 1


def test_mentions_are_those_of_the_agent_who_asks(desk, colleague, filed, sql):
    filed()
    note = desk.conversation.note("1", "Bob knows.")
    sql(
        "INSERT INTO mentions (agent, message, ticket_id, created_at) SELECT 'bob', id, ticket_id, created_at "
        "FROM messages WHERE id = ?",
        note.id,
    )
    assert found(colleague, "is:mentioned") == {1}
    assert found(desk, "is:mentioned") == set()


def test_the_queues_count_what_their_queries_find(morning, colleague):
    from supportdesk.domain.query.queues import QUEUES

    for desk in (morning, colleague):
        counts = desk.queues.counts()
        for queue in QUEUES:
            assert counts[queue.name] == len(found(desk, queue.query)), queue.name
