"""The real program in a real terminal: what it needs, what it sends, what it leaves behind."""

import re
import signal
import subprocess
from functools import partial

import pytest

from supportdesk.domain.ticket import Status
from tests.terminal import PROGRAM

COLOUR = re.compile(rb"\x1b\[(?:[0-9;:]*[;:])?(?:[349][0-7]|10[0-7]|[34]8[;:])[0-9;:]*m")


@pytest.mark.parametrize(
    ("unfit", "why"),
    [
        ({"TERM": "dumb"}, "TERM is 'dumb'"),
        ({"TERM": ""}, "TERM is 'not set'"),
        ({"LC_ALL": "C"}, "this locale is ANSI_X3.4-1968"),
        ({"LC_ALL": "de_DE.ISO-8859-1"}, "this locale is"),
    ],
)
def test_a_terminal_that_cannot_show_the_app_is_told_so(log_in, unfit, why):
    with log_in(columns=300, **unfit) as terminal:
        assert terminal.ends() == 1
    assert terminal.glass.lines[0].startswith("Error: the app ")
    assert why in terminal.glass.lines[0]
    assert "supportdesk ticket list" in terminal.glass.lines[0]
    assert b"\x1b" not in terminal.glass.received
    assert not any(terminal.glass.lines[1:])


def test_a_pipe_is_told_that_it_is_no_terminal(environment):
    run = partial(subprocess.run, PROGRAM, env={**environment, "TERM": "xterm"}, check=False, stdin=subprocess.DEVNULL)
    ended = run(capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(r"Error: the app needs a terminal, .* 'supportdesk ticket list'\n", ended.stderr)


def test_without_colour_none_is_sent(log_in, file):
    file("Printer on fire", priority="high")
    file("Password forgotten", status="resolved")
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("enter")
        terminal.sees("It says no.")
        assert COLOUR.search(terminal.glass.received)
    with log_in(NO_COLOR="1") as terminal:
        terminal.sees("Printer on fire")
        terminal.press("enter")
        terminal.sees("It says no.")
        terminal.press("h")
        terminal.sees("created as new")
        terminal.press("/", "print")
        terminal.sees("1 found")
        terminal.press("enter", "c")
        terminal.sees("Create a ticket")
        terminal.press("ctrl+s")
        terminal.sees("Not saved. Title")
        terminal.settle()
        assert COLOUR.search(terminal.glass.received) is None


def test_ctrl_c_keeps_what_was_typed_and_leaves_a_clean_terminal(log_in, file):
    file("Printer on fire")
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("c", "Water damage")
        terminal.sees("Water damage")
        terminal.press("ctrl+c")
        assert terminal.ends() == 0
    sent = bytes(terminal.glass.received)
    for switched_on, switched_off in ((b"?1049h", b"?1049l"), (b"?25l", b"?25h"), (b"?1000h", b"?1000l"),
                                      (b"?2004h", b"?2004l")):  # fmt: skip
        assert sent.rfind(switched_off) > sent.rfind(switched_on) > 0
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("c")
        terminal.sees("Your draft is back.")
        terminal.sees("Water damage")


@pytest.mark.parametrize("how", ["line", "signal"])
def test_a_lost_line_keeps_what_was_typed(log_in, file, how):
    file("Printer on fire")
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("c", "Water damage", "tab", "rita@example.com")
        terminal.sees("rita@example.com")
        if how == "line":
            terminal.hang_up()
        else:
            terminal.signal(signal.SIGHUP)
        terminal.ends()
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("c")
        terminal.sees("Water damage")
        terminal.sees("rita@example.com")


def test_a_paste_with_codes_of_a_terminal_stays_in_its_field(log_in, colleague):
    with log_in() as terminal:
        terminal.sees("This desk has no tickets yet.")
        terminal.press("c", "Water", "tab", "rita@example.com", "tab", "tab")
        terminal.sees("rita@example.com")
        terminal.press("\x1b[200~AA \x1b[31mred\x1b[0m BB\tCC\nDD\x1b[201~", "ctrl+s")
        terminal.sees("#1 created")
    assert colleague.tickets.get("1").description.split() == ["AA", "red", "BB", "CC", "DD"]


def test_what_was_confirmed_survives_a_kill(log_in, file, colleague):
    file("Printer on fire")
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("s", "r", "put out", "enter")
        terminal.sees("✓ #1 resolved")
        terminal.signal(signal.SIGKILL)
        assert terminal.ends() == -signal.SIGKILL
    assert colleague.tickets.get("1").status is Status.RESOLVED
    assert colleague.tickets.history("1")[-1].notes == "put out"
    assert [entry.actor for entry in colleague.journal.after(0)] == ["bob", "ann"]
    # Its mail went out, or waits for whoever comes next.
    assert colleague.mail.count().rows == 2


def test_two_sessions_see_each_other(log_in, file):
    file("Printer on fire")
    with log_in() as ann, log_in("--as", "dora", columns=120, rows=40) as dora:
        ann.sees("Printer on fire")
        dora.sees("Printer on fire")
        ann.press("e")
        ann.sees("✓ #1 resolved")
        dora.sees("ann: #1 resolved")
        dora.press("c", "Flood", "tab", "rita@example.com", "tab", "tab", "It drips.", "ctrl+s")
        dora.sees("✓ #2 created")
        ann.sees("dora: #2 created")
        ann.sees("all tickets · 2")


def test_keys_typed_ahead_go_where_they_were_meant_to_go(log_in, file, colleague):
    """Over a slow link a whole sentence of keys arrives at once."""
    for title in ("Printer on fire", "Password forgotten", "Invoice missing"):
        file(title)
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("jsiquick look\rj")
        terminal.sees("✓ #2 in-progress")
        terminal.press("t+vip\r")
        terminal.sees("✓ #3 tagged")
    assert [colleague.tickets.history(reference)[-1].notes for reference in "123"] == ["", "quick look", ""]
    assert colleague.tickets.get("3").tags == ("vip",)


def test_the_window_is_pulled_larger_and_smaller(log_in, file):
    file("Printer on fire")
    with log_in() as terminal:
        terminal.sees("Printer on fire")
        terminal.press("enter")
        terminal.sees("It says no.")
        terminal.resize(120, 40)
        terminal.sees(r"Printer on fire .*rita@example.com .*○ new|▏")
        terminal.resize(60, 20)
        terminal.sees(r"all tickets · 1 · urgent first +mock mail  ann")
        terminal.sees("It says no.")
        terminal.press("V")
        terminal.sees("Queues and views")
        terminal.resize(1, 1)
        terminal.settle()
        terminal.resize(80, 24)
        terminal.sees("Queues and views")


def test_the_text_can_be_written_in_an_editor(log_in, tmp_path, colleague):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "It drips.\\nA lot.\\n" >> "$1"\n')
    editor.chmod(0o700)
    with log_in(EDITOR=str(editor)) as terminal:
        terminal.sees("no tickets yet")
        terminal.press("c", "Water damage", "tab", "rita@example.com", "tab", "tab", "Help! ", "ctrl+e")
        terminal.sees("Help! It drips.")
        terminal.press("ctrl+s")
        terminal.sees("✓ #1 created")
    assert colleague.tickets.get("1").description == "Help! It drips.\nA lot."


def test_no_control_of_a_ticket_reaches_the_terminal(log_in, file, sql):
    file("Printer on fire")
    sql(
        "UPDATE tickets SET title = ?, description = ?",
        "\x1b]0;owned\x07\x1b[31;7mFire \x9b5m!",
        "Look:\x1b]52;c;b3duZWQ=\x07\x1b[2J\x1b[6n\x07\x08 it burns",
    )
    with log_in() as terminal:
        terminal.sees("Fire !")
        terminal.press("enter")
        terminal.sees("it burns")
        terminal.settle()
        sent = bytes(terminal.glass.received)
    for theirs in (b"owned", b"\x07", b"]52", b"31;7", b"[5m", b"[6n", b"\x08", "\x9b".encode()):
        assert theirs not in sent.replace(b"\x1b]22;default\x07", b"")
