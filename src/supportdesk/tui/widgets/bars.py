"""The single lines around a screen: title, column names, status, hints."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from supportdesk.tui import style
from supportdesk.tui.style import fit


class Bar(Widget):
    """One line of text that redraws only when it changes."""

    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._text = Text()

    def show(self, text: Text, fill: Style = style.PLAIN) -> None:
        """Shows a line; `fill` is the style of the room it leaves."""
        text.style = fill
        if text != self._text or text.style != self._text.style:
            self._text = text
            self.refresh()

    def render(self) -> Text:
        """The line, cut to the width."""
        line = self._text.copy()
        line.truncate(self.size.width, overflow="ellipsis", pad=True)
        line.no_wrap = True
        return line


class TitleBar(Bar):
    """What screen this is, what it shows and how many, what is wrong, and who is at the keys."""

    def __init__(self) -> None:
        super().__init__()
        self._parts = ("", "", "")
        self._counts: Mapping[str, int] = {}
        self._trouble = ""

    def on_resize(self) -> None:
        """Uses the room there is."""
        self._lay_out()

    def describe(self, screen: str, details: str, agent: str, counts: Mapping[str, int] | None = None) -> None:
        """Shows the three parts: left, middle, right; after the middle as many counts as fit, the greatest."""
        self._parts = (screen, details, agent)
        self._counts = counts or {}
        self._lay_out()

    def warn(self, trouble: str) -> None:
        """Shows what is wrong, beside the agent; nothing when all is well."""
        if trouble != self._trouble:
            self._trouble = trouble
            self._lay_out()

    def _lay_out(self) -> None:
        screen, details, agent = self._parts
        left, right = f" {screen} ", f" {agent} "
        wrong = f" ✗ {self._trouble} " if self._trouble else ""
        room = max(0, self.size.width - cell_len(left + wrong + right))
        counts = dict(self._counts)
        while cell_len(middle := " " + " · ".join(filter(None, (details, _listed(counts))))) > room and counts:
            del counts[min(reversed(counts), key=counts.__getitem__)]
        middle = fit(middle, room)
        self.show(Text.assemble((left, style.TITLE), (middle, style.BAR), (wrong, style.ALARM), (right, style.BAR)))


def _listed(counts: Mapping[str, int]) -> str:
    return "  ".join(f"{name} {count}" for name, count in counts.items())


class Heading(Bar):
    """The names of a list's columns."""

    def names(self, text: str) -> None:
        """Shows the names."""
        self.show(Text(text), style.COLUMN)


class StatusLine(Bar):
    """What just happened, or what a begun key sequence can become; a long sentence takes a second line."""

    DEFAULT_CSS = "StatusLine { height: auto; min-height: 1; max-height: 3; }"

    def show(self, text: Text, fill: Style = style.PLAIN) -> None:
        """Shows a sentence whole."""
        super().show(text, fill)
        if self._lines() != self.size.height:
            self.refresh(layout=True)

    def _lines(self) -> int:
        return len(self._text.wrap(self.app.console, max(1, self.size.width)))

    def render(self) -> Text:
        """The sentence."""
        return self._text

    def done(self, message: str) -> None:
        """Says what was done."""
        self.show(Text.assemble((" ✓ ", style.DONE), message))

    def note(self, message: str) -> None:
        """Says something by the way."""
        self.show(Text(f" {message}"))

    def error(self, message: str) -> None:
        """Says what was refused and why."""
        self.show(Text.assemble((" ✗ ", style.ERROR), (message, style.ERROR)))

    def choices(self, typed: str, choices: list[tuple[str, str]]) -> None:
        """Shows what may follow the keys typed so far."""
        line = Text.assemble((f" {typed} ", style.KEY), "… " if choices else "")
        for key, title in choices:
            line.append_text(Text.assemble((key, style.KEY), f" {title}   "))
        self.show(line)


class HintBar(Bar):
    """The keys that matter here: as many as there is room for, the last of them always."""

    def __init__(self) -> None:
        super().__init__()
        self._hints: list[tuple[str, str]] = []

    def hints(self, hints: list[tuple[str, str]]) -> None:
        """Shows keys with a word each."""
        self._hints = hints
        self._lay_out()

    def on_resize(self) -> None:
        """Uses the room there is."""
        self._lay_out()

    def _lay_out(self) -> None:
        *hints, last = [
            Text.assemble(" ", (key, style.KEY), (f" {word} ", style.DIM)) for key, word in self._hints or [("", "")]
        ]
        room = self.size.width - last.cell_len
        line = Text()
        for hint in hints:
            if line.cell_len + hint.cell_len <= room:
                line.append_text(hint)
        self.show(line.append_text(last))
