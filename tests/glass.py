"""What a person sees of the bytes a program sends: a terminal's screen, without the terminal."""

import codecs
import re

import pyte

# What pyte would print instead of passing over it: kitty's "pop keyboard mode" and device control strings;
# and joiners without width of their own, after which it drops the rest of a text.
_NOT_FOR_PYTE = re.compile("\x1b\\[<[0-9;]*u|\x1bP[^\x1b]*\x1b\\\\|[\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f]")
_UNFINISHED = re.compile("\x1b(?:\\[[^@-~]*|P[^\x1b]*\x1b?)?$")


class Glass:
    """A screen fed with bytes; keeps all of them for those who look closer."""

    def __init__(self, columns: int, rows: int) -> None:
        self.received = bytearray()
        self.size = (columns, rows)
        self._decoded = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held_back = ""
        # Read far more often than it changes.
        self._lines: list[str] | None = None
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)

    def feed(self, data: bytes) -> None:
        """Shows what a program sent, however the bytes were cut."""
        self.received += data
        text = self._held_back + self._decoded(data)
        unfinished = _UNFINISHED.search(text)
        self._held_back = unfinished[0] if unfinished else ""
        self._lines = None
        self._stream.feed(_NOT_FOR_PYTE.sub("", text.removesuffix(self._held_back)))

    def resize(self, columns: int, rows: int) -> None:
        """Gives the screen another size."""
        self.size = (columns, rows)
        self._screen.resize(rows, columns)
        self._lines = None

    @property
    def lines(self) -> list[str]:
        """The screen from top to bottom, without the blanks at the ends of lines."""
        if self._lines is None:
            self._lines = [line.rstrip() for line in self._screen.display]
        return self._lines

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.lines)

    @property
    def rows(self) -> list[tuple[str, list[pyte.screens.Char]]]:
        """Every line with its cells: characters with their colours and styles."""
        columns, rows = self.size
        cells = [[self._screen.buffer[y][x] for x in range(columns)] for y in range(rows)]
        return list(zip(self.lines, cells, strict=True))
