"""A change, its history, its journal entry and its mail happen together or not at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.errors import AmbiguousReference, Conflict, InvalidValue, NotAllowed, NotFound, Unavailable
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.mail.notification import DeliveryStatus, NotificationType
from supportdesk.domain.page import START
from supportdesk.domain.query import Order, TicketQuery, parse_query
from supportdesk.domain.text import required_body, required_line
from supportdesk.domain.ticket import Priority, Status, TicketChange, new_ticket, parse_change
from supportdesk.storage.tickets.publishing import HIDDEN
from tests.hostile import HOSTILE_STRINGS

TABLES = ("tickets", "ticket_counts", "tickets_said", "ticket_status_history", "notifications", "journal")


@pytest.fixture
def contents(sql):
    """Everything that is in the desk."""
    return lambda: {table: sorted(map(repr, sql(f"SELECT * FROM {table}"))) for table in TABLES}


def test_a_new_ticket_has_its_history_its_journal_entry_and_its_mail(desk, clock):
    ticket = desk.tickets.create(new_ticket("Lamp is dark", "It does not shine.", "rita@example.com", "high"))

    assert (ticket.number, ticket.version) == (1, 1)
    assert (ticket.status, ticket.priority) == (Status.NEW, Priority.HIGH)
    assert ticket.created_at == ticket.updated_at == clock.at
    assert desk.tickets.get(ticket.id) == ticket

    (step,) = desk.tickets.history("1")
    assert (step.ticket_id, step.old_status, step.new_status) == (ticket.id, None, Status.NEW)
    assert (step.changed_by, step.notes, step.changed_at) == ("ann", "", clock.at)

    (entry,) = desk.journal.page(START, 10)
    assert (entry.seq, entry.change, entry.kind, entry.actor) == (1, 1, EntryKind.TICKET_CREATED, "ann")
    assert (entry.subject, entry.number, entry.at, entry.undoes) == (ticket.id, 1, clock.at, None)
    assert entry.after == {
        "title": "Lamp is dark",
        "status": "new",
        "priority": "high",
        "contact_email": "rita@example.com",
    }

    (message,) = desk.mail.page()
    assert (message.ticket_id, message.recipient_email) == (ticket.id, "rita@example.com")
    assert (message.notification_type, message.status) == (NotificationType.TICKET_CREATED, DeliveryStatus.PENDING)
    assert message.message_id.startswith(f"<{message.id}.")
    assert "Lamp is dark" in message.subject
    assert "> It does not shine." in message.content


def test_a_new_status_has_old_and_new_who_and_why(desk, filed, colleague, clock):
    ticket = filed()
    clock.at += timedelta(minutes=5)
    updated = colleague.tickets.update(["#1"], TicketChange(Status.RESOLVED, notes="bulb\nchanged"))

    (changed,) = updated.tickets
    assert updated.changed == {1}
    assert changed == replace(ticket, status=Status.RESOLVED, awaiting=None, version=2, updated_at=clock.at)
    step = desk.tickets.history("1")[-1]
    assert (step.old_status, step.new_status) == (Status.NEW, Status.RESOLVED)
    assert (step.changed_by, step.notes, step.changed_at) == ("bob", "bulb changed", clock.at)
    entry = desk.journal.page(START, 1)[0]
    assert (entry.kind, entry.actor, entry.number, entry.notes) == (EntryKind.TICKET_UPDATED, "bob", 1, "bulb changed")
    assert (entry.before, entry.after) == ({"status": "new"}, {"status": "resolved"})
    message = desk.mail.page()[0]
    assert message.notification_type is NotificationType.STATUS_UPDATE
    assert "was new and is now resolved" in message.content
    assert "bulb" not in message.content


def test_a_new_priority_is_the_agents_own_affair(desk, filed):
    filed()
    desk.tickets.update(["1"], TicketChange(priority=Priority.LOW, notes="can wait"))
    assert desk.tickets.get("1").priority is Priority.LOW
    assert len(desk.tickets.history("1")) == len(desk.mail.page()) == 1
    entry = desk.journal.page(START, 1)[0]
    assert (entry.before, entry.after, entry.notes) == ({"priority": "medium"}, {"priority": "low"}, "can wait")


def test_status_and_priority_change_as_one(desk, filed):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS, Priority.HIGH))
    entry = desk.journal.page(START, 1)[0]
    assert entry.before == {"status": "new", "priority": "medium"}
    assert entry.after == {"status": "in-progress", "priority": "high"}
    assert desk.tickets.get("1").version == 2


def test_a_change_to_what_is_already_so_changes_nothing(desk, filed, contents):
    filed(priority="high")
    before = contents()
    for change in (TicketChange(), TicketChange(Status.NEW), TicketChange(Status.NEW, Priority.HIGH)):
        updated = desk.tickets.update(["1"], change)
        assert updated.changed == frozenset()
        assert updated.tickets == [desk.tickets.get("1")]
    assert contents() == before


def test_notes_that_come_with_no_change_are_an_internal_note(desk, filed):
    ticket = filed()
    updated = desk.tickets.update(["1"], TicketChange(Status.NEW, notes="asked twice"))
    assert (updated.changed, desk.tickets.get("1")) == (frozenset(), ticket)
    note = desk.conversation.messages("1")[-1]
    assert (note.kind, note.text, note.author) == ("note", "asked twice", "ann")
    assert (desk.journal.page(START, 1)[0].kind, len(desk.mail.page())) == (EntryKind.TICKET_NOTED, 1)


def test_a_note_can_always_be_written_and_is_in_no_mail(desk, filed, colleague):
    seen = filed().version
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    colleague.conversation.note("1", "a difficult\ncase")
    assert [message.text for message in desk.conversation.messages("1")][1:] == ["a difficult\ncase"]
    assert "a difficult case" in desk.journal.page(START, 1)[0].summary
    assert not [mail for mail in desk.mail.page() if "difficult" in mail.content + mail.subject]
    # It overwrites nothing, so nobody's save is refused for it.
    desk.tickets.update(["1"], TicketChange(Status.NEW), seen={1: seen + 1})


def test_everything_of_a_ticket_can_be_changed(desk, filed):
    ticket = filed()
    change = parse_change(title=" Lamp\nis lit ", description="It shines.\n", contact_email="Omar@EXAMPLE.com")
    (changed,) = desk.tickets.update(["1"], change).tickets
    assert (changed.title, changed.description, changed.contact_email) == (
        "Lamp is lit",
        "It shines.",
        "Omar@example.com",
    )
    assert changed == replace(
        ticket, title="Lamp is lit", description="It shines.", contact_email="Omar@example.com", version=2
    )
    entry = desk.journal.page(START, 1)[0]
    assert entry.summary == (
        "title Lamp is dark → Lamp is lit, requester rita@example.com → Omar@example.com, description edited"
    )
    assert [found.number for found in desk.tickets.page(parse_query("shines"), START, 5)] == [1]
    assert desk.tickets.page(parse_query("email:rita@example.com"), START, 5) == []
    assert (len(desk.mail.page()), len(desk.tickets.history("1"))) == (1, 1)
    assert desk.journal.undo().tickets[0] == replace(ticket, version=3)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("title", "x" * 501), ("description", ""), ("contact_email", "rita"), ("status", "x")],
)
def test_a_change_is_checked_like_a_new_ticket(field, value):
    with pytest.raises(InvalidValue, match=f"^{field}: "):
        parse_change(**{field: value})


def test_a_deleted_ticket_is_in_no_list_and_no_count_and_comes_back_whole(desk, filed, clock):
    ticket, other = filed(), filed("Printer smokes", priority="high")
    clock.at += timedelta(minutes=1)
    deleted = desk.tickets.delete(["1"])
    assert (deleted.changed, deleted.tickets[0].deleted_at) == ({1}, clock.at)
    every = [
        parse_query(text, order=order)
        for text in ("", "lamp", "status:new", "email:rita@example.com", "-printer")
        for order in Order
    ]
    for query in every:
        assert 1 not in [found.number for found in desk.tickets.page(query, START, 5)]
        assert 1 not in [found.number for found in desk.tickets.whole_page(query, 5)]
        assert 1 not in [found.number for found in desk.tickets.stream(query)]
        assert desk.tickets.count(query).rows == len(desk.tickets.page(query, START, 5))
        assert desk.tickets.matching(query, [1]) == set()
    assert desk.tickets.position(TicketQuery(), TicketQuery().sort_key(replace(ticket, number=99))) == 1
    assert desk.tickets.get("1").deleted_at == clock.at
    assert desk.tickets.delete(["1"]).changed == frozenset()
    for refused in (
        lambda: desk.tickets.update(["2", "1"], TicketChange(Status.RESOLVED)),
        lambda: desk.conversation.note("1", "too late"),
        lambda: desk.conversation.reply("1", new_reply("too late")),
        lambda: desk.tickets.update(["1"], TicketChange(notes="too late")),
    ):
        with pytest.raises(NotAllowed, match="^#1 is deleted; undelete it first$"):
            refused()
    assert desk.tickets.get("2") == other
    restored = desk.tickets.undelete(["1", "2"])
    assert (restored.changed, restored.tickets[0]) == ({1}, replace(ticket, version=3, updated_at=clock.at))
    assert desk.tickets.count(TicketQuery()).rows == 2
    assert [entry.summary for entry in desk.journal.page(START, 2)] == ["restored", "deleted: Lamp is dark"]


def test_what_an_import_has_not_published_yet_cannot_be_restored(desk, filed, sql):
    filed()
    sql("UPDATE tickets SET deleted_at = ?", HIDDEN)
    for refused in (desk.tickets.get, lambda reference: desk.tickets.undelete([reference])):
        with pytest.raises(NotFound):
            refused("1")


def test_of_several_tickets_all_are_deleted_or_none(desk, filed, contents):
    filed()
    before = contents()
    with pytest.raises(NotFound):
        desk.tickets.delete(["1", "9"])
    with pytest.raises(Conflict):
        desk.tickets.delete(["1"], seen={1: 7})
    assert contents() == before


def test_the_part_of_a_change_that_is_new_is_made(desk, filed):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.NEW, Priority.HIGH, "urgent now"))
    assert desk.journal.page(START, 1)[0].after == {"priority": "high"}
    assert len(desk.tickets.history("1")) == 1


def test_several_tickets_change_as_one_change(desk, filed):
    first, second, third = filed(), filed(), filed()
    desk.tickets.update(["3"], TicketChange(Status.RESOLVED))
    # One of them named twice, one already so.
    updated = desk.tickets.update(["1", first.id, "#2", "3"], TicketChange(Status.RESOLVED))
    assert [ticket.number for ticket in updated.tickets] == [1, 2, 3]
    assert updated.changed == {1, 2}
    assert {ticket.status for ticket in updated.tickets} == {Status.RESOLVED}
    entries = desk.journal.page(START, 2)
    assert {entry.change for entry in entries} == {entries[-1].seq}
    assert [entry.subject for entry in entries] == [second.id, first.id]
    assert len(desk.tickets.history(third.id)) == 2


@pytest.mark.parametrize(
    ("references", "seen", "kind"),
    [
        (["1", "2", "99"], {}, NotFound),
        (["1", "2", "nonsense"], {}, InvalidValue),
        (["1", "2"], {1: 1, 2: 7}, Conflict),
    ],
)
def test_of_several_tickets_all_change_or_none(desk, filed, contents, references, seen, kind):
    filed()
    filed()
    before = contents()
    with pytest.raises(kind):
        desk.tickets.update(references, TicketChange(Status.RESOLVED), seen=seen)
    assert contents() == before


def test_who_changed_a_ticket_first_is_told_to_who_comes_second(desk, filed, colleague, contents):
    seen = {1: filed().version}
    colleague.tickets.update(["1"], TicketChange(Status.RESOLVED, Priority.LOW), seen=seen)
    before = contents()
    with pytest.raises(Conflict) as caught:
        desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS), seen=seen)
    assert caught.value.message == (
        "#1 was changed by bob (status new → resolved, priority medium → low) since you looked; nothing was saved"
    )
    assert contents() == before
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS), seen={1: 2})


@pytest.mark.parametrize("table", ["ticket_status_history", "notifications", "journal"])
def test_when_any_part_fails_nothing_happens_at_all(desk, filed, fails, contents, table):
    filed()
    filed()
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    # It fails at the second ticket, when the first is already written.
    place = {"ticket_status_history": "ticket_id", "notifications": "ticket_id", "journal": "subject"}[table]
    fails(table, f"(SELECT number FROM tickets WHERE id = new.{place}) <> 1", "the disk is on fire")
    before = contents()
    for change in (
        lambda: desk.tickets.create(new_ticket("t", "d", "r@example.com")),
        lambda: desk.tickets.update(["2"], TicketChange(Status.RESOLVED)),
        lambda: desk.tickets.update(["1", "2"], TicketChange(Status.RESOLVED, Priority.LOW)),
    ):
        with pytest.raises(Unavailable, match="cannot be used: the disk is on fire$"):
            change()
        assert contents() == before


@pytest.mark.sqlite
def test_a_ticket_is_found_by_its_number_its_id_and_the_start_of_it(desk, filed, sql):
    filed()
    filed()
    sql("UPDATE tickets SET id = 'abcd1111-0000-4000-8000-000000000000' WHERE number = 1")
    sql("UPDATE tickets SET id = 'abcd2222-0000-4000-8000-000000000000' WHERE number = 2")
    for reference in ("1", "#1", "abcd1", "ABCD1111-0000", "abcd1111-0000-4000-8000-000000000000"):
        assert desk.tickets.get(reference).number == 1
    with pytest.raises(AmbiguousReference) as caught:
        desk.tickets.get("abcd")
    assert caught.value.message == (
        "reference: abcd matches several tickets: #1 abcd1111-0000-4000-8000-000000000000, "
        "#2 abcd2222-0000-4000-8000-000000000000"
    )
    for reference in ("3", "abcd3", "0", "abcd1111-0000-4000-8000-000000000001"):
        with pytest.raises(NotFound, match=f"^there is no ticket {reference}$"):
            desk.tickets.get(reference)
    with pytest.raises(NotFound):
        desk.tickets.history("3")


def test_a_long_reading_sees_one_moment_of_the_desk(desk, filed, colleague):
    for _ in range(3):
        filed()
    reading = desk.tickets.stream(parse_query("status:new"))
    seen = [next(reading).number]
    colleague.tickets.update(["2"], TicketChange(Status.RESOLVED))
    colleague.tickets.create(new_ticket("t", "d", "r@example.com"))
    # A change of one's own in the middle of it would be lost with it.
    with pytest.raises(RuntimeError, match="still open"):
        desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    assert seen + [ticket.number for ticket in reading] == [1, 2, 3]
    assert [ticket.number for ticket in desk.tickets.summaries([4, 3, 9])] == [3, 4]


def test_every_naughty_string_comes_back_as_it_was_cleaned(desk):
    for naughty in HOSTILE_STRINGS:
        try:
            title, description = required_line("title", naughty), required_body("description", naughty)
        except InvalidValue:
            continue
        ticket = desk.tickets.create(new_ticket(naughty, naughty, "rita@example.com"))
        assert (ticket.title, ticket.description) == (title, description)


def test_of_a_name_with_an_address_the_name_is_kept_in_the_history(desk):
    ticket = desk.tickets.create(new_ticket("Lamp", "It is dark", '"Example, Rita" <rita@example.com>'))
    assert ticket.contact_email == "rita@example.com"
    assert [step.notes for step in desk.tickets.history("1")] == ["requester: Example, Rita"]
