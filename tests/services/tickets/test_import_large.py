"""Large imports: others save meanwhile, nobody sees a part, and all of it can be undone while nobody touched it."""

import sqlite3

import pytest

from supportdesk.domain.errors import Conflict, InvalidValue
from supportdesk.domain.query import TicketQuery, parse_query
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.duplicates import Duplicates
from supportdesk.services.transfer.import_session import ImportOptions
from supportdesk.services.transfer.progress import Step

MANY = 10_500
HEADER = "title,description,contact_email"
ALL = TicketQuery()


@pytest.fixture
def large(tmp_path):
    """A file of many tickets, the last of which has a number of its own."""
    file = tmp_path / "large.csv"
    rows = [f",Lamp {place},It is dark,user{place % 50}@example.com" for place in range(MANY - 1)]
    file.write_text("\n".join([f"number,{HEADER}", *rows, "77,Last,one,ann@example.com"]) + "\n", encoding="utf-8")
    return file


def watching(action):
    """Calls `action` whenever a part is saved."""
    return ImportOptions(watch=lambda step, done, total: action(done) if step is Step.SAVING else None)


def test_others_save_between_the_parts_and_see_all_tickets_or_none(desk, colleague, large):
    seen, created = [], []

    def work(done):
        created.append(colleague.tickets.create(new_ticket(f"Mine {done}", "b", "c@example.com")).number)
        found = colleague.tickets.count(ALL).rows, len(list(colleague.tickets.stream(ALL)))
        seen.append((*found, colleague.tickets.count(parse_query("lamp")).rows, len(colleague.journal.after(0))))

    done = desk.ticket_import.run(large, ColumnChoice(), watching(work))
    assert len(created) >= 2
    assert seen == [(number, number, 0, number) for number in range(1, len(created) + 1)]
    assert min(created) > done.last
    assert colleague.tickets.count(ALL).rows == len(list(colleague.tickets.stream(ALL))) == MANY + len(created)
    assert colleague.tickets.get("77").title == "Last"
    assert (done.first, done.last - done.first) == (77, MANY - 1)


def test_an_import_that_fails_in_the_middle_leaves_nothing(desk, large, sql, engine):
    def stop(done):
        if done > 2_500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.ticket_import.run(large, ColumnChoice(), watching(stop))
    for table in ("tickets", "ticket_status_history", "running_imports"):
        assert sql(f"SELECT count(*) FROM {table}") == [(0,)]
    assert desk.ticket_import.run(large, ColumnChoice()).tickets == MANY
    if engine == "sqlite":
        sql("INSERT INTO tickets_text (tickets_text) VALUES ('integrity-check')")


@pytest.mark.sqlite
def test_what_a_killed_import_left_is_removed_by_the_next_one(desk, large, path, sql):
    def kept(done):
        # As a kill leaves it: a copy of the desk in mid-import, whose process is no more.
        if done == 2_000:
            with sqlite3.connect(path) as original, sqlite3.connect(path.with_name("copy.db")) as copy:
                original.backup(copy)
                copy.execute("UPDATE running_imports SET pid = 999999999")

    desk.ticket_import.run(large, ColumnChoice(), watching(kept))
    with Desk(path.with_name("copy.db"), "bob") as other:
        assert other.tickets.count(ALL).rows == 0
        assert other.ticket_import.run(large, ColumnChoice()).tickets == MANY
        assert other.tickets.count(ALL).rows == MANY


def test_an_import_that_paused_and_was_taken_for_a_killed_one_imports_nothing(desk, colleague, large, sql, tmp_path):
    small = tmp_path / "small.csv"
    small.write_text(f"{HEADER}\nLamp,It is dark,c@example.com\n", encoding="utf-8")

    def purge(done):
        if sql("SELECT seen_at FROM running_imports") > [("2026-01-01",)]:
            sql("UPDATE running_imports SET seen_at = '2020-01-01T00:00:00.000Z'")
            colleague.ticket_import.run(small, ColumnChoice(), duplicates=Duplicates.KEEP)

    with pytest.raises(Conflict, match="another import took this one for one that had ended"):
        desk.ticket_import.run(large, ColumnChoice(), watching(purge))
    assert {ticket.title for ticket in desk.tickets.stream(ALL)} == {"Lamp"}
    assert desk.tickets.count(ALL).rows == sql("SELECT count(*) FROM tickets")[0][0] > 0
    assert sql("SELECT count(*) FROM running_imports") == [(0,)]


@pytest.mark.parametrize("many", [1, MANY])
def test_an_import_is_undone_as_one_change(desk, tmp_path, many):
    before = desk.tickets.create(new_ticket("Before", "b", "c@example.com"))
    file = tmp_path / "in.csv"
    rows = [f"Lamp {place},It is dark,ann@example.com" for place in range(many)]
    file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    desk.ticket_import.run(file, ColumnChoice())
    [entry] = desk.journal.undo().entries
    said = f"{many} tickets" if many > 1 else "1 ticket"
    assert entry.summary == f"imported {said}"
    assert [ticket.number for ticket in desk.tickets.stream(ALL)] == [before.number]
    assert desk.tickets.count(ALL).rows == 1
    assert desk.journal.after(entry.seq)[0].summary == f"import of {said} undone"
    # What was undone is no duplicate.
    assert desk.ticket_import.run(file, ColumnChoice()).tickets == many


def test_an_import_is_not_undone_once_somebody_worked_on_it(desk, colleague, tmp_path):
    file = tmp_path / "in.csv"
    file.write_text(f"{HEADER}\na,b,c@example.com\nd,e,f@example.com\n", encoding="utf-8")
    desk.ticket_import.run(file, ColumnChoice())
    colleague.tickets.update(["2"], TicketChange(Status.RESOLVED))
    with pytest.raises(Conflict, match="#2 of the import has changed since; nothing was undone"):
        desk.journal.undo()
    assert desk.tickets.count(ALL).rows == 2


def test_a_number_that_somebody_takes_meanwhile_ends_the_import(desk, colleague, tmp_path):
    file = tmp_path / "in.csv"
    file.write_text(f"number,{HEADER}\n1,a,b,c@example.com\n", encoding="utf-8")

    def take(step, done, total):
        if step is Step.READING:
            colleague.tickets.create(new_ticket("Mine", "b", "c@example.com"))

    with pytest.raises((Conflict, InvalidValue), match="number"):
        desk.ticket_import.run(file, ColumnChoice(), ImportOptions(watch=take))
    assert desk.tickets.count(ALL).rows == 1


def test_an_id_that_somebody_takes_between_the_parts_ends_the_import_and_is_named(desk, colleague, tmp_path):
    def lines(places):
        return [f"00000000-0000-4000-8000-{place:012},Lamp {place},d,c@example.com" for place in places]

    file, one = tmp_path / "in.csv", tmp_path / "one.csv"
    file.write_text("\n".join([f"id,{HEADER}", *lines(range(MANY))]), encoding="utf-8")
    one.write_text("\n".join([f"id,{HEADER}", *lines([9_000])]), encoding="utf-8")

    def take(done):
        if done < 9_000 and not colleague.tickets.count(ALL).rows:
            colleague.ticket_import.run(one, ColumnChoice())

    with pytest.raises(Conflict, match="id: '00000000-0000-4000-8000-000000009000' was taken meanwhile"):
        desk.ticket_import.run(file, ColumnChoice(), watching(take))
    assert [ticket.title for ticket in desk.tickets.stream(ALL)] == ["Lamp 9000"]
