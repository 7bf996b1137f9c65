"""Text view: a text to read, wrapped, scrolled and searched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from rich.console import Console, RenderableType
from rich.text import Text
from textual.geometry import Region, Size
from textual.strip import Strip

from supportdesk.tui import style
from supportdesk.tui.widgets.own_drawing import OwnDrawing

Paragraph = Text | RenderableType
"""A text, which is wrapped, or anything else that Rich can draw."""


def wrap(text: Text, width: int, console: Console) -> Sequence[Text]:
    """Return a text in lines, as Rich wraps it, without the blanks at which it is wrapped.

    Own code for words of one style without wide characters, as most lines of long mails are: Rich takes 20 times as
    long.
    """
    plain = text.plain
    if len(plain) <= width and _is_narrow(plain):
        return (text,)
    lines = [] if text.spans or not _is_narrow(plain) else _wrap_narrow(plain, width)
    if not lines:
        return list(text.wrap(console, width, tab_size=8, overflow="fold"))
    return [Text(line, text.style) for line in lines]


def _skip_blanks(text: str, start: int) -> int:
    while text.startswith(" ", start):
        start += 1
    return start


# Each of one cell: ASCII, Latin, box drawing, geometric shapes.
_is_narrow = re.compile(r"[ -~¡-¬®-˿─-◼]*").fullmatch


def _wrap_narrow(plain: str, width: int) -> list[str]:
    """Return a text in lines; nothing where a word is longer than a line."""
    lines, start = [], 0
    while len(plain) - start > width:
        blank = plain.rfind(" ", start, start + width + 1)
        line = plain[start:blank].rstrip(" ") if blank >= 0 else ""
        if not line.strip(" "):
            return []
        lines.append(line)
        start = _skip_blanks(plain, blank)
    if start < len(plain) or not lines:
        lines.append(plain[start:])
    return lines


def moved_by(before: Sequence[Text], after: Sequence[Text], sight: range) -> int:
    """Return by how many lines what was in sight is further down in another text.

    Told by the first line in sight that both texts have exactly once; 0 where there is none.
    """
    if before[sight.start : sight.stop] == after[sight.start : sight.stop]:
        return 0
    counts = Counter(line.plain for line in before)
    places: dict[str, list[int]] = {}
    for place, line in enumerate(after):
        places.setdefault(line.plain, []).append(place)
    for place in range(sight.start, min(sight.stop, len(before))):
        plain = before[place].plain
        if counts[plain] == 1 and len(found := places.get(plain, [])) == 1:
            return found[0] - place
    return 0


class TextView(OwnDrawing, can_focus=True, inherit_bindings=False):
    """Paragraphs of styled text; only the lines on screen are drawn."""

    # A stable gutter: lines are wrapped to the width there is, which a scrollbar that comes and goes would change.
    DEFAULT_CSS = """
    TextView { overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-gutter: stable; padding: 0 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._paragraphs: Sequence[Paragraph] = ()
        self._lines: list[Text] = []
        # The line that each paragraph begins with.
        self._starts: list[int] = []
        self._search: re.Pattern[str] | None = None
        # The paragraph to scroll to once the size is known.
        self._at: int | None = None
        # Where keys that were quicker than the layout scroll to.
        self._ahead: list[Callable[[], int]] = []

    def show(self, paragraphs: Sequence[Paragraph], *, from_top: bool = True, at: int | None = None) -> None:
        """Show a text, from its top or with what was in sight where it was; send only the lines that differ.

        From its top means: with paragraph `at` as far up as the end of the text lets it, where one is given.
        """
        before, top = self._lines, round(self.scroll_y)
        self._paragraphs = paragraphs
        self._wrap()
        if from_top:
            self._place(at)
        elif top and (moved := moved_by(before, self._lines, range(top, top + self._page))):
            self.scroll_to(y=top + moved, animate=False, force=True, immediate=True)
        if round(self.scroll_y) != top:
            self.refresh()
            return
        for y in range(self.size.height):
            if before[top + y : top + y + 1] != self._lines[top + y : top + y + 1]:
                self.refresh(Region(0, y, self.outer_size.width, 1))

    def mark(self, words: Sequence[str]) -> None:
        """Mark words wherever they begin a word of the text; none to stop."""
        if not words and self._search is None:
            return
        self._search = (
            re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\w*", re.IGNORECASE) if words else None
        )
        self._wrap()
        self.refresh()

    def _wrap(self) -> None:
        self._lines, self._starts = [], []
        if not self._page:
            # Not laid out yet.
            return
        width = max(self.scrollable_content_region.width, 10)
        for paragraph in self._paragraphs:
            self._starts.append(len(self._lines))
            if isinstance(paragraph, Text):
                self._lines += wrap(self._marked(paragraph), width, self.app.console)
            else:
                self._lines += [self._marked(line) for line in self._drawn(paragraph, width)]
        # At least as high as the pane: Textual draws all of it again whenever this changes.
        self.virtual_size = Size(width, max(len(self._lines), self.scrollable_content_region.height))
        self._scroll_update(self.virtual_size)

    def _place(self, at: int | None) -> None:
        """Scroll to a paragraph, or to the top; what was not laid out yet does so when it is."""
        self._at = at if self._page == 0 else None
        self._ahead = []
        last = max(0, len(self._lines) - self._page)
        y = 0 if at is None or self._page == 0 else min(self._starts[at], last)
        self.scroll_to(y=y, animate=False, force=True, immediate=True)

    @property
    def _page(self) -> int:
        return self.scrollable_content_region.height

    def _marked(self, text: Text) -> Text:
        if self._search is None:
            return text
        marked = text.copy()
        marked.highlight_regex(self._search, style.MATCH)
        return marked

    def _drawn(self, paragraph: RenderableType, width: int) -> list[Text]:
        options = self.app.console.options.update(width=width, height=None)
        lines = self.app.console.render_lines(paragraph, options, pad=False)
        return [Text.assemble(*((part.text, part.style or style.PLAIN) for part in line)) for line in lines]

    async def move(self, by: int) -> None:
        """Scroll by some lines."""
        self._scroll(lambda: round(self.scroll_y) + by)

    async def move_pages(self, pages: float) -> None:
        """Scroll by pages."""
        self._scroll(lambda: round(self.scroll_y) + round(pages * max(1, self._page - 1)))

    async def first(self) -> None:
        """Go to the top."""
        self._scroll(lambda: 0)

    async def last(self) -> None:
        """Go to the end."""
        self._scroll(lambda: round(self.max_scroll_y))

    def _scroll(self, line: Callable[[], int]) -> None:
        """Scroll to a line; what was not laid out yet does so when it is."""
        if self._page:
            self.scroll_to(y=line(), animate=False, force=True, immediate=True)
        else:
            self._ahead.append(line)

    def to_match(self, direction: int) -> bool:
        """Scroll to the next or previous line with a match; return whether there is one."""
        if self._search is None:
            return False
        hits = [number for number, line in enumerate(self._lines) if self._search.search(line.plain)]
        here = round(self.scroll_y)
        onward = [hit for hit in hits if (hit > here if direction > 0 else hit < here)]
        if onward:
            target = onward[0] if direction > 0 else onward[-1]
            self.scroll_to(y=target, animate=False, force=True, immediate=True)
        return bool(hits)

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        """Wrap again before anything is drawn in another size: what is drawn twice is sent twice."""
        resized = super()._size_updated(size, virtual_size, container_size, layout)
        # What was hidden comes back in the size it had.
        if resized or (self._paragraphs and not self._starts):
            self._wrap()
            ahead = self._ahead
            if self._at is not None:
                self._place(self._at)
            self._ahead = []
            for line in ahead:
                self._scroll(line)
        return resized

    def render_line(self, y: int) -> Strip:
        """Return one line of the screen."""
        number = y + round(self.scroll_y)
        if number >= len(self._lines):
            return self.line([])
        line = self._lines[number]
        # A line without spans would come without its style.
        own = self.app.console.get_style(line.style)
        if not line.spans:
            return self.line([(line.plain, own)])
        parts = line.render(self.app.console)
        return self.line((part.text.replace("\n", ""), own + part.style if part.style else own) for part in parts)
