"""A list that is all at hand: read like one from the disk, in any pieces, from either end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.page import END, START, Seek
from supportdesk.tui.widgets.list_source import ListSource
from supportdesk.tui.widgets.row_window import RowWindow

lists = st.lists(st.text(max_size=3), unique=True, max_size=30)


def source_of(rows):
    return ListSource(rows, lambda row: row)


@given(rows=lists, limit=st.integers(1, 7))
async def test_pages_from_either_end_give_every_row_once_in_order(rows, limit):
    source = source_of(rows)
    assert (await source.count()).rows == len(rows)
    forwards, seek = [], START
    while page := await source.page(seek, limit):
        forwards += page
        seek = Seek(source.key(page[-1]))
    backwards, seek = [], END
    while page := await source.page(seek, limit):
        backwards[:0] = page
        seek = Seek(source.key(page[0]), backwards=True)
    assert forwards == backwards == rows


@given(rows=lists, skip=st.integers(0, 40), limit=st.integers(1, 7))
async def test_rows_can_be_passed_over(rows, skip, limit):
    source = source_of(rows)
    assert list(await source.page(Seek(skip=skip), limit)) == rows[skip : skip + limit]
    rest = rows[: max(0, len(rows) - skip)]
    assert list(await source.page(Seek(backwards=True, skip=skip), limit)) == rest[-limit:]


@given(rows=lists)
async def test_each_row_stands_where_it_was_given(rows):
    source = source_of(rows)
    assert [await source.position(source.key(row)) for row in rows] == list(range(len(rows)))


async def test_what_is_not_listed_stands_behind_all_of_it():
    source = source_of(["b", "a"])
    assert await source.position(source.key("unknown")) == 2


@pytest.mark.parametrize("place", [0, 7, 199])
async def test_a_window_opens_at_any_row(place):
    rows = [f"row {n}" for n in range(200)]
    window = RowWindow(source_of(rows))
    assert await window.open_at(rows[place], 10) == place
    await window.ensure(0, 200, 10)
    assert (window.total.rows, window.at(place)) == (200, rows[place])
