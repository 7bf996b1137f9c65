"""The real program: imports, pipes, terminals, locales, several at once."""

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "supportdesk"]
INSTALLED = Path(sys.executable).with_name("supportdesk")


@pytest.fixture
def desk(run):
    run.ticket("Überraschung 日本語 🌿", priority="high")
    return run.db


def program(*words, **environment):
    """Runs the real program to its end."""
    return subprocess.run(
        [*PROGRAM, *words],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def on_a_terminal(*words, columns=80, **environment):
    """What the real program writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = {"TERM": "xterm-256color", "COLUMNS": str(columns), **environment}
    with subprocess.Popen(
        [*PROGRAM, *words], env={**os.environ, **environment}, stdin=theirs, stdout=theirs
    ) as process:
        os.close(theirs)
        written = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            written += part
            if not part:
                break
    os.close(ours)
    assert process.returncode == 0
    return written.decode()


@pytest.mark.sqlite
def test_no_command_imports_what_only_screens_need(desk):
    script = f"""
import json, sys
from supportdesk.cli.context import Session
from supportdesk.cli.main import supportdesk

heavy = {{}}
def run(*words):
    try:
        supportdesk(["--db", {str(desk)!r}, *words], obj=Session(None))
    except SystemExit as end:
        assert not end.code, (words, end.code)
    names = {{name.partition(".")[0] for name in sys.modules}}
    heavy[" ".join(words)] = sorted(names & {{"textual", "rich", "asyncio", "numpy", "peewee", "tomllib"}})

run("--help")
run("ticket", "--help")
run("--version")
run("health", "--json")
run("ticket", "list", "--json")
run("ticket", "create", "--title", "t", "--description", "d", "--email", "r@example.com")
run("ticket", "update", "2", "--status", "resolved")
run("undo")
run("history", "--json")
run("notification", "list", "--json")
run("ticket", "list")
print(json.dumps(heavy), file=sys.stderr)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    heavy = json.loads(ended.stderr)
    for words, names in heavy.items():
        if words in ("--help", "ticket --help", "--version"):
            assert names == [], words
        elif words != "ticket list":
            assert names == ["peewee"], words
    # Only the cells of a table that is not ASCII need to know how wide a character is.
    assert heavy["ticket list"] == ["peewee", "rich"]


@pytest.mark.parametrize("words", ["ticket list", "ticket --help", "--version"])
def test_a_reader_that_has_seen_enough_ends_the_command_quietly(desk, words):
    ours, theirs = os.pipe()
    os.close(ours)
    ended = subprocess.run(
        [*PROGRAM, "--db", str(desk), *words.split()], stdout=theirs, stderr=subprocess.PIPE, check=False
    )
    os.close(theirs)
    assert (ended.returncode, ended.stderr) == (141, b"")


def in_a_shell(desk, line):
    """Runs the real program with redirections, and returns its code and what it says on stderr."""
    command = f"exec {sys.executable} -m supportdesk --db '{desk}' {line}"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, check=False, timeout=60)
    return ended.returncode, ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("words", ["ticket list", "ticket --help", "help query", "--version"])
def test_an_output_on_a_full_disk_is_one_sentence(desk, words):
    said = b"Error: the output cannot be written: No space left on device\n"
    assert in_a_shell(desk, f"{words} >/dev/full") == (75, said)


@pytest.mark.parametrize("line", ["ticket list >&- 2>&- <&-", "ticket export >&-", "help query >&-", "--help >&- 2>&-"])
def test_closed_streams_end_no_command(desk, line):
    assert in_a_shell(desk, line) == (0, b"")


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full"])
def test_an_error_that_nobody_can_read_keeps_its_code(desk, streams):
    assert in_a_shell(desk, f"ticket show 999 {streams}") == (3, b"")


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C.UTF-8"},
    ],
)
def test_no_character_ends_a_command_in_any_locale(desk, environment):
    listed = program("--db", str(desk), "ticket", "list", "--json", **environment)
    assert listed.returncode == 0, listed.stderr
    assert json.loads(listed.stdout)["tickets"][0]["title"] == "Überraschung 日本語 🌿"
    for words in (["ticket", "list"], ["ticket", "list", "--csv"], ["ticket", "show", "1"]):
        shown = program("--db", str(desk), *words, **environment)
        assert (shown.returncode, shown.stderr) == (0, b"")
        assert b"berraschung" in shown.stdout


def test_colour_is_for_terminals_that_want_it(desk):
    words = ("--db", str(desk), "ticket", "list")
    assert "\x1b[31mhigh\x1b[0m" in on_a_terminal(*words)
    for refusal in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        shown = on_a_terminal(*words, **refusal)
        assert "\x1b" not in shown
        assert "high" in shown
    assert b"\x1b" not in program(*words).stdout


def test_a_table_fits_the_terminal_and_is_whole_in_a_pipe(run):
    run.ticket("A title that is long enough to be cut in a narrow window " + "x" * 100)
    words = ("--db", str(run.db), "ticket", "list")
    assert max(map(len, on_a_terminal(*words, columns=60, NO_COLOR="1").splitlines())) <= 60
    assert b"x" * 100 in program(*words).stdout


def test_the_program_is_installed_under_its_name(desk):
    ended = subprocess.run([INSTALLED, "--db", str(desk), "health"], capture_output=True, check=True, text=True)
    assert ended.stdout.startswith("OK: ")


def test_several_at_once_file_every_ticket(desk):
    words = ("ticket", "create", "--title", "t", "--description", "d", "--email", "r@example.com", "--json")
    running = [
        subprocess.Popen([*PROGRAM, "--db", str(desk), "--as", f"agent {n}", *words], stdout=subprocess.PIPE)
        for n in range(4)
    ]
    filed = [json.loads(process.communicate()[0]) for process in running]
    assert sorted(ticket["number"] for ticket in filed) == [2, 3, 4, 5]
    mail = json.loads(program("--db", str(desk), "notification", "list", "--json").stdout)["notifications"]
    assert [message["status"] for message in mail] == ["pending"] * 5


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_understands_the_completion_script():
    environment = {**os.environ, "_SUPPORTDESK_COMPLETE": "bash_source"}
    script = subprocess.run([INSTALLED], env=environment, capture_output=True, check=True).stdout
    assert b"_SUPPORTDESK_COMPLETE=bash_complete" in script
    assert subprocess.run(["bash", "-n"], input=script, check=False).returncode == 0
