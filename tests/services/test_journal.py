"""The journal tells everything that happened, and an undo adds to it."""

from shutil import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supportdesk.domain.agent import Account
from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.errors import Conflict, DeskError, NotAllowed
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.page import START, Seek
from supportdesk.domain.query import TicketQuery
from supportdesk.domain.ticket import Priority, Status, TicketChange, new_ticket
from supportdesk.services.desk import Desk
from supportdesk.services.journal import UndoBlocked
from supportdesk.services.transfer.column_mapping import ColumnChoice
from tests.services.experiments.samples import running
from tests.services.mail.services import Service


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
    # What is done after an undo is what goes back next.
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    assert desk.journal.undo().tickets[0].status is Status.NEW
    assert desk.journal.undo().tickets[0].deleted_at is not None
    with pytest.raises(NotAllowed, match="^there is no change of yours to undo$"):
        desk.journal.undo()


def test_a_created_ticket_is_taken_back_with_its_mail_while_that_is_held(served, sql):
    desk = served(Service(), hold=60)
    desk.tickets.create(new_ticket("Lamp", "Dark", "rita@example.com"))
    preview = desk.journal.preview_undo()
    assert (preview.warning, preview.told) == ("", [])
    assert desk.journal.undo(change=preview.change).tickets[0].deleted_at
    assert [mail.status for mail in desk.mail.page()] == ["withdrawn"]
    assert desk.tickets.count(TicketQuery()).rows == 0


def test_before_an_undo_it_is_said_who_was_told_and_is_told_again(desk, filed):
    filed()
    desk.mail.deliver()
    assert desk.journal.preview_undo().warning == "rita@example.com was told and will not be told of the undo"
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    assert desk.journal.preview_undo().warning == ""
    desk.mail.deliver()
    preview = desk.journal.preview_undo()
    assert preview.warning == "rita@example.com was told and will be told again"
    assert preview.summary == "#1: status new → resolved"
    assert len(desk.mail.page()) == 2
    desk.journal.undo(change=preview.change)
    assert len(desk.mail.page()) == 3


def test_an_undo_that_would_be_of_another_change_than_was_shown_is_refused(desk, filed):
    filed()
    preview = desk.journal.preview_undo()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    with pytest.raises(Conflict, match="^your last change is another one by now; nothing was undone$"):
        desk.journal.undo(change=preview.change)
    assert status(desk) is Status.RESOLVED


def test_a_ticket_whose_reply_has_left_is_not_taken_back_and_blocks_nothing(desk, filed):
    filed()
    desk.tickets.update(["1"], TicketChange(priority=Priority.HIGH))
    filed()
    desk.conversation.reply("2", new_reply("Try another bulb."))
    desk.mail.deliver()
    undone = desk.journal.undo()
    assert [entry.kind for entry in undone.passed_over] == [
        EntryKind.TICKET_UPDATED,
        EntryKind.TICKET_REPLIED,
        EntryKind.TICKET_CREATED,
    ]
    assert undone.tickets[0].priority is Priority.MEDIUM


def test_a_created_ticket_that_a_colleague_has_touched_stays(desk, filed, colleague):
    filed()
    colleague.conversation.note("1", "on it")
    with pytest.raises(Conflict, match=r"^#1 has changed since: .*on it.*; nothing was undone$"):
        desk.journal.undo()
    assert desk.tickets.get("1").deleted_at is None


def test_a_note_a_deletion_and_a_restoration_are_undone_and_told_to_nobody(desk, filed):
    filed()
    desk.conversation.note("1", "seen")
    desk.tickets.delete(["1"])
    desk.tickets.undelete(["1"])
    assert desk.journal.undo().tickets[0].deleted_at is not None
    assert desk.journal.undo().tickets[0].deleted_at is None
    desk.journal.undo()
    assert len(desk.conversation.messages("1")) == 1
    assert desk.journal.page(START, 1)[0].kind is EntryKind.TICKET_NOTE_REMOVED
    assert len(desk.mail.page()) == 1


def test_what_a_colleague_deleted_is_not_undone_below_it(desk, filed, colleague):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    colleague.tickets.delete(["1"])
    with pytest.raises(Conflict, match="^#1 was deleted by bob since; nothing was undone$"):
        desk.journal.undo()
    colleague.journal.undo()
    assert desk.journal.undo().tickets[0].status is Status.NEW


def test_there_must_be_something_of_ones_own_to_undo(desk, filed, colleague):
    for nobody in (desk, colleague):
        with pytest.raises(NotAllowed, match="^there is no change of yours to undo$"):
            nobody.journal.undo()
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    with pytest.raises(NotAllowed, match="^there is no change of yours to undo$"):
        colleague.journal.undo()


def test_an_import_of_faqs_cannot_be_undone(desk, filed, tmp_path):
    (tmp_path / "in.csv").write_text("question,answer\nHow?,So.\n")
    desk.faq_import.run(tmp_path / "in.csv", ColumnChoice())
    with pytest.raises(NotAllowed, match="^your last change cannot be undone: imported 1 FAQ$"):
        desk.journal.undo()


def test_an_undo_goes_on_to_the_last_change_that_can_be_undone(desk, filed, tmp_path):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    (tmp_path / "in.csv").write_text("question,answer\nHow?,So.\n")
    desk.faq_import.run(tmp_path / "in.csv", ColumnChoice())
    undone = desk.journal.undo()
    assert [entry.kind for entry in undone.passed_over] == [EntryKind.FAQS_IMPORTED]
    assert (undone.tickets[0].status, status(desk)) == (Status.NEW, Status.NEW)


