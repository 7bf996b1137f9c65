"""Taking in tickets from CSV: what is understood, and what is said of what is not."""

import csv
import gzip

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.query import TicketQuery, parse_query
from supportdesk.services.desk import Desk
from supportdesk.services.tickets.importing import Imported
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.export_format import Form
from tests.services.tickets.samples import AN_ID, ANOTHER_ID, GOOD, HEADER, all_of


def count(desk: Desk, query: str) -> int:
    return desk.tickets.count(parse_query(query)).rows


SUPPORT = ColumnChoice(
    columns=[
        ("title", "Ticket Subject"),
        ("description", "Ticket Description"),
        ("contact_email", "Customer Email"),
        ("priority", "Ticket Priority"),
        ("status", "Ticket Status"),
    ],
    values=[
        ("priority", "Critical", "high"),
        ("status", "Open", "new"),
        ("status", "Pending Customer Response", "in-progress"),
        ("status", "Closed", "resolved"),
    ],
)


def test_an_old_desk_of_8469_tickets_moves_in(desk, shared_data):
    imported = desk.ticket_import.run(shared_data / "tickets" / "customer_support_tickets.csv", SUPPORT)
    assert imported == Imported(tickets=8469, rejected=0, first=1, last=8469)
    assert [count(desk, f"status:{word}") for word in ("new", "in-progress", "resolved")] == [2819, 2881, 2769]
    assert [count(desk, f"priority:{word}") for word in ("low", "medium", "high")] == [2063, 2192, 4214]
    assert desk.mail.count().rows == 0
    [entry] = desk.journal.after(0)
    assert (entry.kind, entry.actor) == (EntryKind.TICKETS_IMPORTED, "ann")
    counted = {"tickets": "8469", "first": "1", "last": "8469", "file": "customer_support_tickets.csv"}
    assert counted.items() <= entry.after.items()


def test_tickets_in_many_languages_move_in_and_on_to_another_desk(desk, shared_data, tmp_path):
    file = shared_data / "tickets" / "multilingual.csv"
    columns = [("title", "subject"), ("description", "body")]
    with pytest.raises(InvalidValue, match=r"line \d+, title: '' is not allowed; .*; --default title=TEXT fills empty"):
        desk.ticket_import.run(file, ColumnChoice(columns, defaults=[("contact_email", "ann@example.com")]))
    defaults = [("contact_email", "ann@example.com"), ("title", "(no subject)")]
    assert desk.ticket_import.run(file, ColumnChoice(columns, defaults=defaults)).tickets == 5220
    tickets = all_of(desk)
    assert sum(ticket.title == "(no subject)" for ticket in tickets) == 320
    desk.ticket_export.save(TicketQuery(), Form.CSV, tmp_path / "out.csv")
    with Desk(tmp_path / "other.db", "bob") as other:
        other.ticket_import.run(tmp_path / "out.csv", ColumnChoice())
        assert all_of(other) == tickets


def test_a_compressed_file_moves_in_as_it_is(desk, shared_data, tmp_path):
    with gzip.open(shared_data / "tickets" / "it_service_topics.csv.gz", "rb") as whole:
        (tmp_path / "topics.csv").write_bytes(gzip.compress(b"".join(next(whole) for _ in range(1001))))
    choice = ColumnChoice(
        [("title", "Topic_group"), ("description", "Document")], defaults=[("contact_email", "ann@example.com")]
    )
    assert desk.ticket_import.run(tmp_path / "topics.csv", choice).tickets == 1000


def test_every_ticket_starts_its_history_with_the_import(desk, take):
    take(HEADER, GOOD, GOOD.replace("new", "resolved"))
    [step] = desk.tickets.history("#2")
    assert (step.old_status, step.new_status, step.changed_by) == (None, "resolved", "ann")
    assert step.notes == "imported from in.csv"
    assert desk.tickets.get("#2").id == step.ticket_id


def test_the_name_beside_an_address_is_kept_in_the_history(desk, take):
    take(HEADER, GOOD.replace("ann@example.com", "Ann Example <ann@example.com>"))
    [step] = desk.tickets.history("#1")
    assert desk.tickets.get("#1").contact_email == "ann@example.com"
    assert step.notes == "imported from in.csv; requester: Ann Example"


def test_imported_tickets_are_found_and_counted_like_any_other(desk, take):
    take(HEADER, GOOD)
    assert count(desk, "shine") == count(desk, "status:new") == count(desk, "email:ann@example.com") == 1


