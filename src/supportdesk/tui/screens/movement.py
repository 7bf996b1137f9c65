"""Movement keys of lists and texts."""

from __future__ import annotations

from typing import Protocol


class Movable(Protocol):
    """Something the movement keys move: a list or a text."""

    async def move(self, by: int) -> None:
        """Move by some lines."""

    async def move_pages(self, pages: float) -> None:
        """Move by pages."""

    async def first(self) -> None:
        """Move to the beginning."""

    async def last(self) -> None:
        """Move to the end."""


class Movement:
    """Movement keys, for what the screen names in `movable`."""

    def movable(self) -> Movable:
        """Return what the movement keys move now."""
        raise NotImplementedError

    async def do_down(self, count: int | None) -> None:
        """Move down by `count` lines."""
        await self.movable().move(count or 1)

    async def do_up(self, count: int | None) -> None:
        """Move up by `count` lines."""
        await self.movable().move(-(count or 1))

    async def do_first(self, count: int | None) -> None:
        """Go to the beginning."""
        await self.movable().first()

    async def do_last(self, count: int | None) -> None:
        """Go to the end; with a count, that many lines from the beginning."""
        movable = self.movable()
        if count:
            await movable.first()
            await movable.move(count - 1)
        else:
            await movable.last()

    async def do_half_down(self, count: int | None) -> None:
        """Move half a page down."""
        await self.movable().move_pages(0.5 * (count or 1))

    async def do_half_up(self, count: int | None) -> None:
        """Move half a page up."""
        await self.movable().move_pages(-0.5 * (count or 1))

    async def do_page_down(self, count: int | None) -> None:
        """Move a page down."""
        await self.movable().move_pages(count or 1)

    async def do_page_up(self, count: int | None) -> None:
        """Move a page up."""
        await self.movable().move_pages(-(count or 1))
