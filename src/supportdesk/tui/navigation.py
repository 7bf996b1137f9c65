"""The main screens of the app, and the ways from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from textual.app import App
from textual.driver import Driver

from supportdesk.domain.query import TicketQuery, parse_query
from supportdesk.services.desk import Desk
from supportdesk.tui.feed import Feed
from supportdesk.tui.main_screens import new_screen
from supportdesk.tui.screens.desk_screen import DeskScreen
from supportdesk.tui.screens.scoped import ScopedScreen

if TYPE_CHECKING:
    from supportdesk.tui.tickets.board import BoardScreen
    from supportdesk.tui.tickets.screen import TicketsScreen


class Navigation(App[int], inherit_bindings=False):
    """The part of the app that opens main screens and switches between them."""

    desk: Desk
    feed: Feed

    def __init__(self, driver: type[Driver] | None, *, ansi_color: bool | None) -> None:
        super().__init__(driver_class=driver, ansi_color=ansi_color)
        self._screens: dict[str, DeskScreen] = {}

    def main_screen(self, name: str) -> DeskScreen:
        """Return one of the main screens, which is made when it is first wanted."""
        if name not in self._screens:
            self._screens[name] = new_screen(name)
            # An installed screen is kept, with its cursor and its search, when another takes its place.
            self.install_screen(self._screens[name], name)
        return self._screens[name]

    async def _readable_screen(self, name: str) -> DeskScreen:
        """Return one of the main screens; raise a `DeskError` for a new one that would stay empty."""
        if name not in self._screens:
            await self.desk.run(self.desk.changes_elsewhere)
        return self.main_screen(name)

    async def show_screen(self, name: str) -> None:
        """Switch to one of the main screens; it is as it was left."""
        screen = await self._readable_screen(name)
        if self.screen is not screen:
            await self.switch_screen(screen)
            self.feed.mark_seen(self.screen_name)

    async def open_ticket(self, number: int) -> None:
        """Switch to the tickets and open one; raises `NotFound` when no ticket has this number."""
        ticket = await self.desk.run(self.desk.tickets.get, str(number))
        await self.show_screen("tickets")
        await self._tickets.go_to_ticket(ticket.number)

    async def show_board(self, query: TicketQuery) -> None:
        """Switch to the board, with the tickets of a query."""
        board = cast("BoardScreen", await self._readable_screen("board"))
        await board.show_query(query)
        await self.show_screen("board")

    async def search_tickets(self, text: str) -> None:
        """Switch to the tickets and list those that a search finds; raises `InvalidValue` for a filter at fault."""
        # Before the screen changes: the question that a bad filter answers stays where it was asked.
        parse_query(text, typing=True)
        await self.show_screen("tickets")
        await self._tickets.search_tickets(text)

    @property
    def _tickets(self) -> TicketsScreen:
        return cast("TicketsScreen", self.main_screen("tickets"))

    @property
    def opened_screens(self) -> Sequence[DeskScreen]:
        """Return the main screens that have been opened so far, in front or not."""
        return [screen for screen in self._screens.values() if screen.is_mounted and screen.is_running]

    @property
    def forms(self) -> Sequence[ScopedScreen[Any]]:
        """Return the forms that are open over the main screens."""
        return [
            screen
            for screen in self.screen_stack
            if isinstance(screen, ScopedScreen)
            and not isinstance(screen, DeskScreen)
            # Between these two it has its fields.
            and screen.is_mounted
            and screen.is_running
        ]

    @property
    def desk_screen(self) -> DeskScreen | None:
        """Return the main screen in front, when no form or help covers it."""
        return self.screen if isinstance(self.screen, DeskScreen) else None

    @property
    def screen_name(self) -> str:
        """Return the name of the main screen in front; empty while a form covers it."""
        return self.desk_screen.NAME if self.desk_screen else ""

    def show_status(self, message: str, *, error: bool = False) -> None:
        """Show a sentence in the status line of the main screen in front."""
        screen = self.desk_screen
        if screen is not None:
            (screen.status.error if error else screen.status.note)(message)

    async def do_go_tickets(self, count: int | None) -> None:
        """Switch to the tickets."""
        await self.show_screen("tickets")

    async def do_go_faqs(self, count: int | None) -> None:
        """Switch to the FAQs."""
        await self.show_screen("faqs")

    async def do_go_experiments(self, count: int | None) -> None:
        """Switch to the experiments."""
        await self.show_screen("experiments")

    async def do_go_preferences(self, count: int | None) -> None:
        """Switch to the preferences."""
        await self.show_screen("preferences")

    async def do_go_incoming(self, count: int | None) -> None:
        """Switch to the mail that waits for a decision."""
        await self.show_screen("incoming")

    async def do_go_history(self, count: int | None) -> None:
        """Switch to the history."""
        await self.show_screen("history")
