"""Bad rows set aside: nothing of them is lost, and the good ones go in."""

import csv

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.services.tickets.importing import Imported
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import ImportOptions
from tests.services.tickets.samples import AN_ID, ANOTHER_ID, GOOD, HEADER, MANY_LINES, all_of

OTHER = GOOD.replace("Lamp", "Door")


def test_bad_rows_are_set_aside_with_line_and_reason(desk, take, tmp_path):
    bad = tmp_path / "bad.csv"
    imported = take(
        "id,number," + HEADER,
        f"{AN_ID},1,{GOOD}",
        ",2,a,b,nobody,low,new",
        f",1,{GOOD}",
        f"{AN_ID},,{GOOD}",
        ",,a,b",
        f",,{GOOD},too,many",
        f",,{GOOD}",
        ',,"cut off',
        rejects=bad,
    )
    assert imported == Imported(tickets=2, rejected=6, first=1, last=2)
    with bad.open(encoding="utf-8", newline="") as text:
        header, *rows = csv.reader(text)
    assert header == ["id", "number", *HEADER.split(","), "line", "reason"]
    reasons = {int(row[7]): row[8] for row in rows}
    assert sorted(reasons) == [3, 4, 5, 6, 7, 9]
    assert reasons[3] == "contact_email: 'nobody' is not allowed; it must be a mail address such as ann@example.com"
    assert reasons[4] == "number: '1' is taken; an earlier line has it"
    assert reasons[5] == f"id: '{AN_ID}' is taken; an earlier line has it"
    assert {row[7]: row[:7] + row[9:] for row in rows}["4"] == ["", "1", *GOOD.split(",")]
    assert {row[7]: row[:7] + row[9:] for row in rows}["7"] == ["", "", *GOOD.split(","), "too", "many"]
    assert {row[7]: row[0] for row in rows}["9"] == ',,"cut off\n'
    assert [path.name for path in tmp_path.iterdir() if "bad" in path.name] == ["bad.csv"]


def test_rows_the_desk_has_already_are_set_aside(desk, take, tmp_path):
    take("id," + HEADER, f"{AN_ID},{GOOD}")
    imported = take("id," + HEADER, f"{AN_ID},{GOOD}", f"{ANOTHER_ID},{OTHER}", rejects=tmp_path / "bad.csv")
    assert imported == Imported(tickets=1, rejected=1, first=2, last=2, duplicates=1)
    assert "a ticket of this desk has it" in (tmp_path / "bad.csv").read_text(encoding="utf-8")


def test_an_import_of_bad_rows_only_leaves_no_trace_on_the_desk(desk, take, tmp_path):
    assert take(HEADER, "a,b,c,d,e", rejects=tmp_path / "bad.csv") == Imported(0, 1)
    assert desk.journal.last_seq() == 0


def test_set_aside_bytes_stay_as_they_were(desk, tmp_path):
    (tmp_path / "in.csv").write_bytes(f"{HEADER}\nLampe dünkel,b,c@example.com,low,new\n".encode("cp1252"))
    desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice(), ImportOptions(rejects=tmp_path / "bad.csv"))
    assert b"Lampe d\xfcnkel,b" in (tmp_path / "bad.csv").read_bytes()


def test_the_file_of_bad_rows_is_whole_or_not_there(desk, take, tmp_path):
    rejects = tmp_path / "bad.csv"
    with pytest.raises(InvalidValue, match="a closing quote missing"):
        take(HEADER, "a,b,c,d,e", GOOD, f'a,"{MANY_LINES}', rejects=rejects)
    assert {path.name for path in tmp_path.iterdir()} <= {"in.csv", "support.db", "support.db-wal", "support.db-shm"}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("support.db", "is not a file to write over"),
        ("support.db-wal", "is not a file to write over"),
        ("in.csv", "is not a file to write over"),
        ("", "is a folder"),
        ("none/bad.csv", "the folder .*none does not exist"),
    ],
)
def test_bad_rows_never_replace_the_desk_or_the_file(desk, take, tmp_path, name, said):
    with pytest.raises(InvalidValue, match=said):
        take(HEADER, GOOD, rejects=tmp_path / name)
    assert all_of(desk) == []
