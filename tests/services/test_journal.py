"""The journal tells everything that happened, and an undo adds to it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supportdesk.domain.agent import Account
from supportdesk.domain.errors import Conflict, DeskError, NotAllowed
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.page import START, Seek
from supportdesk.domain.ticket import Priority, Status, TicketChange
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from tests.services.experiments.samples import running


def status(desk, number=1):
    return desk.tickets.get(str(number)).status


def test_an_undo_takes_a_change_back_and_history_keeps_both(desk, filed):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED, Priority.LOW, "done"))
    desk.mail.deliver()
    undone = desk.journal.undo()

    assert [ticket.number for ticket in undone.tickets] == [1]
    assert undone.tickets == [desk.tickets.get("1")]
    assert (undone.tickets[0].status, undone.tickets[0].priority) == (Status.NEW, Priority.MEDIUM)
    assert undone.tickets[0].version == 3
    assert [(step.old_status, step.new_status, step.notes) for step in desk.tickets.history("1")] == [
        (None, Status.NEW, ""),
        (Status.NEW, Status.RESOLVED, "done"),
        (Status.RESOLVED, Status.NEW, "undone"),
    ]
    entry = desk.journal.page(START, 1)[0]
    assert (entry.undoes, entry.kind, entry.notes) == (2, EntryKind.TICKET_UPDATED, "undone")
    assert entry.before == {"status": "resolved", "priority": "low"}
    assert entry.after == {"status": "new", "priority": "medium"}
    assert "was resolved and is now new" in desk.mail.page()[0].content


def test_a_change_of_several_tickets_goes_back_as_a_whole(desk, filed):
    for _ in range(3):
        filed()
    desk.tickets.update(["2"], TicketChange(Status.IN_PROGRESS))
    desk.tickets.update(["1", "2", "3"], TicketChange(Status.RESOLVED))
    undone = desk.journal.undo()
    assert [entry.number for entry in undone.entries] == [3, 2, 1]
    assert [status(desk, number) for number in (1, 2, 3)] == [Status.NEW, Status.IN_PROGRESS, Status.NEW]
    entries = desk.journal.page(START, 3)
    assert {entry.change for entry in entries} == {entries[-1].seq}
    assert {entry.undoes for entry in entries} == {undone.entries[0].change}


def test_a_change_of_several_tickets_stays_whole_when_one_cannot_go_back(desk, filed, colleague):
    for _ in range(3):
        filed()
    desk.tickets.update(["1", "2", "3"], TicketChange(Status.RESOLVED))
    colleague.tickets.update(["2"], TicketChange(Status.IN_PROGRESS))
    last = desk.journal.last_seq()
    with pytest.raises(Conflict) as caught:
        desk.journal.undo()
    assert caught.value.message == "#2 has changed since: bob made its status in-progress; nothing was undone"
    assert desk.journal.last_seq() == last
    assert [status(desk, number) for number in (1, 2, 3)] == [Status.RESOLVED, Status.IN_PROGRESS, Status.RESOLVED]


def test_an_undo_twice_goes_one_further_back(desk, filed):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    assert desk.journal.undo().tickets[0].status is Status.IN_PROGRESS
    assert desk.journal.undo().tickets[0].status is Status.NEW
    with pytest.raises(NotAllowed, match="^your last change cannot be undone: #1 created: Lamp is dark$"):
        desk.journal.undo()
    # What is done after an undo is what goes back next.
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    assert desk.journal.undo().tickets[0].status is Status.NEW


def test_there_must_be_something_of_ones_own_to_undo(desk, filed, colleague):
    for nobody in (desk, colleague):
        with pytest.raises(NotAllowed, match="^there is no change of yours to undo$"):
            nobody.journal.undo()
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    with pytest.raises(NotAllowed, match="^there is no change of yours to undo$"):
        colleague.journal.undo()


def test_an_import_cannot_be_undone(desk, filed, tmp_path):
    (tmp_path / "in.csv").write_text("title,description,contact_email\nt,d,r@example.com\n")
    desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice())
    with pytest.raises(NotAllowed, match="^your last change cannot be undone: imported 1 tickets$"):
        desk.journal.undo()


def test_an_undo_goes_on_to_the_last_change_that_can_be_undone(desk, filed, tmp_path):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    (tmp_path / "in.csv").write_text("title,description,contact_email\nt,d,r@example.com\n")
    desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice())
    undone = desk.journal.undo()
    assert [entry.kind for entry in undone.passed_over] == [EntryKind.TICKETS_IMPORTED]
    assert (undone.tickets[0].status, status(desk)) == (Status.NEW, Status.NEW)


def test_what_a_change_that_stays_was_made_on_is_not_undone_below_it(desk, filed):
    filed()
    desk.tickets.update(["1"], TicketChange(priority=Priority.HIGH))
    running(desk)
    undone = desk.journal.undo()
    assert [entry.kind for entry in undone.passed_over] == [EntryKind.EXPERIMENT_STARTED, EntryKind.EXPERIMENT_CREATED]
    assert undone.tickets[0].priority is Priority.MEDIUM
    assert desk.experiments.get("1").status == "running"


def test_an_undo_takes_back_what_the_same_agents_script_did_last(desk, filed, path, clock):
    filed()
    filed()
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    with Desk(path, "ann", now=clock) as script:
        script.tickets.update(["1"], TicketChange(Status.RESOLVED))
        script.tickets.update(["2"], TicketChange(priority=Priority.HIGH))
        assert desk.journal.undo().tickets[0].number == 2
        assert desk.journal.undo().tickets[0].status is Status.IN_PROGRESS
        assert script.journal.undo().tickets[0].status is Status.NEW


def test_what_somebody_else_wanted_is_not_undone_even_when_it_is_the_same_again(desk, filed, colleague):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    colleague.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    colleague.tickets.update(["1"], TicketChange(Status.RESOLVED))
    with pytest.raises(Conflict, match="^#1 has changed since: bob made its status resolved; nothing was undone$"):
        desk.journal.undo()


def test_the_one_who_changed_the_same_field_is_named(desk, filed, colleague, path, clock):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    colleague.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    with Desk(path, "cat", now=clock) as cat:
        cat.tickets.update(["1"], TicketChange(priority=Priority.HIGH))
    with pytest.raises(Conflict, match="^#1 has changed since: bob made its status in-progress; nothing was undone$"):
        desk.journal.undo()


def test_what_somebody_else_did_and_took_back_is_no_hindrance(desk, filed, colleague):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    colleague.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    colleague.journal.undo()
    colleague.tickets.update(["1"], TicketChange(priority=Priority.HIGH))
    ticket = desk.journal.undo().tickets[0]
    assert (ticket.status, ticket.priority) == (Status.NEW, Priority.HIGH)


def test_an_undo_that_fails_half_way_changes_nothing(desk, filed, sql):
    filed()
    filed()
    desk.tickets.update(["1", "2"], TicketChange(Status.RESOLVED))
    sql(
        "CREATE TRIGGER fails AFTER INSERT ON journal WHEN new.undoes AND new.number = 1 "
        "BEGIN SELECT raise(ABORT, 'the disk is on fire'); END"
    )
    last = desk.journal.last_seq()
    with pytest.raises(DeskError, match="the disk is on fire"):
        desk.journal.undo()
    assert (desk.journal.last_seq(), status(desk, 1), status(desk, 2)) == (last, Status.RESOLVED, Status.RESOLVED)
    sql("DROP TRIGGER fails")
    assert len(desk.journal.undo().tickets) == 2


def test_undo_goes_by_the_account_and_not_by_the_name_alone(path, clock, filed):
    filed()
    ann, mallory = Account("ann", 1001), Account("mallory", 1002)
    with Desk(path, "ann", account=ann, now=clock) as hers, Desk(path, "ann", account=mallory, now=clock) as claimed:
        hers.tickets.update(["1"], TicketChange(Status.RESOLVED))
        with pytest.raises(NotAllowed, match="^there is no change of yours to undo$"):
            claimed.journal.undo()
        claimed.tickets.update(["1"], TicketChange(priority=Priority.LOW))
        assert claimed.journal.page(START, 1)[0].who == "mallory (as ann)"
        assert hers.tickets.history("1")[-1].who == "ann"
        assert hers.journal.undo().tickets[0].status is Status.NEW


def test_what_was_done_before_accounts_were_recorded_can_be_undone_by_name(desk, filed, sql):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    sql("DROP TRIGGER journal_is_kept_whole")
    sql("UPDATE journal SET login = '', uid = NULL")
    assert desk.journal.undo().tickets[0].status is Status.NEW


def test_a_name_that_can_be_mistaken_for_an_earlier_one_is_found(desk, filed, path, clock):
    filed()
    assert desk.journal.similar_actor() == ""
    with Desk(path, "\u0430nn", now=clock) as other:
        assert other.journal.similar_actor() == "ann"
        other.tickets.update(["1"], TicketChange(Status.RESOLVED))
        assert (other.journal.similar_actor(), desk.journal.similar_actor()) == ("ann", "")


def test_the_feed_gives_what_is_new_in_order(desk, filed, colleague):
    filed()
    seen = desk.journal.last_seq()
    colleague.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    colleague.tickets.update(["1"], TicketChange(Status.RESOLVED))
    assert [entry.after["status"] for entry in desk.journal.after(seen)] == ["in-progress", "resolved"]
    assert [entry.seq for entry in desk.journal.after(0, limit=2)] == [1, 2]
    assert desk.journal.after(3) == []


def test_the_journal_is_walked_from_the_newest_and_back(desk, filed):
    for _ in range(7):
        filed()
    assert desk.journal.count().rows == 7
    forward = [entry.seq for entry in desk.journal.page(START, 3)]
    assert forward == [7, 6, 5]
    assert [entry.seq for entry in desk.journal.page(Seek((5,)), 3)] == [4, 3, 2]
    assert [entry.seq for entry in desk.journal.page(Seek((5,), skip=2), 3)] == [2, 1]
    assert [entry.seq for entry in desk.journal.page(Seek((4,), backwards=True), 2)] == [6, 5]
    assert [entry.seq for entry in desk.journal.page(Seek(backwards=True), 2)] == [2, 1]
    assert [desk.journal.position((seq,)) for seq in forward] == [0, 1, 2]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["desk", "colleague"]),
        st.one_of(st.none(), st.builds(TicketChange, st.sampled_from(Status), st.none() | st.sampled_from(Priority))),
        st.sampled_from([["1"], ["2"], ["1", "2"]]),
    ),
    max_size=10,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_two_agents_do_and_undo_the_journal_tells_how_it_came(desk, colleague, filed, acts):
    while desk.journal.last_seq() < 2:
        filed()
    shown, seq = standing(desk), desk.journal.last_seq()
    for who, change, numbers in acts:
        agent = {"desk": desk, "colleague": colleague}[who]
        try:
            if change is None:
                agent.journal.undo()
            else:
                agent.tickets.update(numbers, change)
        except (Conflict, NotAllowed):
            assert change is None, "only an undo has anything against it"
        for entry in desk.journal.after(seq):
            seq = entry.seq
            assert {name: shown[entry.number][name] for name in entry.before} == entry.before
            shown[entry.number].update(entry.after)
        assert standing(desk) == shown
    for number in ("1", "2"):
        steps = desk.tickets.history(number)
        assert [step.old_status for step in steps[1:]] == [step.new_status for step in steps[:-1]]
        assert steps[-1].new_status is desk.tickets.get(number).status


def standing(desk):
    """How both tickets stand, in the journal's words."""
    return {
        ticket.number: {"status": ticket.status, "priority": ticket.priority}
        for ticket in desk.tickets.summaries([1, 2])
    }
