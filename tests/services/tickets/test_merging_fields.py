"""Two agents who change different fields of one ticket: both changes stay; the same field is a conflict."""

import pytest

from supportdesk.domain.errors import Conflict
from supportdesk.domain.ticket import Priority, Status, TicketChange

CHANGES = {
    "title": TicketChange(title="Another title"),
    "text": TicketChange(description="Another text"),
    "requester": TicketChange(contact_email="eve@example.com"),
    "priority": TicketChange(priority=Priority.HIGH),
    "status": TicketChange(status=Status.RESOLVED),
    "owner": TicketChange(owner="bob"),
    "tags": TicketChange(tags=("vip",)),
}


@pytest.mark.parametrize("theirs", CHANGES)
@pytest.mark.parametrize("mine", CHANGES)
def test_fields_that_do_not_touch_are_merged(desk, colleague, filed, mine, theirs):
    seen = {filed().number: 1}
    colleague.tickets.update(["1"], CHANGES[theirs], take=True)
    if mine == theirs:
        with pytest.raises(Conflict, match="#1 was changed by bob"):
            desk.tickets.update(["1"], CHANGES[mine], seen=seen, merge=True, take=True)
        return
    desk.tickets.update(["1"], CHANGES[mine], seen=seen, merge=True, take=True)
    ticket = desk.tickets.get("1")
    for change in (CHANGES[mine], CHANGES[theirs]):
        assert change.differing_from(ticket).is_empty


def test_without_merging_any_change_is_a_conflict(desk, colleague, filed):
    filed()
    colleague.tickets.update(["1"], CHANGES["title"])
    with pytest.raises(Conflict):
        desk.tickets.update(["1"], CHANGES["priority"], seen={1: 1})


def test_a_change_and_its_undo_touch_the_field(desk, colleague, filed):
    filed()
    colleague.tickets.update(["1"], CHANGES["title"])
    colleague.journal.undo()
    desk.tickets.update(["1"], CHANGES["priority"], seen={1: 1}, merge=True)
    with pytest.raises(Conflict):
        desk.tickets.update(["1"], TicketChange(title="Mine"), seen={1: 1}, merge=True)


def test_nothing_is_merged_into_a_ticket_that_went_elsewhere(desk, colleague, filed):
    filed()
    filed()
    colleague.relations.merge(["1"], "2")
    with pytest.raises(Conflict):
        desk.tickets.update(["1"], CHANGES["title"], seen={1: 1}, merge=True)


@pytest.mark.parametrize("version", [0, -3, 99])
def test_a_version_that_never_was_is_a_conflict(desk, filed, version):
    filed()
    with pytest.raises(Conflict):
        desk.tickets.update(["1"], CHANGES["title"], seen={1: version}, merge=True)
