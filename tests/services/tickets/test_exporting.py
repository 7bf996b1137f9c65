"""Writing tickets out: what comes out goes in again and is the same."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.query import TicketQuery, parse_query
from supportdesk.domain.ticket import Ticket, TicketChange, new_ticket
from supportdesk.services.desk import Desk
from supportdesk.services.tickets.fields import FIELDS
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.export_format import Form
from tests.hostile import HOSTILE_STRINGS

BODIES = [
    "  leading, and trailing  ",
    '"quoted", ""twice""\n\n\tand; lines\n',
    "مرحبا بالعالم \u200f שלום",
    "👩‍👩‍👧‍👦 e\u0301 \u200d",
    "=1+1",
    "'; DROP TABLE tickets; --",
    "line,reason\n1,2",
    "\ttab",
    "x" * 100_000,
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with awkward tickets, of all statuses, changed since, with gaps in their numbers."""
    later = iter(datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC) + timedelta(seconds=n) for n in range(100_000))
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["number", "title", "description", "contact_email"])
    writer.writerows([3 * n, f"Awkward {n}", body, "ann@example.com"] for n, body in enumerate(BODIES, 1))
    with Desk(tmp_path / "one.db", "ann", now=lambda: next(later)) as desk:
        desk.ticket_import.run(io.BytesIO(rows.getvalue().encode()), ColumnChoice())
        desk.tickets.create(new_ticket('مرحبا, "you" 🙂', "b", "Jürgen@bücher.example", "high"))
        for number, change in ((3, {"status": "resolved"}), (6, {"status": "in-progress"}), (9, {"priority": "low"})):
            desk.tickets.update([f"#{number}"], TicketChange(**change))
        yield desk


def all_of(desk: Desk) -> list[tuple[object, ...]]:
    return [tuple(getattr(ticket, name) for name in FIELDS) for ticket in desk.tickets.stream(TicketQuery())]


def written(desk: Desk, form: Form, query: str = "") -> str:
    out = io.StringIO()
    desk.ticket_export.write(parse_query(query), form, out)
    return out.getvalue()


def test_an_export_taken_in_by_an_empty_desk_gives_the_same_tickets(desk, tmp_path):
    assert desk.ticket_export.save(TicketQuery(), Form.CSV, tmp_path / "out.csv") == len(BODIES) + 1
    with Desk(tmp_path / "two.db", "bob") as other:
        other.ticket_import.run(tmp_path / "out.csv", ColumnChoice())
        assert all_of(other) == all_of(desk)
        assert written(other, Form.CSV) == written(desk, Form.CSV)
        assert len(all_of(other)) == len(BODIES) + 1


def test_every_naughty_string_comes_back(tmp_path):
    with Desk(tmp_path / "one.db", "ann") as one, Desk(tmp_path / "two.db", "bob") as two:
        for text in HOSTILE_STRINGS:
            try:
                one.tickets.create(new_ticket(f"a {text}", text, "ann@example.com"))
            except InvalidValue:
                continue
        one.ticket_export.save(TicketQuery(), Form.CSV, tmp_path / "out.csv")
        two.ticket_import.run(tmp_path / "out.csv", ColumnChoice())
        assert all_of(two) == all_of(one)
        assert len(all_of(one)) > 100


def test_csv_has_the_columns_that_an_import_takes(desk):
    [row] = csv.DictReader(io.StringIO(written(desk, Form.CSV, "bücher")))
    assert list(row) == list(FIELDS)
    assert row["contact_email"] == "jürgen@bücher.example"


def test_json_is_one_document_and_jsonl_one_a_line(desk):
    document = json.loads(written(desk, Form.JSON))
    lines = [json.loads(line) for line in written(desk, Form.JSONL).splitlines()]
    assert document == {"tickets": lines}
    assert [ticket["number"] for ticket in lines] == sorted(
        ticket.number for ticket in desk.tickets.stream(TicketQuery())
    )
    assert lines[0]["description"] == BODIES[0]
    assert lines[0]["created_at"] == "2026-01-02T03:04:05.678Z"


@pytest.mark.parametrize("form", Form)
def test_a_query_that_finds_nothing_gives_an_empty_export(desk, form):
    assert (
        written(desk, form, "nowhere")
        == {
            Form.CSV: ",".join(FIELDS) + "\n",
            Form.JSON: '{"tickets": [\n]}\n',
            Form.JSONL: "",
        }[form]
    )


@pytest.mark.parametrize(("query", "numbers"), [("status:resolved", [3]), ("lines", [6, 21]), ("priority:low", [9])])
def test_a_query_chooses_what_is_exported(desk, query, numbers):
    assert [json.loads(line)["number"] for line in written(desk, Form.JSONL, query).splitlines()] == numbers


def test_an_export_shows_one_moment_while_others_work(desk):
    class SlowReader(io.StringIO):
        def write(self, text: str) -> int:
            with Desk(desk.address, "bob") as other:
                other.tickets.update(["#27"], TicketChange(priority="high"))
            return super().write(text)

    out = SlowReader()
    desk.ticket_export.write(TicketQuery(), Form.JSONL, out)
    assert [json.loads(line)["priority"] for line in out.getvalue().splitlines()][8] == "medium"
    assert desk.tickets.get("#27").priority == "high"


def test_a_file_appears_when_it_is_complete_and_replaces_the_one_before(desk, tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("yesterday's", encoding="utf-8")
    seen = []

    def stopped(done: int) -> None:
        raise KeyboardInterrupt

    rows = io.BytesIO(b"title,description,contact_email\n" + b"a,b,c@example.com\n" * 500)
    desk.ticket_import.run(rows, ColumnChoice())
    with pytest.raises(KeyboardInterrupt):
        desk.ticket_export.save(TicketQuery(), Form.CSV, target, watch=stopped)
    assert target.read_text(encoding="utf-8") == "yesterday's"
    assert not list(tmp_path.glob("*.partial"))
    desk.ticket_export.save(TicketQuery(), Form.CSV, target, watch=seen.append)
    assert target.read_text(encoding="utf-8") == written(desk, Form.CSV)
    assert seen == [500]


@pytest.mark.parametrize("name", ["", "one.db", "nowhere/out.csv"])
def test_a_file_that_cannot_be_is_refused(desk, tmp_path, name):
    before = all_of(desk)
    with pytest.raises(InvalidValue) as caught:
        desk.ticket_export.save(TicketQuery(), Form.CSV, tmp_path / name)
    assert caught.value.field == "output"
    assert all_of(desk) == before


def test_a_ticket_of_the_desk_is_written_as_it_is_read(desk):
    ticket: Ticket = desk.tickets.get("#6")
    [row] = csv.DictReader(io.StringIO(written(desk, Form.CSV, "status:in-progress")))
    assert (row["description"], row["status"]) == (ticket.description, "in-progress")
