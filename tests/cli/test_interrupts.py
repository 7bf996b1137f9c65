"""ctrl+c ends a command whenever it comes, with the code of a shell and without a word."""

import signal
import subprocess
import sys

import click
import pytest

from supportdesk.cli.errors import report_errors
from supportdesk.domain.errors import Unavailable

DURING_AN_IMPORT = """
import sys, threading
from supportdesk.__main__ import interrupt_after_imports
interrupt_after_imports()
try:
    import interrupted
    threading.Event().wait(30)
except KeyboardInterrupt:
    print(sys.modules["interrupted"].Made.__name__)
"""
OF_A_CLASS = """
import os, signal
class Sends:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGINT)
class Made:
    sends = Sends()
"""


def test_an_interrupt_waits_for_the_end_of_an_import_that_would_make_an_error_of_it(tmp_path):
    (tmp_path / "interrupted.py").write_text(OF_A_CLASS)
    words = [sys.executable, "-c", DURING_AN_IMPORT]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout.split(), done.stderr) == (["Made"], "")


def test_a_program_that_was_started_to_ignore_ctrl_c_ignores_it(tmp_path):
    (tmp_path / "interrupted.py").write_text(OF_A_CLASS)
    words = [sys.executable, "-c", DURING_AN_IMPORT.replace("wait(30)", "wait(0.1)")]
    done = subprocess.run(
        words,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("interrupt", "code"), [(True, 130), (False, 75)])
def test_an_error_of_cleaning_up_does_not_take_the_place_of_the_interrupt(capsys, interrupt, code):
    def work():
        try:
            if interrupt:
                raise KeyboardInterrupt
        finally:
            raise Unavailable("the desk is gone")

    with pytest.raises(SystemExit) as ended, report_errors(click.Group(), []):
        work()
    assert ended.value.code == code
    assert bool(capsys.readouterr().err) is not interrupt
