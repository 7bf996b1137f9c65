"""Base of main screens and forms: the app, the status line, the commands in scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual.screen import Screen

from supportdesk.domain.errors import DeskError
from supportdesk.tui.commands import COMMANDS, Command, CommandContext, Scope
from supportdesk.tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.geometry import Size
    from textual.message import Message

    from supportdesk.domain.journal import Entry
    from supportdesk.services.presence import Present
    from supportdesk.tui.desk_app import DeskApp

Outcome = TypeVar("Outcome")


class ScopedScreen(Screen[Outcome], Generic[Outcome], inherit_bindings=False):
    """A screen on which those commands work whose scopes it names."""

    BLANK = True
    SCOPES: ClassVar[tuple[Scope, ...]]
    NAME: ClassVar[str]

    async def _dispatch_message(self, message: Message) -> None:
        """Handle a message; what the desk refuses is said, where Textual would end the screen."""
        try:
            await super()._dispatch_message(message)
        except DeskError as error:
            self.status.error(error.message)

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        """Lay out and draw; where all of the screen is to be drawn anyway, once: Textual would draw it twice."""
        if self._repaint_required:
            self._repaint_required = False
            self._compositor._dirty_regions.add(self.size.region)
        super()._refresh_layout(size, scroll)

    @property
    def desk_app(self) -> DeskApp:
        """Return the app, as screens know it."""
        return cast("DeskApp", self.app)

    @property
    def status(self) -> StatusLine:
        """Return the status line."""
        return self.query_one(StatusLine)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Return the scopes whose commands work now; a later scope wins."""
        return self.SCOPES

    @property
    def working_on(self) -> tuple[int | None, bool]:
        """Return the number of the ticket that is open here, and whether something is written in it."""
        return None, False

    async def hear(self, entries: Sequence[Entry]) -> None:
        """Take notice of changes while this covers the main screens."""

    def show_presence(self, others: Sequence[Present]) -> None:
        """Show which tickets other sessions have open."""

    def commands(self) -> list[Command]:
        """Return the commands that work here and now, in the table's order."""
        return [command for command in COMMANDS if command.scope in self.scopes]

    def focused_context(self) -> CommandContext:
        """Return what commands need to know to tell whether they apply now."""
        return CommandContext()
