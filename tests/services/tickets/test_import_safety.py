"""Imports beside other people's work, stopped, killed and large: nothing is lost and nobody waits long."""

import sqlite3
import subprocess
import sys

import pytest

from supportdesk.domain.errors import InvalidValue, Unavailable
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.query import TicketQuery
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import ImportOptions
from supportdesk.services.transfer.progress import Step
from tests.conftest import locked_desk
from tests.services.tickets.samples import AN_ID, GOOD, HEADER, all_of


def test_others_work_on_while_rows_are_read(desk, tmp_path):
    (tmp_path / "in.csv").write_text("\n".join([HEADER, *[GOOD] * 1500]), encoding="utf-8")
    numbers = []

    def watch(step, done, total):
        if step is Step.READING:
            with Desk(desk.address, "bob", busy_seconds=0) as other:
                numbers.append(other.tickets.create(new_ticket("Meanwhile", "b", "c@example.com")).number)

    imported = desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice(), ImportOptions(watch=watch))
    assert numbers == [1, 2, 3]
    assert (imported.first, imported.last) == (4, 1503)


def test_somebody_who_takes_the_id_meanwhile_wins(desk, tmp_path):
    (tmp_path / "in.csv").write_text(f"id,{HEADER}\n{AN_ID},{GOOD}\n", encoding="utf-8")
    (tmp_path / "same.csv").write_text(f"id,{HEADER}\n{AN_ID},{GOOD}\n", encoding="utf-8")

    def watch(step, done, total):
        with Desk(desk.address, "bob") as other:
            other.ticket_import.run(tmp_path / "same.csv", ColumnChoice())

    with pytest.raises(InvalidValue, match="line 2, id: .* is taken; a ticket of this desk has it"):
        desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice(), ImportOptions(watch=watch))
    assert len(all_of(desk)) == 1


def test_a_locked_desk_is_said_to_be_and_takes_the_import_afterwards(path, tmp_path):
    (tmp_path / "in.csv").write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")
    with Desk(path, "ann", busy_seconds=0) as desk:
        with locked_desk(path), pytest.raises(Unavailable, match="locked by another program; nothing was saved"):
            desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice())
        assert desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice()).tickets == 1


@pytest.mark.parametrize("step", Step)
def test_an_import_that_is_stopped_leaves_nothing_and_can_be_repeated(desk, tmp_path, step):
    (tmp_path / "in.csv").write_text("\n".join([HEADER, *[GOOD] * 700]), encoding="utf-8")

    def stop(now, done, total):
        if now is step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.ticket_import.run(
            tmp_path / "in.csv", ColumnChoice(), ImportOptions(rejects=tmp_path / "bad.csv", watch=stop)
        )
    assert (all_of(desk), desk.journal.last_seq()) == ([], 0)
    assert not list(tmp_path.glob("*bad*"))
    assert desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice()).tickets == 700


KILLED = """
import sys
from pathlib import Path
from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import ImportOptions

def watch(step, done, total):
    if step == sys.argv[3] and done:
        print(step, flush=True)
        sys.stdin.read()

with Desk(parse_desk_address(sys.argv[1]), "ann") as desk:
    desk.ticket_import.run(Path(sys.argv[2]), ColumnChoice(), ImportOptions(watch=watch))
"""


@pytest.mark.parametrize("step", Step)
def test_a_killed_import_leaves_the_desk_as_it_was(tmp_path, step):
    with Desk(tmp_path / "support.db", "bob") as desk:
        desk.tickets.create(new_ticket("Before", "b", "c@example.com"))
    (tmp_path / "in.csv").write_text("\n".join([HEADER, *[GOOD] * 11_000]), encoding="utf-8")
    arguments = [sys.executable, "-c", KILLED, tmp_path / "support.db", tmp_path / "in.csv", step]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        # It says so in the middle of the step and goes no further until it is told, which it never is.
        assert process.stdout.readline().decode().strip() == step
        process.kill()
    with Desk(tmp_path / "support.db", "bob", busy_seconds=0) as desk:
        assert [ticket.title for ticket in all_of(desk)] == ["Before"]
        assert [entry.kind for entry in desk.journal.after(0)] == [EntryKind.TICKET_CREATED]
        assert desk.tickets.count(TicketQuery()).rows == 1
        desk.tickets.create(new_ticket("After", "b", "c@example.com"))
        assert desk.tickets.count(TicketQuery()).rows == 2
        assert desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice()).tickets == 11_000
        assert desk.tickets.count(TicketQuery()).rows == 11_002
    connection = sqlite3.connect(tmp_path / "support.db")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.execute("INSERT INTO tickets_text (tickets_text) VALUES ('integrity-check')")
    connection.close()


FLAT = """
import resource, sys
from pathlib import Path
from supportdesk.domain.query import TicketQuery
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import ImportOptions
from supportdesk.services.transfer.export_format import Form

folder, rows = Path(sys.argv[1]), int(sys.argv[2])
with (folder / "in.csv").open("w", encoding="utf-8") as text:
    print("id,title,description,contact_email", file=text)
    for row in range(rows):
        print(f"{row:08x}-0000-4000-8000-000000000000,Lamp is dark,{'x' * 800},ann@example.com", file=text)
with Desk(folder / "support.db", "ann") as desk:
    options = ImportOptions(rejects=folder / "bad.csv")
    assert desk.ticket_import.run(folder / "in.csv", ColumnChoice(), options).tickets == rows
    assert desk.ticket_export.save(TicketQuery(), Form.CSV, folder / "out.csv") == rows
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_twenty_times_the_rows_take_no_more_memory(tmp_path):
    peaks = []
    for rows in (500, 10_000):
        folder = tmp_path / str(rows)
        folder.mkdir()
        ended = subprocess.run([sys.executable, "-c", FLAT, folder, str(rows)], capture_output=True, check=True)
        peaks.append(int(ended.stdout))
    # In kilobytes; the 9,500 rows more are 8 MB of text.
    assert peaks[1] - peaks[0] < 3_000
