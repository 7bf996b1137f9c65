"""The agent's own editor, for long texts."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from textual.app import App

from supportdesk.domain.errors import DeskError
from supportdesk.domain.text import clean_body

WAKE_SECONDS = 0.5
_ENDS_APP = (signal.SIGHUP, signal.SIGTERM)


def edit_text(app: App[Any], text: str) -> str:
    """Open a text in VISUAL, else EDITOR, else vi, while the app is suspended; return the edited text.

    When the line is lost meanwhile, what the editor has written is the text, however it ended. Raises `DeskError` when
    the editor does not start or ends with an error; the text counts as unchanged then.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "text.md"
        file.write_text(text, "utf-8", errors="replace")
        received: set[int] = set()
        trouble = _run(app, editor, file, received)
        if received.intersection(_ENDS_APP):
            signal.raise_signal(signal.SIGHUP)
        elif trouble:
            raise DeskError(f"{trouble}; the text is unchanged")
        return clean_body(_newest(file).read_text("utf-8", errors="replace")).removesuffix("\n")


def _run(app: App[Any], editor: str, file: Path, received: set[int]) -> str:
    """Run the editor, collecting signals that arrive meanwhile; return what went wrong, or "".

    Everything is caught in here: Textual does not take the terminal back after an exception.
    """
    try:
        command = [*shlex.split(editor), str(file)]
    except ValueError as error:
        return f"EDITOR {editor!r} cannot be read: {error}"
    running: list[subprocess.Popen[bytes]] = []
    with app.suspend(), signals_passed_on(running, received):
        try:
            running.append(subprocess.Popen(command))
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else error
            return f"EDITOR {editor!r} does not start: {why}"
        if received.intersection(_ENDS_APP):
            running[0].send_signal(signal.SIGHUP)
        code = wait_for(running[0])
    if code < 0:
        return f"{editor} was ended by {_signal_name(-code)}"
    return f"{editor} ended with {code}" if code else ""


def wait_for(process: subprocess.Popen[bytes]) -> int:
    """Wait until the editor has ended; return its exit code.

    With a timeout, since a signal that another thread takes does not wake this one from waiting.
    """
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(WAKE_SECONDS)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _newest(file: Path) -> Path:
    """Return the file, or what nano leaves beside it when its line is lost."""
    beside = file.with_name(file.name + ".save")
    try:
        return max(file, beside, key=lambda each: each.stat().st_mtime_ns)
    except OSError:
        return file


@contextmanager
def signals_passed_on(running: Sequence[subprocess.Popen[bytes]], received: set[int]) -> Iterator[None]:
    """Collect the signals that would end the app, and end the editor with them; its ctrl+c is its own."""

    def pass_on(number: int, frame: object) -> None:
        received.add(number)
        if number != signal.SIGINT:
            for process in running:
                process.send_signal(signal.SIGHUP)

    # Without it, asyncio would act on all of them afterwards.
    wakeup = signal.set_wakeup_fd(-1)
    handlers = {number: signal.signal(number, pass_on) for number in (*_ENDS_APP, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)