def test_without_times_the_time_of_the_import_counts(desk, take):
    take(
        "title,description,contact_email,created_at,updated_at", "a,b,c@example.com,,", "a,b,c@example.com,2020-02-03,"
    )
    now, then = all_of(desk)
    [entry] = desk.journal.after(0)
    assert now.created_at == now.updated_at
    assert 0 <= (entry.at - now.created_at).total_seconds() < 60
    assert then.created_at.isoformat() == then.updated_at.isoformat() == "2020-02-03T00:00:00+00:00"


def test_numbers_and_ids_are_kept_and_the_others_follow(desk, take):
    imported = take(
        "number,id,title,description,contact_email",
        ",,first,b,c@example.com",
        f"7,{AN_ID.upper()},second,b,c@example.com",
        ",,third,b,c@example.com",
    )
    assert {ticket.title: ticket.number for ticket in all_of(desk)} == {"first": 8, "second": 7, "third": 9}
    assert desk.tickets.get("#7").id == AN_ID
    assert (imported.first, imported.last) == (7, 9)


def test_an_id_column_of_another_program_does_no_harm(desk, take):
    take("id,subject,description,contact_email", "1,Hello,b,c@example.com", columns=[("title", "subject")])
    assert len(all_of(desk)[0].id) == 36


def test_a_field_can_be_left_out(desk, take):
    take("id," + HEADER, "1," + GOOD, ignored=["id", "priority"])
    assert all_of(desk)[0].priority == "medium"


def test_bodies_keep_every_space_quote_and_line_break(desk, take, tmp_path):
    body = '  He said "no",\n\n\tthen; left.  🙂 مرحبا  \n'
    file = tmp_path / "in.csv"
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([HEADER.split(","), ["t", body, "ann@example.com", "low", "new"]])
    desk.ticket_import.run(file, ColumnChoice())
    assert all_of(desk)[0].description == body


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",b,c@example.com,low,new", "line 3, title: '' is not allowed; it needs some text, up to 500 characters"),
        ("a, ,c@example.com,low,new", "line 3, description: ' ' is not allowed; it needs some text"),
        (f"{'a' * 501},b,c@example.com,low,new", "line 3, title: 501 characters are too many; it can have up to 500"),
        (f"a,{'b' * 200_000},c@example.com,low,new", "line 3, description: 200,000 characters are too many"),
        (
            "a\x1b[31m,b,c@example.com,low,new",
            r"title: 'a\x1b[31m' is not allowed; it holds the control character U+001B",
        ),
        ("a,b\x9d0;x,c@example.com,low,new", "line 3, description: 'b\\x9d0;x' is not allowed"),
        ("a,b,nobody,low,new", "line 3, contact_email: 'nobody' is not allowed; it must be a mail address"),
        ("a,b,c@example.com,Critical,new", "priority: 'Critical' is not allowed; it can be low, medium or high"),
        ("a,b,c@example.com,Critical,new", "with --value priority:Critical=WORD"),
        ("a,b,c@example.com,low,Not yet", "with --value 'status:Not yet=WORD'"),
        (
            "a,b,c@example.com,,new",
            "priority: '' is not allowed; it can be low, medium or high; --default priority=TEXT",
        ),
        ("a,b,c@example.com,low", "line 3: it has 4 cells, but the header has 5"),
        ("a,b,c@example.com,low,new,more", "line 3: it has 6 cells, but the header has 5"),
        ('a,"b,c@example.com,low,new', "line 3: the file ends inside a quoted cell: it is cut off"),
        ('a,"b"b,c@example.com,low,new', "line 3: a quote inside a quoted cell is not doubled"),
        ("a,b\0,c@example.com,low,new", "line 3: it holds a NUL character"),
    ],
)
def test_a_bad_row_names_its_line_field_and_value_and_nothing_is_imported(refusal, row, said):
    message = refusal(HEADER, GOOD, row)
    assert said in message
    assert message.startswith("line 3")
    assert message.endswith("; nothing was imported")


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        ("x,", "id: 'x' is not allowed; it must be a UUID such as"),
        (
            ",0",
            "number: '0' is not allowed; it must be a whole number from 1 to 9,007,199,254,740,991; --ignore number",
        ),
        (",-1", "number: '-1' is not allowed"),
        (",1.5", "number: '1.5' is not allowed"),
        (f",{2**63}", "number: '9223372036854775808' is not allowed"),
        (f"{AN_ID.upper()},", f"id: '{AN_ID}' is taken; an earlier line has it"),
        (",5", "number: '5' is taken; an earlier line has it"),
    ],
)
def test_an_identity_that_cannot_be_is_a_bad_row(refusal, identity, said):
    assert said in refusal("id,number," + HEADER, f"{AN_ID},5,{GOOD}", f"{identity},{GOOD}")


