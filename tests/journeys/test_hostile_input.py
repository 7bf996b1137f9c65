"""Whatever a terminal sends, and however a session ends: the app continues, and nothing that was typed is lost."""

import signal
import sys

import pytest

from supportdesk.domain.ticket import Status

# Fails in a way that nobody foresaw, where text is pasted.
STUMBLING = (
    "from supportdesk.tui.widgets.line_field import LineField\n"
    "LineField._on_paste = lambda self, event: 1 / 0\n"
    "from supportdesk.__main__ import main\n"
    "main()\n"
)


@pytest.mark.parametrize(
    "sent",
    [
        b"\xe9",
        b"\xe9\xe8 caf\xe9",
        b"\xe3\xff\xfe\x80",
        b"\x1b[200~Stra\xdfe\x1b[201~",
        b"\x1b[1114112u",
        b"\x1b[97;1;1114112u",
        b"\x1b[55296u",
        b"\x1b[99999999999999999999999u",
        b"\x1b[48;99999999;99999999;1;1t",
        b"\x1b[48;0;0;0;0t",
        b"\x1b[<0;99999999;99999999M\x1b[<0;0;0M\x1b[<35;-5;-5m",
        b"\x1b[99999999;99999999R",
        b"\x1b[?2048;2$y\x1b[48;1;1;1;1t",
        b"\x1b]52;c;AAAA\x07\x1bP1$r\x1b\\",
        b"\x00\x1b\x1b\x1b[\x1b[[",
    ],
)
def test_the_app_goes_on_after_odd_bytes(log_in, file, colleague, sent):
    file("Printer on fire")
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.send(sent)
        terminal.settle()
        terminal.press("escape")
        terminal.settle()
        terminal.press("e")
        terminal.sees("✓ #1 resolved")
        terminal.press("ctrl+c")
        assert terminal.ends() == 0
    assert b"Traceback" not in terminal.glass.received


def test_bytes_that_are_not_utf8_are_shown_as_such_in_a_field(log_in, file, colleague):
    file("Printer on fire")
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("c")
        terminal.sees("Create a ticket")
        terminal.send(b"Caf\xe9 in flames")
        terminal.sees("Caf� in flames")
        terminal.send(b"\x1b[97;1;55296u\x1b[55296u")
        terminal.press("tab", "rita@example.com", "tab", "tab", "Help!", "ctrl+s")
        terminal.sees("✓ #2 created")
    assert colleague.tickets.get("2").title == "Caf� in flames"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_what_was_typed(log_in, file, number):
    file("Printer on fire")
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("c")
        terminal.sees("Create a ticket")
        terminal.press("Water damage")
        terminal.sees("Water damage")
        terminal.signal(number)
        assert terminal.ends() == 0
    assert b"Traceback" not in terminal.glass.received
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("c")
        terminal.sees("Water damage")


def test_a_crash_keeps_what_was_typed_and_restores_the_terminal(log_in, file):
    file("Printer on fire")
    with log_in(columns=250, program=[sys.executable, "-c", STUMBLING]) as terminal:
        terminal.sees("Printer on fire")
        terminal.press("c")
        terminal.sees("Create a ticket")
        terminal.press("Water damage")
        terminal.sees("Water damage")
        terminal.send(b"\x1b[200~anything\x1b[201~")
        assert terminal.ends() == 70
    assert "Error: internal error (ZeroDivisionError); details were written to /" in terminal.glass.text
    sent = bytes(terminal.glass.received)
    assert b"Traceback" not in sent
    assert sent.rfind(b"?1049l") > sent.rfind(b"?1049h") > 0
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("c")
        terminal.sees("Water damage")


@pytest.mark.parametrize(
    ("editor", "sentence"),
    [
        ("/nowhere/editor", "'/nowhere/editor' does not start: No such file or directory"),
        ("false", "false ended with 1"),
        ("sh -c 'kill -9 $$'", "was ended by SIGKILL"),
        ("vi 'unclosed", "cannot be read: No closing quotation"),
        ("/etc/passwd", "does not start: Permission denied"),
    ],
)
def test_an_editor_that_fails_leaves_the_form_as_it_was(log_in, colleague, editor, sentence):
    with log_in(EDITOR=editor, columns=120) as terminal:
        terminal.sees("no tickets yet")
        terminal.press("c", "Water damage", "tab", "rita@example.com", "tab", "tab", "Help!", "ctrl+e")
        terminal.sees(sentence)
        terminal.sees("the text is unchanged")
        terminal.sees("Help!")
        terminal.press("ctrl+s")
        terminal.sees("✓ #1 created")
    assert colleague.tickets.get("1").description == "Help!"


