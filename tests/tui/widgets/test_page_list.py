"""The list on screen: the cursor, the page, and what is sent to the terminal."""

import asyncio
import random
from collections.abc import Callable, Sequence

import pytest
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.pilot import Pilot

from supportdesk.domain.page import Seek
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.row_lines import Cells
from tests.glass import Glass
from tests.glass_driver import driver_of
from tests.tui.widgets.numbers import Numbered, Numbers

COLUMNS, ROWS = 30, 12


def wheel_down() -> events.MouseScrollDown:
    return events.MouseScrollDown(None, 1, 1, 0, 1, 0, False, False, False)


async def comes_true(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Waits for what takes several messages to come about."""
    async with asyncio.timeout(30):
        while not condition():
            await pilot.pause(0.02)


class SlowNumbers(Numbers):
    """Numbers that are read only when they are let."""

    def __init__(self, places: set[int]) -> None:
        super().__init__(places)
        self.asked = asyncio.Event()
        self.answers = asyncio.Event()

    async def page(self, seek: Seek, limit: int) -> Sequence[Numbered]:
        self.asked.set()
        await self.answers.wait()
        return await super().page(seek, limit)


class NumberList(PageList[Numbered]):
    def cells(self, row: Numbered, width: int) -> Cells:
        return [(f"{row.place:>6}".ljust(width - 4), Style()), (f"v{row.version}".ljust(4), Style(dim=True))]


class Shelf(App[None]):
    """Nothing but a list."""

    def __init__(self, numbers: Numbers) -> None:
        self.glass = Glass(COLUMNS, ROWS)
        super().__init__(driver_class=driver_of(self.glass), ansi_color=True)
        self.numbers = numbers

    def compose(self) -> ComposeResult:
        yield NumberList(self.numbers)

    @property
    def rows(self) -> NumberList:
        return self.query_one(NumberList)

    async def on_mount(self) -> None:
        self.theme = "ansi-dark"
        self.rows.focus()
        await self.rows.show(self.numbers)

    def seen(self) -> list[int]:
        """The numbers on the glass."""
        return [int(line.split()[0]) for line in self.glass.lines if line.strip()]


@pytest.fixture
async def shelf():
    """Opens a list: `async with shelf(numbers) as (app, pilot): ...`."""

    def open_shelf(numbers: Numbers):
        return Shelf(numbers).run_test(headless=False, size=(COLUMNS, ROWS))

    return open_shelf


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("seed", range(4))
async def test_a_random_walk_shows_the_right_rows(shelf, descending, seed):
    chance = random.Random(seed)
    numbers = Numbers({2 * n for n in range(chance.choice([5, 40, 5_000]))}, descending=descending)
    async with shelf(numbers) as pilot:
        app, rows = pilot.app, pilot.app.rows
        for _ in range(60):
            place, seen = rows.row.place, app.seen()
            match chance.randrange(8):
                case 0:
                    await rows.first()
                    expected = 0
                case 1:
                    await rows.last()
                    expected = len(numbers.places) - 1
                case 2:
                    by = chance.choice([-2, -1, -0.5, 0.5, 1, 2])
                    expected = numbers.inorder.index(place) + round(by * ROWS)
                    await rows.move_pages(by)
                case 3:
                    expected = chance.randrange(len(numbers.places))
                    await rows.move_to(expected)
                case 4:
                    fresh = chance.randrange(-1, 2 * len(numbers.places)) | 1
                    numbers.places.add(fresh)
                    await rows.admit([Numbered(fresh)])
                    expected = numbers.inorder.index(place)
                case 5:
                    await rows.reload()
                    expected = numbers.inorder.index(place)
                case _:
                    by = chance.choice([-5, -1, 1, 1, 1, 5])
                    expected = numbers.inorder.index(place) + by
                    await rows.move(by)
            await pilot.pause(0)
            expected = max(0, min(expected, len(numbers.places) - 1))
            top = round(rows.scroll_y)
            assert rows.row.place == numbers.inorder[expected]
            assert rows.total.rows == len(numbers.places)
            assert app.seen() == numbers.inorder[top : top + ROWS]
            assert top <= expected < top + ROWS
            reverse = [line for line, cells in app.glass.rows if cells[0].reverse]
            assert [int(line.split()[0]) for line in reverse] == [rows.row.place], seen


@pytest.mark.parametrize("descending", [False, True])
async def test_what_is_on_screen_stays_while_rows_come_in_around_it(shelf, descending):
    numbers = Numbers({2 * n for n in range(500)}, descending=descending)
    async with shelf(numbers) as pilot:
        app, rows = pilot.app, pilot.app.rows
        await rows.move_to(250)
        await rows.move(-3)
        await pilot.pause(0)
        seen, place = app.seen(), rows.row.place
        for fresh in (-1, 1_001, min(seen) - 51, max(seen) + 51, 3, 997):
            numbers.places.add(fresh)
            await rows.admit([Numbered(fresh)])
            await pilot.pause(0)
            assert (app.seen(), rows.row.place) == (seen, place)
            assert rows.total.rows == len(numbers.places)

        among_them = seen[4] + 1
        numbers.places.add(among_them)
        await rows.admit([Numbered(among_them)])
        await pilot.pause(0)
        assert among_them in app.seen()
        assert rows.row.place == place


async def test_a_changed_row_is_redrawn_where_it_stands(shelf):
    async with shelf(Numbers(set(range(100)))) as pilot:
        app, rows = pilot.app, pilot.app.rows
        await rows.move(3)
        rows.replace([Numbered(3, version=7), Numbered(5, version=8), Numbered(90, version=9)])
        await pilot.pause(0)
        assert [line.split() for line in app.glass.lines[2:6]] == [["2", "v0"], ["3", "v7"], ["4", "v0"], ["5", "v8"]]
        assert rows.row == Numbered(3, version=7)


async def test_the_first_row_of_an_empty_list_is_shown(shelf):
    numbers = Numbers(set())
    async with shelf(numbers) as pilot:
        app, rows = pilot.app, pilot.app.rows
        assert rows.row is None
        for movement in (rows.first, rows.last):
            await movement()
        await rows.move(1)
        await rows.move_pages(1)
        await rows.reload()
        assert app.seen() == []
        numbers.places.add(7)
        await rows.admit([Numbered(7)])
        await pilot.pause(0)
        assert (app.seen(), rows.row) == ([7], Numbered(7))


async def test_a_list_that_loses_its_rows_is_read_again(shelf):
    numbers = Numbers(set(range(100)))
    async with shelf(numbers) as pilot:
        app, rows = pilot.app, pilot.app.rows
        await rows.last()
        numbers.places -= set(range(50, 100))
        await rows.reload_at(numbers, Numbered(40))
        await pilot.pause(0)
        assert rows.row.place == 40
        assert rows.total.rows == 50
        top = round(rows.scroll_y)
        assert app.seen() == numbers.inorder[top : top + ROWS]


async def test_memory_is_bounded(shelf):
    numbers = Numbers(set(range(100_000)))
    async with shelf(numbers) as pilot:
        rows = pilot.app.rows
        most = 0
        for _ in range(150):
            await rows.move(500)
            most = max(most, len(rows.loaded))
        assert rows.row.place == 75_000
        assert most < 5_000


async def test_a_step_sends_two_lines_and_a_standstill_none(shelf):
    async with shelf(Numbers(set(range(100)))) as pilot:
        app, rows = pilot.app, pilot.app.rows
        await pilot.pause(0)
        before = len(app.glass.received)
        await rows.move(1)
        await pilot.pause(0)
        step = bytes(app.glass.received[before:])
        assert len(step) < 200
        before = len(app.glass.received)
        rows.redraw()
        await rows.move(0)
        await pilot.pause(0)
        assert bytes(app.glass.received[before:]) == b""


async def test_a_list_may_begin_at_its_end_and_grow_there_by_a_line(shelf):
    numbers = Numbers(set(range(5_000)))
    async with shelf(numbers) as pilot:
        app, rows = pilot.app, pilot.app.rows
        await rows.show_end(numbers)
        await comes_true(pilot, lambda: app.seen() == list(range(5_000 - ROWS, 5_000)))
        assert (rows.cursor, rows.row.place) == (4_999, 4_999)
        await rows.move_to(0)
        await rows.show(Numbers(few := set(range(4))))
        await comes_true(pilot, lambda: app.seen() == [0, 1, 2, 3])
        few |= {4}
        await rows.show(Numbers(few))
        await pilot.pause(0)
        before = len(app.glass.received)
        few |= {5}
        await rows.reload_at(Numbers(few), rows.row)
        await comes_true(pilot, lambda: app.seen() == [0, 1, 2, 3, 4, 5])
        assert len(app.glass.received) - before < 100


async def test_another_size_shows_the_cursor_still(shelf):
    async with shelf(Numbers(set(range(100)))) as pilot:
        app, rows = pilot.app, pilot.app.rows
        await rows.move_to(50)
        for columns, height in ((COLUMNS, 5), (20, 30), (60, 12)):
            app.glass.resize(columns, height)
            await pilot.resize_terminal(columns, height)

            def is_shown(height: int = height) -> bool:
                top = round(rows.scroll_y)
                return app.seen() == list(range(top, top + height)) and 50 in app.seen()

            await comes_true(pilot, is_shown)


@pytest.mark.parametrize("many", [10, 17, 100])
async def test_a_taller_list_is_filled_with_rows_to_its_end(shelf, many):
    async with shelf(Numbers(set(range(many)))) as pilot:
        app, rows = pilot.app, pilot.app.rows
        await rows.last()
        for height in (5, 12, 4, 20, 3, 60):
            app.glass.resize(COLUMNS, height)
            await pilot.resize_terminal(COLUMNS, height)
            await comes_true(pilot, lambda height=height: app.seen() == list(range(many))[-height:])
            assert rows.row.place == many - 1


async def test_a_taller_list_keeps_its_top_where_there_are_rows_to_fill_it(shelf):
    async with shelf(Numbers(set(range(100_000)))) as pilot:
        app, rows = pilot.app, pilot.app.rows

        def from_top(height: int) -> list[int]:
            return list(range(rows.scroll_offset.y, rows.scroll_offset.y + height))

        await rows.move_to(50_000)
        for height in (5, 12, 4, 40):
            app.glass.resize(COLUMNS, height)
            await pilot.resize_terminal(COLUMNS, height)
            await comes_true(pilot, lambda height=height: app.seen() == from_top(height))
        top = rows.scroll_offset.y
        app.glass.resize(COLUMNS, 60)
        await pilot.resize_terminal(COLUMNS, 60)
        await comes_true(pilot, lambda: app.seen() == list(range(top, top + 60)))


async def test_another_size_while_the_end_is_read_shows_the_end(shelf):
    async with shelf(Numbers(set(range(3)))) as pilot:
        app, rows = pilot.app, pilot.app.rows
        numbers = SlowNumbers(set(range(500)))
        reading = asyncio.create_task(rows.show_end(numbers))
        await numbers.asked.wait()
        app.glass.resize(COLUMNS, 8)
        app.post_message(events.Resize(Size(COLUMNS, 8), Size(COLUMNS, 8)))
        async with asyncio.timeout(30):
            while rows.size.height != 8:
                await asyncio.sleep(0.01)
        numbers.answers.set()
        await reading
        await comes_true(pilot, lambda: app.seen() == list(range(492, 500)))


async def test_what_is_listed_stays_until_something_else_has_been_read(shelf):
    async with shelf(Numbers(set(range(3)))) as pilot:
        rows = pilot.app.rows
        numbers = SlowNumbers(set(range(500)))
        for show in (rows.show, rows.show_end, lambda source: rows.reload_at(source, Numbered(7))):
            before = rows.render_line(0).text
            numbers.asked.clear()
            numbers.answers.clear()
            reading = asyncio.create_task(show(numbers))
            await numbers.asked.wait()
            assert before.strip()
            assert rows.render_line(0).text == before
            numbers.answers.set()
            await reading


async def test_the_wheel_scrolls_and_the_mouse_chooses(shelf):
    async with shelf(Numbers(set(range(1_000)))) as pilot:
        app, rows = pilot.app, pilot.app.rows
        for _ in range(10):
            rows.post_message(wheel_down())
            await pilot.pause(0)
        await pilot.pause(0)
        assert app.seen() == list(range(30, 30 + ROWS))
        assert rows.cursor == 0
        await pilot.click(NumberList, offset=(1, 4))
        assert rows.row.place == 34
