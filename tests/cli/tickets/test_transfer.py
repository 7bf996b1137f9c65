"""Import and export from the command line."""

import csv
import io
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HEADER = "title,description,contact_email,priority,status\n"
GOOD = "Lamp is dark,It does not shine,ann@example.com,high,new\n"
SUPPORT = [
    *("--column", "title=Ticket Subject", "--column", "description=Ticket Description"),
    *("--column", "contact_email=Customer Email", "--column", "priority=Ticket Priority"),
    *("--column", "status=Ticket Status", "--value", "status:Open=new"),
    *("--value", "status:Pending Customer Response=in-progress", "--value", "status:Closed=resolved"),
]


@pytest.fixture
def file(tmp_path):
    """Makes a CSV file of this text."""

    def file(text: str, name: str = "in.csv") -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return file


def program(*words: object, **how) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "supportdesk", *map(str, words)], **how)


def test_an_old_desk_moves_in_once_every_value_is_mapped(run, shared_data, sql):
    source = shared_data / "tickets" / "customer_support_tickets.csv"
    run("health")
    refused = run("ticket", "import", str(source), *SUPPORT)
    assert refused.code == 1
    assert refused.err == (
        "Error: line 2, priority: 'Critical' is not allowed; it can be low, medium or high; map it "
        "with --value priority:Critical=WORD; nothing was imported\n"
    )
    assert sql("SELECT count(*) FROM tickets") == [(0,)]
    imported = run("ticket", "import", str(source), *SUPPORT, "--value", "priority:Critical=high")
    assert (imported.code, imported.out) == (0, "8,469 tickets imported (#1 to #8469)\n")
    assert sql("SELECT status, count(*) FROM tickets GROUP BY 1 ORDER BY 1") == [
        ("in-progress", 2881),
        ("new", 2819),
        ("resolved", 2769),
    ]
    assert sql("SELECT priority, count(*) FROM tickets GROUP BY 1 ORDER BY 1") == [
        ("high", 4214),
        ("low", 2063),
        ("medium", 2192),
    ]
    assert sql("SELECT count(*) FROM notifications") == [(0,)]


def test_people_read_how_many_went_in(run, file):
    assert run("ticket", "import", file(HEADER + GOOD)).out == "1 ticket imported (#1)\n"
    other = GOOD.replace("Lamp", "Door") * 2
    assert run("ticket", "import", file(HEADER + other), "--dry-run").out == "2 tickets can be imported\n"
    assert run("ticket", "import", file(HEADER + other)).out == "2 tickets imported (#2 to #3)\n"
    again = file(HEADER + other + GOOD.replace("Lamp", "Bulb"))
    assert "(2 of the file are there)" in run("ticket", "import", again).err
    skipped = run("ticket", "import", again, "--duplicates", "skip").out
    assert skipped == "1 ticket imported (#4), 2 duplicates left out\n"


def test_people_read_how_many_were_set_aside(run, file, tmp_path):
    bad = str(tmp_path / "bad.csv")
    ended = run("ticket", "import", file(HEADER + GOOD + GOOD.replace("@", "-")), "--rejects", bad)
    assert ended.out == f"1 ticket imported (#1), 1 row set aside in {bad}\n"
    assert run("ticket", "import", file(HEADER + "a,b,c,d,e\n"), "--rejects", bad).out.startswith(
        "0 tickets imported, 1"
    )


def test_scripts_read_the_counts(run, file, tmp_path):
    bad = str(tmp_path / "bad.csv")
    words = ["ticket", "import", file(HEADER + GOOD + GOOD.replace("high", "?")), "--rejects", bad, "--json"]
    detected = {"encoding": "utf-8", "delimiter": "comma", "date_formats": [], "unused_columns": []}
    counts = {
        "good": 1,
        "rejected": 1,
        "duplicates": 0,
        "imported": 1,
        "first": 1,
        "last": 1,
        "rejects": bad,
        "detected": detected,
    }
    assert run(*words, "--dry-run").json == {**counts, "imported": 0, "first": None, "last": None}
    assert run(*words).json == counts


def test_scripts_read_what_was_wrong(run, file):
    ended = run("ticket", "import", file(HEADER + GOOD.replace("high", "urgent")), "--json")
    assert (ended.code, ended.error["code"], ended.error["field"]) == (1, "invalid_value", "priority")


@pytest.mark.parametrize(
    "words",
    [
        ["--column", "title"],
        ["--value", "status=new"],
        ["--value", "status:new"],
        ["--default", "title"],
        ["--frobnicate"],
    ],
)
def test_an_option_without_its_signs_is_wrong_usage(run, file, words):
    ended = run("ticket", "import", file(HEADER + GOOD), *words)
    assert (ended.code, ended.err.count("\n")) == (2, 1)


@pytest.mark.parametrize(("words", "field"), [(["none.csv"], "file"), (["."], "file"), ([], "file")])
def test_a_file_that_is_none_is_said_to_be(run, words, field):
    ended = run("ticket", "import", *words, "--json")
    assert ended.error["field"] == field


def test_a_value_may_hold_colons_and_equals_signs(run, file):
    text = HEADER + GOOD.replace("high", "a=b:c")
    assert run("ticket", "import", file(text), "--value", "priority:a=b:c=low").code == 0
    assert run("ticket", "show", "1", "--json").json["priority"] == "low"


