"""Bars: the single lines around a screen: title, tabs, column names, hints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widget import Widget

from supportdesk.tui import style
from supportdesk.tui.style import fit

MANY = 10_000
"""What is not counted exactly on a tab."""


TAB_GAPS = (" · ", "  ", " ")
"""What stands between two tabs, the widest that leaves their names whole."""
WAITS_APART = "   "
"""What stands between the tabs and what waits."""
SHORT_NAMES = {"Preferences": "Prefs", "Experiments": "Exps"}
"""What tabs are called where there is no room for their names."""


class Bar(Widget):
    """One line of text that redraws only when it changes."""

    # Its size says all of it; Textual would lay out the screen again.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)

    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._text = Text()

    def show(self, text: Text, fill: Style = style.PLAIN) -> None:
        """Show a line; `fill` is the style of the room it leaves."""
        text.style = fill
        if text != self._text or text.style != self._text.style:
            self._text = text
            self.refresh()

    def render(self) -> Text:
        """Return the line, cut to the width."""
        line = self._text.copy()
        line.truncate(self.size.width, overflow="ellipsis", pad=True)
        line.no_wrap = True
        return line


class Hint(NamedTuple):
    """A key as people read it, the word for what it does, and the key that a click on it presses."""

    key: str
    word: str
    pressed: str = ""


class ClickableBar(Bar):
    """A bar of hints; a click on one presses its key."""

    def __init__(self) -> None:
        super().__init__()
        self._hints: Sequence[Hint] = ()
        self._spans: list[tuple[int, int, str]] = []

    def hints(self, hints: Sequence[Hint]) -> None:
        """Show keys with a word each."""
        if hints != self._hints:
            self._hints = hints
            self._lay_out()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._lay_out()

    def _lay_out(self) -> None:
        raise NotImplementedError

    def _place(self, line: Text, hint: Hint, text: Text) -> None:
        """Append a hint to a line, and remember where a click reaches it."""
        start = line.cell_len
        line.append_text(text)
        if hint.pressed:
            self._spans.append((start, line.cell_len, hint.pressed))

    def on_click(self, event: events.Click) -> None:
        """Press the key of the hint under the mouse, as if it had been typed."""
        for start, end, key in self._spans:
            if start <= event.x < end:
                self.app.post_message(events.Key(key, key if len(key) == 1 else None))


class TabLine(ClickableBar):
    """The main screens with their keys, the one in front in bold; shortened to what fits."""

    def __init__(self) -> None:
        super().__init__()
        self._here = ""
        self._unread: Mapping[str, int] = {}
        self._waiting: Sequence[str] = ()
        self._kept = ""

    def show_screens(self, screens: Sequence[Hint], here: str) -> None:
        """Name the screens and the one in front."""
        self._here = here
        self.hints(screens)

    def count(self, unread: Mapping[str, int], waiting: Sequence[str], *, kept: str = "") -> None:
        """Show how much is unread on which screen, and behind the screens what waits, as far as there is room.

        What is `kept` comes first, and shortens the names of the screens.
        """
        if (unread, waiting, kept) != (self._unread, self._waiting, self._kept):
            self._unread, self._waiting, self._kept = unread, waiting, kept
            self._lay_out()

    def _lay_out(self) -> None:
        self._spans = []
        line = Text(" ")
        counts = [self._unread.get(hint.word, 0) for hint in self._hints]
        numbers = ["" if not count else f" ({count:,})" if count < MANY else f" ({MANY:,}+)" for count in counts]
        names = [hint.word for hint in self._hints]
        taken = sum(cell_len(hint.key) + 1 for hint in self._hints) + sum(map(len, numbers))
        short = [SHORT_NAMES.get(name, name) for name in names]
        all_room = self.size.width - 1 - taken
        rooms = (all_room - len(WAITS_APART) - len(self._kept), all_room) if self._kept else (all_room,)
        choices = ((room, each, apart) for room in rooms for each in (names, short) for apart in TAB_GAPS)
        fitting = ((each, apart) for room, each, apart in choices if len(apart.join(each)) <= room)
        names, apart = next(fitting, (short, TAB_GAPS[-1]))
        room = all_room - len(apart) * (len(names) - 1)
        while names and sum(map(cell_len, names)) > room and max(map(len, names)) > 1:
            longest = max(range(len(names)), key=lambda place: len(names[place]))
            names[longest] = names[longest][:-1]
        for place, (hint, name, number) in enumerate(zip(self._hints, names, numbers, strict=True)):
            if place:
                line.append(apart, style.DIM)
            name_style = style.BOLD if hint.word == self._here else style.DIM
            self._place(line, hint, Text.assemble((hint.key, style.KEY), (f" {name}", name_style), number))
        words = [self._kept, *self._waiting] if self._kept else list(self._waiting)
        while words and line.cell_len + len(text := WAITS_APART + " · ".join(words)) > self.size.width:
            words.pop()
        if words:
            line.append(text, style.DIM)
        self.show(line)


class TitleBar(Bar):
    """What screen this is, what it shows and how many, what is wrong, and who is at the keys."""

    def __init__(self) -> None:
        super().__init__()
        self._parts = ("", "", "")
        self._kept: Sequence[str] = ()
        self._lesser: Sequence[str] = ()
        self._counts: Mapping[str, int] = {}
        self._trouble = ""
        self._notices: Sequence[str] = ()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._lay_out()

    def describe(
        self,
        screen: str,
        details: str,
        agent: str,
        counts: Mapping[str, int] | None = None,
        *,
        kept: Sequence[str] = (),
        lesser: Sequence[str] = (),
    ) -> None:
        """Show the three parts: left, middle, right; after the middle as many counts as fit, the greatest.

        What is `kept` stands behind the details, which are cut before it is; the `lesser` come last, as far as there is
        room.
        """
        self._parts = (screen, details, agent)
        self._kept, self._lesser = kept, lesser
        self._counts = counts or {}
        self._lay_out()

    def warn(self, trouble: str) -> None:
        """Show a warning beside the agent's name; nothing when all is well."""
        if trouble != self._trouble:
            self._trouble = trouble
            self._lay_out()

    def remark(self, notices: Sequence[str]) -> None:
        """Show the first of these notices that fits beside the rest: the longest first."""
        if notices != self._notices:
            self._notices = notices
            self._lay_out()

    def _lay_out(self) -> None:
        screen, _, agent = self._parts
        left, right = f" {screen} ", f" {agent} "
        wrong = f" ✗ {self._trouble} " if self._trouble else ""
        room = max(0, self.size.width - cell_len(left + wrong + right))
        details = self._details(room - 2)
        # Counts come before a notice, which the other screens and the open ticket show too.
        spare = room - cell_len(f" {' · '.join(filter(None, (details, _listed(self._counts))))} ")
        notice = next((f" {each} " for each in self._notices if cell_len(each) + 2 <= spare), "")
        room -= cell_len(notice)
        counts = dict(self._counts)
        while cell_len(middle := " " + " · ".join(filter(None, (details, _listed(counts))))) > room and counts:
            del counts[min(reversed(counts), key=counts.__getitem__)]
        middle = fit(middle, room)
        self.show(
            Text.assemble(
                (left, style.TITLE), (middle, style.BAR), (notice, style.BAR), (wrong, style.ALARM), (right, style.BAR)
            )
        )

    def _details(self, room: int) -> str:
        """Return the details and what is kept, cut to the room, with as many of the lesser ones as fit."""
        details, lesser = self._parts[1], list(self._lesser)
        while cell_len(line := " · ".join((details, *self._kept, *lesser))) > room and lesser:
            lesser.pop(0)
        if self._kept and cell_len(line) > room:
            line = " · ".join(self._kept)
            if (left := room - cell_len(line) - 3) > 1:
                line = f"{fit(details, left).rstrip()} · {line}"
        return line


def _listed(counts: Mapping[str, int]) -> str:
    return "  ".join(f"{name} {count}" for name, count in counts.items())


class Heading(Bar):
    """The names of a list's columns."""

    class Clicked(Message):
        """The heading was clicked."""

    def on_click(self) -> None:
        """Tell the screen."""
        self.post_message(self.Clicked())

    def names(self, text: str) -> None:
        """Show the names."""
        self.show(Text(text), style.COLUMN)


class HintBar(ClickableBar):
    """The keys that matter here: as many as there is room for, the last of them always."""

    def _lay_out(self) -> None:
        self._spans = []
        if not self._hints:
            return
        parts = [
            (hint, Text.assemble(" ", (hint.key, style.KEY), (f" {hint.word} ", style.DIM))) for hint in self._hints
        ]
        *others, last = parts
        room = self.size.width - last[1].cell_len
        line = Text()
        for hint, text in others:
            if line.cell_len + text.cell_len <= room:
                self._place(line, hint, text)
        self._place(line, *last)
        self.show(line)
