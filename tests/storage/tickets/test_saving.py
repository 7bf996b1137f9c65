"""A ticket is saved only on top of what its saver saw."""

from datetime import UTC, datetime, timedelta

from supportdesk.domain.reference import Reference
from supportdesk.domain.ticket import Priority, Status, TicketChange, new_ticket
from supportdesk.storage.tickets import queries as tickets
from supportdesk.storage.tickets import saving

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
AN_ID = "0e7d1a52-3c5f-4f0b-9a6e-2b8f4c1d7e90"


def test_a_ticket_that_moved_on_is_left_as_it_is(database):
    seen = saving.insert(database, AN_ID, new_ticket("Lamp", "It does not shine.", "rita@example.com"), AT)
    assert tickets.find(database, Reference("", number=seen.number)) == [seen]
    later = AT + timedelta(minutes=1)
    saved = saving.update(database, seen, TicketChange(Status.RESOLVED), later)
    assert not saving.update(database, seen, TicketChange(priority=Priority.HIGH), later + timedelta(minutes=1))
    (now,) = tickets.find(database, Reference("", id_prefix=AN_ID))
    assert now == saved
    assert (now.status, now.priority, now.version, now.updated_at) == (Status.RESOLVED, Priority.MEDIUM, 2, later)
