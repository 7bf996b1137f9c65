"""What screens may ask of the app; a protocol, so that screens and the app do not import each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from supportdesk.domain.query import TicketQuery
    from supportdesk.services.desk import Desk
    from supportdesk.services.drafts import Drafts
    from supportdesk.tui.commands.keymap import KeyMap
    from supportdesk.tui.terminal.type_ahead import TypeAhead


class DeskApp(Protocol):
    """The app, as its screens know it."""

    desk: Desk
    drafts: Drafts
    keymap: KeyMap
    demo: bool
    type_ahead: TypeAhead

    @property
    def counts(self) -> Mapping[str, int]:
        """How many tickets each queue has, by its name."""

    @property
    def unread(self) -> Mapping[str, int]:
        """How many changes of colleagues one has not looked at, by the name of the main screen that shows them."""

    @property
    def failed_mails(self) -> int:
        """How many mails could not be delivered."""

    async def show_counts(self) -> None:
        """Read the counts of the queues again, and show them on every screen."""

    @property
    def mail_trouble(self) -> tuple[str, str]:
        """That no mail is sent for the time being, and why; empty while mail is delivered."""

    async def show_changes(self) -> None:
        """Show this agent's own change on every screen."""

    async def show_screen(self, name: str) -> None:
        """Switch to one of the main screens."""

    async def open_ticket(self, number: int) -> None:
        """Switch to the tickets and open one."""

    async def show_board(self, query: TicketQuery) -> None:
        """Switch to the board, with the tickets of a query."""

    async def search_tickets(self, text: str) -> None:
        """Switch to the tickets and list those that a search finds."""

    async def show_manual(self, topic: str) -> None:
        """Show a page of the manual."""

    def show_status(self, message: str, *, error: bool = False) -> None:
        """Show a sentence in the status line of the main screen in front."""

    def viewer_of(self, content_type: str) -> str:
        """Return the command of the config that shows files of a type; empty where there is none."""

    def leave(self) -> None:
        """End the app; what is being typed is kept as a draft."""
