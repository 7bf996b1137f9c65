"""`mail receive`: 0 when a mail is stored, 75 when it is not, 65 when it is too large; any other code returns it."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import locked_desk

MAIL = b"From: Rita <rita@example.com>\nSubject: Lamp\nMessage-ID: <1@example.com>\n\nIt is dark.\n"
STORED, TOO_LARGE, TRY_LATER = 0, 65, 75


@pytest.fixture
def start(run):
    """Starts the real program at the desk."""
    running = []

    def start(*words, db=None, **options):
        program = [sys.executable, "-m", "supportdesk", "--db", str(db or run.db), *words]
        given = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        running.append(subprocess.Popen(program, **given))
        return running[-1]

    yield start
    for process in running:
        with process:
            process.kill()


@pytest.fixture
def receive(start):
    """Hands a mail over; returns exit code and what was said."""

    def receive(raw=MAIL, words=("mail", "receive", "--json"), **options):
        process = start(*words, **options)
        out, err = process.communicate(raw, timeout=60)
        assert b"Traceback" not in (err or b"")
        return process.returncode, json.loads(out)["outcome"] if out else (err or b"").decode()

    return receive


@pytest.fixture
def stored(run):
    def stored():
        return sorted(file.parent.name for file in run.files.rglob("*.eml"))

    return stored


def test_a_mail_that_is_stored_is_filed_at_once(receive, stored):
    assert receive() == (STORED, "new-ticket")
    assert receive() == (STORED, "duplicate")
    assert len(stored()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("mail", "receive", "--nonsense"),
        ("mail", "receive", "unexpected"),
        ("mail", "receive", "--envelope-to"),
        ("mail", "--json", "receive"),
        ("--nonsense", "mail", "receive"),
        ("--as", "\x1b[31m", "mail", "receive"),
        ("--config", "/nowhere/config.toml", "mail", "receive"),
    ],
)
def test_wrong_usage_is_no_reason_to_return_a_mail(receive, stored, words):
    code, said = receive(words=words)
    assert (code, said.count("\n")) == (TRY_LATER, 1)
    assert stored() == []


def test_a_config_that_is_no_config_has_the_mail_tried_again(receive, home):
    (home / "config.toml").write_text("mail = [")
    code, said = receive(words=("--config", str(home / "config.toml"), "mail", "receive"))
    assert code == TRY_LATER
    assert "config" in said


def test_a_mail_setting_at_fault_keeps_the_mail_until_it_is_right(receive, run, home):
    (home / "config.toml").write_text("[mail]\nprovider = 'pigeon'\n")
    words = ("--config", str(home / "config.toml"), "mail", "receive", "--json")
    assert receive(words=words) == (STORED, "stored")
    assert [each["outcome"] for each in run("mail", "process", "--json").json] == ["new-ticket"]


def test_a_place_without_a_folder_is_tried_again(receive, home):
    assert receive(db=home / "nowhere" / "support.db")[0] == TRY_LATER


@pytest.mark.sqlite
@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.write_text("no desk at all")])
def test_beside_what_is_no_desk_nothing_is_stored(receive, no_desk, make, stored):
    make(no_desk)
    assert receive()[0] == TRY_LATER
    assert stored() == []


def test_a_desk_at_a_database_server_that_cannot_be_reached_is_tried_again(receive):
    assert receive(db="postgresql://nobody@127.0.0.1:1/support")[0] == TRY_LATER


def test_a_full_disk_is_tried_again_and_nothing_half_is_left(receive, stored):
    assert receive(raw=MAIL + b"x" * 5000, preexec_fn=lambda: limit(resource.RLIMIT_FSIZE, 4096))[0] == TRY_LATER
    assert stored() == []


@pytest.mark.sqlite
def test_a_disk_that_has_room_for_the_mail_alone_keeps_it(receive, stored, run):
    assert receive(preexec_fn=lambda: limit(resource.RLIMIT_FSIZE, 1000))[0] == STORED
    assert stored() == ["new"]
    assert run("mail", "process").out == "1 mail filed\n"


def test_a_folder_that_is_in_the_way_is_tried_again(receive, run):
    run.files.write_text("in the way")
    assert receive()[0] == TRY_LATER


def test_a_locked_desk_keeps_the_mail_and_whoever_comes_next_files_it(receive, run):
    with locked_desk(run.db):
        assert receive() == (STORED, "stored")
    assert run("mail", "process").out == "1 mail filed\n"
    assert run("ticket", "show", "1", "--json").json["title"] == "Lamp"


@pytest.mark.sqlite
def test_a_damaged_desk_keeps_the_mail(receive, home, stored):
    (home / "support.db").write_bytes(b"SQLite format 3\0" + b"damaged" * 1000)
    assert receive() == (STORED, "stored")
    assert stored() == ["new"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_before_it_is_stored_has_it_tried_again(start, number, stored):
    process = start("mail", "receive")
    process.stdin.write(MAIL)
    process.stdin.flush()
    wait_until_reading(process)
    process.send_signal(number)
    assert process.wait(30) == TRY_LATER
    assert stored() == []


def test_a_signal_after_it_is_stored_does_not_have_it_returned(start, run):
    with locked_desk(run.db):
        process = start("mail", "receive")
        process.stdin.write(MAIL)
        process.stdin.close()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        # It reads what it has stored.
        while not children.read_text():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == STORED
    assert run("mail", "process").out == "1 mail filed\n"


@pytest.mark.parametrize("streams", [">/dev/full", "| true", ">&-", ">&- 2>&-"])
def test_that_nobody_hears_it_does_not_have_it_returned(run, streams, stored):
    program = f'"$@" {streams}; exit ${{PIPESTATUS[0]}}'
    words = [sys.executable, "-m", "supportdesk", "--db", str(run.db), "mail", "receive"]
    ended = subprocess.run(["bash", "-c", program, "bash", *words], input=MAIL, check=False, timeout=60)
    assert ended.returncode == STORED
    assert len(stored()) == 1


def test_without_an_input_there_is_no_mail(start):
    assert start("mail", "receive", stdin=None, preexec_fn=lambda: os.close(0)).wait(60) == TRY_LATER


def test_a_mail_above_the_cap_is_refused_for_good_after_all_of_it_was_taken(receive, stored):
    code, said = receive(raw=MAIL + b"x" * (51 << 20))
    assert (code, said) == (TOO_LARGE, "Error: the mail has more than 52,428,800 bytes\n")
    assert stored() == []


def test_an_empty_mail_is_stored_like_any_other_and_counted(receive, run):
    assert receive(raw=b"") == (STORED, "parked")
    assert receive(raw=b"") == (STORED, "duplicate")
    assert len(run("mail", "list", "--json").json) == 1


def test_a_program_that_is_being_upgraded_has_the_mail_tried_again(tmp_path):
    (tmp_path / "peewee.py").write_text("raise ImportError('half installed')")
    (tmp_path / "click.py").write_text("raise ImportError('half installed')")
    words = [sys.executable, "-m", "supportdesk", "mail", "receive"]
    ended = subprocess.run(words, input=MAIL, env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=False)
    assert ended.returncode == TRY_LATER


def limit(kind, value):
    resource.setrlimit(kind, (value, value))


def wait_until_reading(process):
    """Waits until a process has taken what is in its pipe."""
    import fcntl
    import termios

    while int.from_bytes(fcntl.ioctl(process.stdin, termios.FIONREAD, b"\0" * 4), sys.byteorder):
        assert process.poll() is None