def test_a_line_lost_while_the_editor_is_open_keeps_its_text(log_in, tmp_path, file):
    file("Printer on fire")
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "It drips." >> "$1"\necho open for long\nexec sleep 60\n')
    editor.chmod(0o700)
    with log_in(EDITOR=str(editor)) as terminal:
        terminal.sees("Printer on fire")
        terminal.press("c", "Water damage", "tab", "rita@example.com", "tab", "tab", "Help! ", "ctrl+e")
        terminal.sees("open for long")
        terminal.hang_up()
        terminal.ends()
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("c")
        terminal.sees("Water damage")
        terminal.sees("Help! It drips.")


def test_ctrl_c_in_the_editor_is_for_the_editor(log_in, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text(
        '#!/bin/sh\ntrap \'echo "It drips." >> "$1"; exit 0\' INT\necho open for long\nwhile :; do sleep 0.1; done\n'
    )
    editor.chmod(0o700)
    with log_in(EDITOR=str(editor)) as terminal:
        terminal.sees("no tickets yet")
        terminal.press("c", "Water damage", "tab", "rita@example.com", "tab", "tab", "Help! ", "ctrl+e")
        terminal.sees("open for long")
        terminal.press("ctrl+c")
        terminal.sees("Help! It drips.")
        terminal.press("ctrl+s")
        terminal.sees("✓ #1 created")


@pytest.mark.parametrize(
    "pasted",
    [
        "please help me resolve",
        "hello there",
        "every day it breaks",
        "Dear all\rplease resolve\rthanks\r",
        "in one\rin two\r",
    ],
)
def test_a_paste_without_brackets_runs_nothing(log_in, file, colleague, pasted):
    for title in ("Printer on fire", "Password forgotten", "Invoice missing"):
        file(title)
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.send(pasted.encode())
        terminal.sees("✗ .*(nothing was run|keys came at once)")
        terminal.settle()
    assert {colleague.tickets.get(reference).status for reference in "123"} == {Status.NEW}
    assert [entry.actor for entry in colleague.journal.after(0)] == ["bob"] * 3


def test_what_is_left_of_a_paste_once_a_choice_has_closed_is_not_run_either(log_in, file, colleague):
    file("Printer on fire")
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("V")
        terminal.sees("Queues and views")
        # The first letter lists everything.
        terminal.send(b"all who see this delete it\r")
        terminal.sees("✗ .*(nothing was run|keys came at once)")
        terminal.settle()
    assert [entry.actor for entry in colleague.journal.after(0)] == ["bob"]


def test_lines_that_are_pasted_without_brackets_into_a_question_become_one(log_in, file, colleague):
    file("Printer on fire")
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("i")
        terminal.sees("Note .esc")
        terminal.send(b"first line\rsecond line\r")
        terminal.sees("first line second line")
        terminal.press("enter")
        terminal.sees("note added")
    assert colleague.conversation.messages("1")[-1].text == "first line second line"


def test_what_is_typed_in_one_burst_after_a_refusal_is_dropped(log_in, file, colleague):
    file("Printer on fire", status="resolved")
    with log_in(columns=120) as terminal:
        terminal.sees("Printer on fire")
        # It is resolved already.
        terminal.send(b"esn")
        terminal.sees("✗ .*ignored")
        terminal.settle()
    assert colleague.tickets.get("1").status is Status.RESOLVED


@pytest.mark.parametrize(("key", "name"), [("с", "cyrillic small letter es"), ("ｃ", "wide or styled 'c'"), ("ç", "ç")])
def test_a_key_of_another_layout_is_named(log_in, file, key, name):
    file("Printer on fire")
    with log_in(columns=120) as terminal:
        terminal.sees("Printer on fire")
        terminal.press(key)
        terminal.sees(f"✗ .*{name}.*keyboard")


def test_ctrl_z_suspends_and_fg_comes_back(log_in, file, colleague):
    file("Printer on fire")
    program = f"{sys.executable} -m supportdesk"
    with log_in(program=["bash", "--norc", "--noprofile", "-i"], PS1="ready> ", HISTFILE="/dev/null") as terminal:
        terminal.sees("ready>")
        terminal.press(f"{program}\r")
        terminal.sees("Printer on fire")
        terminal.press("ctrl+z")
        terminal.sees("Stopped")
        terminal.press("echo still $((40 + 2))\r")
        terminal.sees("still 42")
        terminal.press("fg\r")
        terminal.sees("all tickets · 1")
        terminal.press("e")
        terminal.sees("✓ #1 resolved")
    assert colleague.tickets.get("1").status is Status.RESOLVED


def test_ctrl_z_without_a_shell_says_so(log_in, file):
    file("Printer on fire")
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("ctrl+z")
        terminal.sees("✗ there is no shell to suspend to")
