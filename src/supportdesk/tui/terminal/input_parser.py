"""Input parser: keys, pastes and mouse events from what a terminal sends, whatever it sends.

Textual reads escape sequences inside a bracketed paste too, and passes unknown ones to the app as keys: a paste from a
coloured terminal would fill several fields and run commands. It also raises on key codes that are no characters, and
believes any window size that is reported in the input.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.events import Key, Paste, Resize
from textual.message import Message


class InputParser(XTermParser):
    """Textual's parser, which never sees a paste, and which no input can stop."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pasted: str | None = None
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def feed_bytes(self, data: bytes) -> Iterator[Message]:
        """Yield the events in what was read; bytes that are not UTF-8 become U+FFFD."""
        text = self._decode(data)
        if text:
            yield from self.feed(text)

    def flush_bytes(self) -> Iterator[Message]:
        """Yield the event of a character that was begun and does not go on."""
        text = self._decode(b"", final=True)
        if text:
            yield from self.feed(text)

    def feed(self, data: str) -> Iterable[Message]:
        """Yield the events in what was read; a paste comes once its end has been read."""
        while data:
            if self._pasted is None:
                typed, begin, data = data.partition(BRACKETED_PASTE_START)
                for character in typed:
                    yield from self._safely(super().feed(character))
                self._pasted = "" if begin else None
            else:
                # Searched from the front each time: the end may come in two pieces.
                text, end, rest = (self._pasted + data).partition(BRACKETED_PASTE_END)
                self._pasted, data = (None, rest) if end else (text, "")
                if end:
                    yield Paste(text.replace("\0", ""))

    def tick(self) -> Iterable[Message]:
        """Yield what has waited long enough for more, such as escape."""
        yield from self._safely(super().tick())

    def _safely(self, messages: Iterable[Message]) -> Iterator[Message]:
        """Pass events on; what cannot be parsed, or cannot be true, is no event."""
        try:
            for message in messages:
                if not _is_implausible(message):
                    yield message
        except Exception:
            # A generator that has raised is at its end: parsing begins anew after the sequence at fault.
            self._tokens.clear()
            self._timeout_time = None
            self._gen = self.parse(self._tokens.append)
            self._awaiting = next(self._gen)
        # Set by a size report, which is not believed.
        self.mouse_pixels = False


def _is_implausible(message: Message) -> bool:
    match message:
        case Resize():
            # The size of the terminal is asked of the system, not read from the input.
            return True
        case Key(character=str(character)):
            return any("\ud800" <= each <= "\udfff" for each in character)
        case _:
            return False
