"""Base of the screens with a list and a pane beside or below it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget

from supportdesk.domain.errors import DeskError
from supportdesk.tui.commands import BY_ID
from supportdesk.tui.debounce import Debounce
from supportdesk.tui.screens.desk_screen import DeskScreen
from supportdesk.tui.widgets.bars import Hint
from supportdesk.tui.widgets.listing import Listing
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.pane import Pane

BESIDE_WIDTH = 100
FOLLOW_SECONDS = 0.25
PANE_SHARES = 10
OF_THE_LIST = ("open", "search", "create", "filter", "category")
"""What ends the ids of commands that are about the list rather than about what is open."""


class ListAndPane(DeskScreen):
    """A screen whose pane lies beside its list where there is room, else below it, and follows the cursor.

    Its body is a `Listing` and a `Pane` in a container with the id `body`. A kind of screen says how it opens a row and
    shows the next one in `follow`, and how it takes back a search or a filter in `show_all`.
    """

    HORIZONTAL_BREAKPOINTS = [(BESIDE_WIDTH, "-beside")]  # noqa: RUF012

    ROW: ClassVar[str]
    """What a row is called, in hints."""

    def __init__(self) -> None:
        super().__init__()
        self._pane_share = 6
        self._rest = Debounce(self, FOLLOW_SECONDS)

    # What a kind of screen says about itself

    @property
    def pane(self) -> Pane:
        """Return what is open."""
        raise NotImplementedError

    async def follow(self, row: Any) -> None:
        """Show a row of the list in the open pane."""
        raise NotImplementedError

    async def show_all(self) -> bool:
        """Clear what narrows the list; return whether anything did."""
        raise NotImplementedError

    # List and pane

    @property
    def reading(self) -> bool:
        """Return whether the open text has the focus; commands then act on it, else on the row under the cursor."""
        return self.pane.is_open and self.focused is self.pane.text

    @property
    def stops(self) -> Sequence[Widget]:
        """Return where the focus can go: list, pane, mail log."""
        return [self.list, *self.pane.stops, *self.mail.stops]

    async def to_match(self, direction: int) -> None:
        """Go to the next or previous match in the open text, else the next or previous hit in the list."""
        if not (self.reading and self.pane.text.to_match(direction)):
            await super().to_match(direction)

    def first_hints(self) -> list[Hint]:
        """Return the keys that go from one open text to the next, where one is read."""
        if not self.reading:
            return []
        steps = {"row.next": f"next {self.ROW}", "row.previous": "previous", "back": "back"}
        return [hint for name, word in steps.items() if (hint := self.hint_of(BY_ID[name], word))]

    def idle_hints(self) -> Collection[str]:
        """Return what belongs to the list, while the open text is read: its own commands have the room."""
        if not self.reading:
            return ()
        return {each.id for each in self.commands() if each.id.rpartition(".")[2] in OF_THE_LIST}

    async def step_row(self, by: int) -> None:
        """Move the cursor; what is open follows at once."""
        await self.list.move(by)
        if self.pane.is_open and self.list.row is not None and self.pane.number != self.list.row.number:
            await self.follow(self.list.row)

    @on(PageList.CursorMoved)
    def _cursor_moved(self, event: PageList.CursorMoved) -> None:
        if event.page_list is self.list and self.list.has_focus and self.pane.is_open:
            # Once the cursor rests, so that running through the list stays cheap.
            self._rest.call(self._follow_cursor)

    async def _follow_cursor(self) -> None:
        row = self.list.row
        if row is not None and self.pane.is_open and self.pane.number != row.number:
            try:
                await self.follow(row)
            except DeskError as error:
                self.status.error(error.message)

    def resize_pane(self, by: int) -> None:
        """Give the open pane more or less of the room it shares with the list, where it lies below."""
        self._pane_share = min(max(self._pane_share + by, 1), PANE_SHARES - 1)
        self.pane.styles.height = f"{self._pane_share}fr"
        self.query_one(Listing).styles.height = f"{PANE_SHARES - self._pane_share}fr"

    def shut_pane(self) -> None:
        """Close what is open."""
        self.pane.shut()
        self.focus_body()

    async def step_back(self) -> bool:
        """Leave the mail log, close what is open, or show all: the innermost that applies."""
        if await self.leave_mail():
            return True
        if self.pane.is_open:
            self.shut_pane()
            return True
        return await self.show_all()
