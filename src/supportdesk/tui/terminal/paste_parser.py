"""Pasted text arrives as one piece, whatever is in it.

Textual reads escape sequences inside a bracketed paste too, and gives those that it does not know to the app as
keys: a paste from a coloured terminal would fill several fields and run commands.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.events import Paste
from textual.message import Message


class PasteParser(XTermParser):
    """Textual's parser, which never sees what stands between the beginning and the end of a paste."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pasted: str | None = None

    def feed(self, data: str) -> Iterable[Message]:
        """The keys and pastes in what was read; a paste comes once its end has been read."""
        if not data:
            yield from super().feed(data)
        while data:
            if self._pasted is None:
                typed, begin, data = data.partition(BRACKETED_PASTE_START)
                if typed:
                    yield from super().feed(typed)
                self._pasted = "" if begin else None
            else:
                # Searched from the front each time: the end may come in two pieces.
                text, end, rest = (self._pasted + data).partition(BRACKETED_PASTE_END)
                self._pasted, data = (None, rest) if end else (text, "")
                if end:
                    yield Paste(text.replace("\0", ""))
