"""Tickets that the desk has already: refused with their number, left out, or imported again, as somebody says."""

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.services.tickets.importing import Imported
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.duplicates import Duplicates, parse_duplicates
from supportdesk.services.transfer.import_session import ImportOptions
from tests.services.tickets.samples import AN_ID, ANOTHER_ID, all_of

HEADER = "title,description,contact_email"
ROWS = (
    "Lamp is dark,Since noon,ann@example.com",
    "Lamp is dark,Since noon,bob@example.com",
    "Door,Open,ann@example.com",
)


@pytest.fixture
def take(desk, tmp_path):
    """Imports a CSV file of these lines."""

    def take(*lines, duplicates="refuse", **options):
        file = tmp_path / "in.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        policy = Duplicates(duplicates)
        return desk.ticket_import.run(file, ColumnChoice(), ImportOptions(**options), duplicates=policy)

    return take


def test_the_same_file_again_is_refused_with_the_count_and_the_ways_out(desk, take):
    take(HEADER, *ROWS)
    with pytest.raises(InvalidValue) as caught:
        take(HEADER, "New,one,ann@example.com", *ROWS)
    assert caught.value.message == (
        "line 3: this desk has the ticket already, as #1 (3 of the file are there); --duplicates skip leaves such rows "
        "out, --duplicates keep imports them; nothing was imported"
    )
    assert len(all_of(desk)) == 3


def test_the_same_file_again_can_be_left_out_or_imported_again(desk, take):
    take(HEADER, *ROWS)
    done = take(HEADER, *ROWS, "New,one,ann@example.com", duplicates="skip")
    assert done == Imported(tickets=1, rejected=0, first=4, last=4, duplicates=3)
    assert take(HEADER, *ROWS, duplicates="keep").tickets == 3
    assert len(all_of(desk)) == 7
    assert take(HEADER, *ROWS, duplicates="skip") == Imported(tickets=0, rejected=0, duplicates=3)


def test_duplicates_are_set_aside_with_other_bad_rows(take, tmp_path):
    take(HEADER, *ROWS)
    assert take(HEADER, *ROWS, "New,one,ann@example.com", rejects=tmp_path / "bad.csv").rejected == 3
    assert "already, as #3" in (tmp_path / "bad.csv").read_text(encoding="utf-8")


def test_a_dry_run_counts_them(take):
    take(HEADER, *ROWS)
    assert take(HEADER, *ROWS, duplicates="skip", dry_run=True).duplicates == 3


@pytest.mark.parametrize(
    ("row", "same"),
    [
        ("Lamp is dark,Since noon,ANN@Example.com", True),
        ("  Lamp  is dark ,Since noon,ann@example.com", True),
        ("Lamp is dark,Since noon,carl@example.com", False),
        ("Lamp is dark!,Since noon,ann@example.com", False),
        ("Lamp is dark,since noon,ann@example.com", False),
    ],
)
def test_requester_title_and_text_make_a_ticket_the_same(take, row, same):
    take(HEADER, *ROWS)
    assert take(HEADER, row, duplicates="skip").duplicates == int(same)


def test_the_time_counts_where_the_file_has_one(take):
    header, row = f"{HEADER},created_at", "Lamp is dark,Since noon,ann@example.com,2026-01-05 10:00"
    take(header, row)
    assert take(header, row, row.replace("10:00", "11:00"), duplicates="skip").duplicates == 1
    assert take(HEADER, "Lamp is dark,Since noon,ann@example.com", duplicates="skip").duplicates == 1


def test_a_number_or_an_id_makes_a_ticket_the_same_and_is_renewed_when_it_is_kept(desk, take):
    take(f"id,number,{HEADER}", f"{AN_ID},7,{ROWS[0]}")
    again = (f"id,number,{HEADER}", f"{AN_ID},8,x,y,ann@example.com", f"{ANOTHER_ID},7,x,y,ann@example.com")
    with pytest.raises(InvalidValue, match=r"line 2, id: .* is taken; a ticket of this desk has it \(2 of the file"):
        take(*again)
    assert take(*again, duplicates="skip") == Imported(tickets=0, rejected=0, duplicates=2)
    assert take(*again, duplicates="keep") == Imported(tickets=2, rejected=0, first=8, last=9, duplicates=2)
    assert len({ticket.id for ticket in all_of(desk)}) == 3


def test_rows_of_one_file_that_are_alike_are_different_tickets(take):
    assert take(HEADER, ROWS[0], ROWS[0]).tickets == 2


@pytest.mark.parametrize("text", ["", "drop", "skip,keep"])
def test_an_unknown_policy_is_refused(text):
    with pytest.raises(InvalidValue, match="it can be refuse, skip or keep"):
        parse_duplicates(text)
    assert parse_duplicates(" SKIP ") is Duplicates.SKIP
