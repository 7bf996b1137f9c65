"""Fewer bytes to the terminal: most of a screen is blank, and a run of blanks can be said in two short codes."""

from __future__ import annotations

import re

from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver

from supportdesk.tui.terminal.paste_parser import PasteParser

# ECH and CUF (ECMA-48) for n cells take up to twelve bytes.
_WORTH_IT = 13
_STYLES = re.compile(r"(\x1b\[[0-9;:]*m)")
_BLANKS = re.compile(f" {{{_WORTH_IT},}}")
_PLAIN = "\x1b[m"
# A line that ends where the next begins with its own place needs no line end.
_LINE_END = re.compile(r"\n(?=\x1b\[[0-9]+;[0-9]+H)")


def lightened(data: str) -> str:
    """The same drawing with shorter codes, and long runs of unstyled blanks as "erase n, go n to the right".

    Styled blanks stay as they are: an erase knows no underline and no reverse.
    """
    data = _LINE_END.sub("", data.replace("\x1b[0m", _PLAIN))
    if " " * _WORTH_IT not in data:
        return data
    pieces = _STYLES.split(data)
    style = _PLAIN
    for index, piece in enumerate(pieces):
        if index % 2:
            style = piece
        elif style == _PLAIN:
            pieces[index] = _BLANKS.sub(_erased, piece)
    return "".join(pieces)


def _erased(blanks: re.Match[str]) -> str:
    size = len(blanks.group())
    return f"\x1b[{size}X\x1b[{size}C"


# The driver makes its parser itself, by this name, and leaves no other way in.
setattr(linux_driver, "XTermParser", PasteParser)  # noqa: B010


class LightDriver(LinuxDriver):
    """Textual's driver for Unix terminals, lightened, which takes a paste whole."""

    def write(self, data: str) -> None:
        """Writes a drawing."""
        super().write(lightened(data))