def test_a_time_that_is_none_is_a_bad_row(refusal):
    assert "created_at: '31/13/2020' is not allowed; it must be a time such as" in refusal(
        "created_at," + HEADER, "31/13/2020," + GOOD
    )


def test_an_identity_that_the_desk_has_is_a_bad_row(desk, take):
    take("id,number," + HEADER, f"{AN_ID},5,{GOOD}")
    for row, said in (
        (f"{AN_ID},6,{GOOD}", f"line 2, id: '{AN_ID}' is taken; a ticket of this desk has it"),
        (f"{ANOTHER_ID},5,{GOOD}", "line 2, number: '5' is taken; a ticket of this desk has it"),
    ):
        with pytest.raises(InvalidValue) as caught:
            take("id,number," + HEADER, row)
        assert said in caught.value.message
    assert len(all_of(desk)) == desk.journal.last_seq() == 1


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"columns": [("titel", "title")]}, "column: 'titel' is not allowed; as a field it can be number, id, title"),
        ({"columns": [("title", "Subject")]}, "'Subject' is not allowed; the file has no such header; it has 'title'"),
        ({"columns": [("title", "title"), ("title", "status")]}, "column: title is mapped twice"),
        ({"columns": [("title", "status"), ("description", "status")]}, "column: 'status' is mapped twice"),
        ({"ignored": ["titel"]}, "ignore: 'titel' is not allowed"),
        ({"columns": [("title", "title")], "ignored": ["title"]}, "ignore: title is mapped and ignored"),
        ({"ignored": ["title"]}, "title: the file has no column for it; pass --column title=HEADER"),
        ({"values": [("state", "Open", "new")]}, "value: 'state' is not allowed"),
        ({"values": [("status", "Open", "open")]}, "value 'status:Open=open': status: 'open' is not allowed"),
        ({"values": [("number", "1", "2")]}, "value: number has no column"),
        ({"values": [("status", "a", "new"), ("status", " a ", "new")]}, "value: status:a is mapped twice"),
        ({"defaults": [("mail", "x")]}, "default: 'mail' is not allowed"),
        ({"defaults": [("contact_email", "x")]}, "default 'contact_email=x': contact_email: 'x' is not allowed"),
        ({"defaults": [("title", "x"), ("title", "y")]}, "default: title has two defaults"),
        ({"delimiter": "::"}, "delimiter: '::' is not allowed; it must be one character"),
        ({"encoding": "klingon"}, "encoding: 'klingon' is not allowed"),
        ({"encoding": "base64"}, "encoding: 'base64' is not allowed"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(refusal, choice, said):
    assert said in refusal(HEADER, GOOD, **choice)


def test_the_same_header_twice_is_refused_where_it_is_wanted(desk, take, refusal):
    assert "the file has the header 'title' twice" in refusal("title," + HEADER, "x," + GOOD)
    assert take("other,other," + HEADER, "x,y," + GOOD).tickets == 1


def test_values_are_compared_without_the_blanks_around_them(desk, take):
    take(
        " Subject ,description,contact_email,priority",
        "a,b, C@Example.COM , Critical ",
        columns=[("title", "Subject")],
        values=[("priority", "Critical ", "high")],
    )
    [ticket] = all_of(desk)
    assert (ticket.title, ticket.priority, ticket.contact_email) == ("a", "high", "C@example.com")


def test_a_dry_run_checks_everything_and_changes_nothing(desk, take, tmp_path):
    assert take(HEADER, GOOD, "a,b,c,d,e", dry_run=True, rejects=tmp_path / "bad.csv") == Imported(1, 1)
    with pytest.raises(InvalidValue, match="line 3, contact_email"):
        take(HEADER, GOOD, "a,b,c,low,new", dry_run=True)
    assert (all_of(desk), desk.journal.last_seq()) == ([], 0)
    assert (tmp_path / "bad.csv").exists()
