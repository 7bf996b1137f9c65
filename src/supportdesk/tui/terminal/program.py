"""A program of the agent's choice, for a file of a ticket, while the app is suspended."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from textual.app import App

from supportdesk.domain.conversation.attachment import safe_name
from supportdesk.domain.text import clean_line
from supportdesk.tui.terminal.editor import signals_passed_on, wait_for

PLACE = "{file}"


def run_program(app: App[Any], command: str, content: bytes, name: str) -> str:
    """Run a command with a file on its standard input, and its path where `{file}` is; return what went wrong, or "".

    No shell reads the command. It ends with enter, so that what it printed can be read.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        return f"the command cannot be read: {error}"
    if not words:
        return "there is no command"
    with tempfile.TemporaryDirectory(prefix="supportdesk-") as folder:
        path = Path(folder) / (safe_name(name) or "attachment")
        path.write_bytes(content)
        given = [word.replace(PLACE, str(path)) for word in words]
        return _run(app, given, path, by_path=given != words)


def _run(app: App[Any], words: list[str], path: Path, *, by_path: bool) -> str:
    running: list[subprocess.Popen[bytes]] = []
    received: set[int] = set()
    with app.suspend(), signals_passed_on(running, received):
        try:
            with path.open("rb") as file:
                running.append(subprocess.Popen(words, stdin=None if by_path else file))
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else error
            return f"{clean_line(words[0])} does not start: {why}"
        code = wait_for(running[0])
        print("\n-- enter goes back to supportdesk --", end="", flush=True)
        with suppress(EOFError, KeyboardInterrupt):
            input()
    return f"{clean_line(words[0])} ended with {code}" if code else ""
