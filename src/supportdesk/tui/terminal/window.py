"""What is told to the terminal around the screen: the title of its window, and the bell."""

from __future__ import annotations

import os
from collections.abc import Callable

from supportdesk.domain.text import clean_line

TITLE_LIMIT = 120
BELL = "\a"
_SAVE_TITLE, _RESTORE_TITLE = "\x1b[22;2t", "\x1b[23;2t"
"""XTerm's stack of titles; terminals without one ignore these."""


class Window:
    """The window around the screen; it has its own title again when the app ends."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._title = ""
        # The console of Linux has no title, and would print it.
        self._has_title = os.environ.get("TERM", "") not in ("linux", "vt100", "vt220")

    def show_title(self, text: str) -> None:
        """Set the title, where it is another one."""
        if text != self._title and self._has_title:
            self._write(("" if self._title else _SAVE_TITLE) + window_title(text))
            self._title = text

    def restore_title(self) -> None:
        """Bring back the title that the window had before."""
        if self._title:
            self._write(_RESTORE_TITLE)
            self._title = ""

    def ring(self) -> None:
        """Ring the bell."""
        self._write(BELL)


def window_title(text: str) -> str:
    """Return what sets the title of the window (OSC 2), without anything in it that a terminal could obey.

    It ends with ST, not with the bell that some terminals take as well.
    """
    line = "".join(letter for letter in clean_line(text) if letter.isprintable())
    return f"\x1b]2;{line[:TITLE_LIMIT]}\x1b\\"
