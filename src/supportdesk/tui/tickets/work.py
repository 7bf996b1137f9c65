"""What the screens on which tickets are worked on have in common: which tickets a command is for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet

from supportdesk.domain.ticket import TicketSummary
from supportdesk.tui.screens.desk_screen import DeskScreen


class TicketWork(DeskScreen):
    """The tickets on screen; the list of tickets and the board say which they are."""

    def __init__(self) -> None:
        super().__init__()
        # The ticket for which a text is asked for.
        self.writing: int | None = None

    def current(self) -> TicketSummary | None:
        """Return the ticket that commands are for, where none is marked."""
        raise NotImplementedError

    @property
    def rows(self) -> Sequence[TicketSummary]:
        """Return the tickets that are loaded, with the versions that are on screen."""
        return self.list.loaded

    @property
    def marks(self) -> AbstractSet[int]:
        """Return the numbers of the marked tickets."""
        return frozenset()

    async def clear_marks(self) -> bool:
        """Forget the marks; return whether there were any."""
        return False

    async def go_on(self) -> None:
        """Go to the next ticket."""

    async def show_created(self, ticket: TicketSummary) -> None:
        """Put the cursor on a ticket that was created here, where it is listed."""

    async def show_gone(self, numbers: Collection[int], into: int | None = None) -> None:
        """Show something else where these tickets are open, which are deleted or continued by another."""