def test_standard_input_is_imported(run):
    assert run("ticket", "import", "-", stdin=HEADER + GOOD).out == "1 ticket imported (#1)\n"
    assert run("ticket", "history", "1", "--json").json[0]["notes"] == "imported from standard input"
    assert run("ticket", "import", "-", stdin="").code == 1


def test_one_desk_flows_into_another_through_a_pipe(run, tmp_path):
    for title in ("مرحبا", 'It\'s "here", now', "🙂"):
        run.ticket(title, description="  two\n\n  lines")
    with (
        program("--db", run.db, "ticket", "export", stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}) as first,
        program("--db", tmp_path / "two.db", "ticket", "import", "-", stdin=first.stdout) as second,
    ):
        first.stdout.close()
    assert (first.returncode, second.returncode) == (0, 0)
    for form in ("--csv", "--jsonl"):
        here, there = (run("ticket", "export", form, db=db).out for db in (run.db, tmp_path / "two.db"))
        assert here == there
        assert "مرحبا" in here


def test_an_export_has_the_columns_of_an_import_and_the_json_of_a_ticket(run):
    ticket = run.ticket()
    [row] = csv.DictReader(io.StringIO(run("ticket", "export").out))
    left_out = ("version", "owner", "tags", "participants", "awaiting", "unread")
    left_out += ("snoozed_until", "merged_into", "deleted_at")
    assert row == {name: str(value) for name, value in ticket.items() if name not in left_out}
    assert run("ticket", "export", "--json").json == {"tickets": [ticket]}


def test_an_export_takes_a_query(run):
    run.ticket("One", priority="high")
    run.ticket("Two")
    assert [ticket["title"] for ticket in run("ticket", "export", "priority:high", "--json").json["tickets"]] == ["One"]
    assert run("ticket", "export", "status:lost").code == 1


def test_an_export_goes_to_a_file(run, tmp_path):
    run.ticket()
    ended = run("ticket", "export", "--output", str(tmp_path / "out.csv"))
    assert (ended.out, ended.err) == ("", f"1 ticket exported to {tmp_path}/out.csv\n")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == run("ticket", "export").out
    assert run("ticket", "export", "--output", "-").out == run("ticket", "export").out


def test_a_reader_that_leaves_ends_an_export_quietly(run, file):
    run("ticket", "import", file(HEADER + GOOD * 5_000))
    with program("--db", run.db, "ticket", "export", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as export:
        assert export.stdout.readline().startswith(b"number,id,title")
        export.stdout.close()
        assert export.stderr.read() == b""
    assert export.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_said_to_be(run):
    run.ticket()
    with Path("/dev/full").open("wb") as full:
        export = program("--db", run.db, "ticket", "export", stdout=full, stderr=subprocess.PIPE)
        _, said = export.communicate()
    assert (export.returncode, said) == (75, b"Error: the output cannot be written: No space left on device\n")


def test_ctrl_c_in_mid_import_leaves_nothing(run, tmp_path, sql):
    run.ticket("Before")
    os.mkfifo(tmp_path / "rows")
    rejects = tmp_path / "bad.csv"
    words = ("--db", run.db, "ticket", "import", tmp_path / "rows", "--rejects", rejects)
    with (
        program(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
        (tmp_path / "rows").open("w", encoding="utf-8") as rows,
    ):
        # More than a pipe holds: once it is written, the import has read a good part of it.
        rows.write(HEADER + GOOD * 5_000)
        rows.flush()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out.strip(), err.strip()) == (130, b"", b"")
    assert sql("SELECT title FROM tickets") == [("Before",)]
    assert not list(tmp_path.glob("*bad*"))


def test_a_killed_import_leaves_the_desk_as_it_was(run, tmp_path, sql):
    run.ticket("Before")
    os.mkfifo(tmp_path / "rows")
    with (
        program("--db", run.db, "ticket", "import", tmp_path / "rows") as process,
        (tmp_path / "rows").open("w", encoding="utf-8") as rows,
    ):
        rows.write(HEADER + GOOD * 5_000)
        rows.flush()
        process.kill()
    assert sql("SELECT title FROM tickets") == [("Before",)]
    assert run("health").code == 0


def test_one_message_tells_how_a_file_was_read_and_how_to_change_that(run, file):
    rows = "title;description;contact_email;created_at\nLamp;Dark;ann@example.com;"
    ended = run("ticket", "import", file(f"{rows}13/01/2026\n"))
    assert ended.err == (
        "Read with encoding utf-8, delimiter semicolon, dates day-first "
        "(change with --encoding, --delimiter, --date-format)\n"
    )
    assert (
        "--date-format day-first or --date-format month-first" in run("ticket", "import", file(f"{rows}5/1/26\n")).err
    )
    run("ticket", "import", file(f"{rows}5/1/26\n"), "--date-format", "month-first")
    assert run("ticket", "show", "2", "--json").json["created_at"] == "2026-05-01T00:00:00.000Z"


def test_progress_shows_on_a_terminal_and_is_gone_at_the_end(run, file):
    ours, theirs = pty.openpty()
    words = ("--db", run.db, "ticket", "import", file(HEADER + GOOD * 50))
    with program(*words, stdout=subprocess.PIPE, stderr=theirs) as process:
        assert process.stdout.read() == b"50 tickets imported (#1 to #50)\n"
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert shown.startswith("\rReading: ")
    *_, wiped, detected, end = shown.split("\r")
    assert (wiped.strip(), detected[:10], end) == ("", "Read with ", "\n")