def test_a_change_that_somebody_has_built_on_is_passed_over_with_what_it_stands_on(desk, filed, colleague):
    filed()
    filed()
    desk.tickets.update(["2"], TicketChange(priority=Priority.HIGH))
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    colleague.tickets.update(["1"], TicketChange(Status.RESOLVED))
    with pytest.raises(UndoBlocked) as found:
        desk.journal.undo()
    assert found.value.reason == "#1 has changed since: bob made its status resolved"
    undone = desk.journal.undo(blocked=[found.value])
    assert (undone.tickets[0].number, undone.tickets[0].priority) == (2, Priority.MEDIUM)
    assert [entry.number for entry in undone.passed_over] == [1]
    assert status(desk) is Status.RESOLVED


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


def test_an_undo_that_fails_half_way_changes_nothing(desk, filed, fails, sql, engine):
    filed()
    filed()
    desk.tickets.update(["1", "2"], TicketChange(Status.RESOLVED))
    fails("journal", "new.undoes IS NOT NULL AND new.number = 1", "the disk is on fire")
    last = desk.journal.last_seq()
    with pytest.raises(DeskError, match="the disk is on fire"):
        desk.journal.undo()
    assert (desk.journal.last_seq(), status(desk, 1), status(desk, 2)) == (last, Status.RESOLVED, Status.RESOLVED)
    sql("DROP TRIGGER fails" + " ON journal" * (engine == "postgres"))
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


@pytest.mark.sqlite
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


CHANGES = st.builds(
    TicketChange,
    st.none() | st.sampled_from(Status),
    st.none() | st.sampled_from(Priority),
    st.sampled_from(["", "why"]),
    st.none() | st.sampled_from(["Lamp", "Candle"]),
)
NUMBERS = st.sampled_from([["1"], ["2"], ["1", "2"]])
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["desk", "colleague"]),
        st.one_of(
            st.tuples(st.just("undo")),
            st.tuples(st.just("update"), NUMBERS, CHANGES),
            st.tuples(st.sampled_from(["delete", "undelete"]), NUMBERS),
            st.tuples(st.just("create")),
            st.tuples(st.just("assign"), NUMBERS, st.sampled_from(["me", "none"])),
            st.tuples(st.just("tag"), NUMBERS, st.sampled_from([["vip"], []]), st.sampled_from([["vip"], ["spam"]])),
            st.tuples(st.just("add_note"), st.sampled_from(["1", "2"])),
        ),
    ),
    max_size=14,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_any_changes_and_undos_leave_what_the_remaining_changes_give(new_file, clock, tmp_path_factory, acts):
    file = copy(new_file, tmp_path_factory.mktemp("desk") / "support.db")
    with Desk(file, "ann", now=clock) as desk, Desk(file, "bob", now=clock) as colleague:
        for agent in (desk, colleague):
            act(agent, "create")
        for who, (verb, *values) in acts:
            last = desk.journal.last_seq()
            try:
                act({"desk": desk, "colleague": colleague}[who], verb, *values)
            except (Conflict, NotAllowed):
                assert desk.journal.last_seq() == last
            assert standing(desk) == given_by_what_is_in_force(desk)
            count = desk.tickets.count(TicketQuery()).rows
            assert count == len(desk.tickets.page(TicketQuery(), START, 100))
        for number in standing(desk):
            steps = desk.tickets.history(str(number))
            assert [step.old_status for step in steps[1:]] == [step.new_status for step in steps[:-1]]
            assert steps[-1].new_status is desk.tickets.get(str(number)).status


def act(agent, verb, *values):
    match verb:
        case "undo":
            agent.journal.undo()
        case "create":
            agent.tickets.create(new_ticket("Lamp is dark", "It does not shine.", "rita@example.com"))
        case "add_note":
            agent.conversation.note(*values, "seen")
        case _:
            getattr(agent.tickets, verb)(*values)


def standing(desk):
    """How all tickets are now."""
    found = {}
    for ticket in desk.tickets.summaries(range(1, 20)):
        notes = [message.text for message in desk.conversation.messages(str(ticket.number))][1:]
        fields = (ticket.title, ticket.status, ticket.priority, ticket.owner, " ".join(ticket.tags))
        found[ticket.number] = (*fields, notes) if ticket.deleted_at is None else None
    return found


def given_by_what_is_in_force(desk):
    """How all tickets must be, by the changes that are neither undone nor an undo; None for deleted ones."""
    entries = desk.journal.after(0)
    undone = {entry.undoes for entry in entries}
    numbers = {entry.number for entry in entries}
    # A created ticket that was taken back and restored by hand has what it had at first.
    fields = {
        entry.number: {"owner": "", "tags": "", **entry.after}
        for entry in entries
        if entry.kind is EntryKind.TICKET_CREATED
    }
    deleted, notes = dict.fromkeys(numbers, True), {number: [] for number in numbers}
    for entry in entries:
        if entry.undoes is not None or entry.change in undone:
            continue
        fields[entry.number].update(entry.after)
        if entry.kind in (EntryKind.TICKET_CREATED, EntryKind.TICKET_DELETED, EntryKind.TICKET_UNDELETED):
            deleted[entry.number] = entry.kind is EntryKind.TICKET_DELETED
        if entry.kind is EntryKind.TICKET_NOTED:
            notes[entry.number].append(entry.after["text"])
    return {
        number: None
        if deleted[number]
        else (*(fields[number][name] for name in ("title", "status", "priority", "owner", "tags")), notes[number])
        for number in numbers
    }
