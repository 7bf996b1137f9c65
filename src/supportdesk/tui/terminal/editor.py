"""The agent's own editor, for long texts."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from textual.app import App

from supportdesk.domain.errors import DeskError
from supportdesk.domain.text import clean_body


def edit_text(app: App[Any], text: str) -> str:
    """Opens a text in VISUAL, else EDITOR, else vi, while the app stands aside; gives what it became.

    Raises `DeskError` when the editor does not start or ends with an error; the text counts as unchanged then.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "text.md"
        file.write_text(text, "utf-8")
        try:
            with app.suspend():
                done = subprocess.run([*shlex.split(editor), str(file)], check=False)
        except (OSError, ValueError) as error:
            raise DeskError(f"EDITOR {editor!r} does not start: {error}") from None
        if done.returncode:
            raise DeskError(f"{editor} ended with {done.returncode}; the text is unchanged")
        return clean_body(file.read_text("utf-8", errors="replace")).removesuffix("\n")
