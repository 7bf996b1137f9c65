"""The manual laid out for a terminal; brings Rich, so import it where it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markdown import Markdown
from rich.theme import Theme

if TYPE_CHECKING:
    from rich.console import ConsoleOptions, RenderResult

# Rich draws code in a line on black, which is a box on every terminal that is not black.
_THEME = Theme({"markdown.code": "bold cyan", "markdown.code_block": "cyan"})
WIDTH_LIMIT = 100
"""Columns of text that are read with ease."""


class Laid(Markdown):
    """Markdown in the terminal's own colours."""

    def __init__(self, text: str) -> None:
        super().__init__(text, hyperlinks=False, code_theme="ansi_dark")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield what is drawn."""
        with console.use_theme(_THEME):
            yield from super().__rich_console__(console, options)


def for_terminal(text: str) -> str:
    """Return Markdown as lines for the terminal on standard output, with its codes for colours."""
    console = Console(highlight=False)
    console.width = min(console.width, WIDTH_LIMIT)
    with console.capture() as capture:
        console.print(Laid(text))
    return capture.get()
