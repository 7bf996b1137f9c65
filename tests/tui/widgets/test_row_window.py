"""The window over a long list: right rows at right positions, whatever is read and whoever changes it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain.page import Count
from supportdesk.tui.widgets.row_window import CHUNKS_KEPT, NEAR, RowWindow
from tests.tui.widgets.numbers import Numbered, Numbers

CHUNK = 10
ROWS = 3_000
walks = st.lists(
    st.one_of(
        st.tuples(st.just("go"), st.integers(0, ROWS)),
        st.tuples(st.just("step"), st.integers(-2 * CHUNK, 2 * CHUNK)),
        st.tuples(st.just("file"), st.integers(-1, 2 * ROWS)),
    ),
    max_size=40,
)


def places(window: RowWindow[Numbered]) -> list[int]:
    return [row.place for row in window.rows]


@pytest.mark.parametrize("descending", [False, True])
@settings(deadline=None)
@given(size=st.sampled_from([0, 1, CHUNK, 3 * CHUNK, ROWS]), walk=walks)
async def test_rows_stand_where_they_are_in_the_list(descending, size, walk):
    numbers = Numbers({2 * n for n in range(size)}, descending=descending)
    window = RowWindow(numbers)
    await window.open(CHUNK)
    here = 0
    for what, value in walk:
        if what == "file":
            # Odd places are free at first; what is filed is let in at once.
            if value | 1 in numbers.places:
                continue
            numbers.places.add(value | 1)
            before = window.at(here)
            positions, correction = await window.admit([Numbered(value | 1)])
            for position in positions:
                here += position <= here and before is not None
            here += correction
            assert window.at(here) == before or before is None
        else:
            here = max(0, min(value if what == "go" else here + value, window.total.rows - 1))
            here += await window.ensure(here - CHUNK, here + CHUNK, CHUNK)
            assert window.start <= max(0, here - CHUNK)
            assert window.end >= min(window.total.rows, here + CHUNK)
        assert window.total == Count(len(numbers.places))
        assert places(window) == numbers.inorder[window.start : window.end]
        assert len(window.rows) <= 2 * CHUNKS_KEPT * CHUNK + NEAR


@pytest.mark.parametrize("descending", [False, True])
@settings(deadline=None)
@given(data=st.data())
async def test_a_row_that_one_goes_to_by_name_is_in_the_middle(descending, data):
    numbers = Numbers({2 * n for n in range(500)}, descending=descending)
    place = data.draw(st.integers(0, 499)) * 2
    window = RowWindow(numbers)
    position = await window.open_at(Numbered(place), CHUNK)
    assert numbers.inorder[position] == place
    assert window.at(position) == Numbered(place)
    assert places(window) == numbers.inorder[window.start : window.end]
    assert window.start == max(0, position - CHUNK)
    assert window.end == min(500, position + 1 + CHUNK)


@pytest.mark.parametrize("descending", [False, True])
@settings(deadline=None)
@given(gone=st.sets(st.integers(0, 599), max_size=300), start=st.integers(0, 599), steps=st.integers(1, 30))
async def test_rows_that_vanish_elsewhere_move_no_row_that_is_here(descending, gone, start, steps):
    """Rows far away leave the list unnoticed; walking up to the first row corrects all positions."""
    numbers = Numbers(set(range(600)), descending=descending)
    window = RowWindow(numbers)
    await window.open(CHUNK)
    await window.ensure(start - CHUNK, start + CHUNK, CHUNK)
    numbers.places -= gone - set(places(window))
    here = start
    for _ in range(steps):
        row = window.at(here)
        here += await window.ensure(here - 2 * CHUNK, here + CHUNK, CHUNK)
        assert window.at(here) == row
        assert places(window) == sorted(set(places(window)), reverse=descending)
        assert window.start >= 0
        here = max(window.start, here - CHUNK)
    if window.start == 0:
        # Only what was read before it vanished may stand before the first row there is.
        assert places(window)[0] == numbers.inorder[0]


async def test_a_changed_row_keeps_its_place():
    window = RowWindow(Numbers(set(range(100))))
    await window.open(CHUNK)
    assert window.replace([Numbered(3, version=2), Numbered(70, version=2)]) == [3]
    assert window.at(3) == Numbered(3, version=2)
    assert window.at(4) == Numbered(4)


async def test_a_row_that_is_here_already_is_not_let_in_twice():
    window = RowWindow(Numbers(set(range(100))))
    await window.open(CHUNK)
    assert await window.admit([Numbered(3)]) == ([], 0)
    assert places(window) == list(range(CHUNK))


async def test_a_row_that_only_moved_about_above_is_not_counted_again():
    window = RowWindow(Numbers(set(range(300))))
    await window.open(CHUNK)
    await window.ensure(290, 300, CHUNK)
    before = window.start
    assert await window.admit([Numbered(5)]) == ([], 0)
    assert window.start == before
    assert window.total == Count(300)


class Renamed(Numbers):
    """Rows that a version names, wherever they are."""

    def identity(self, row: Numbered) -> int:
        return row.version or row.place


@pytest.mark.parametrize("descending", [False, True])
async def test_a_row_that_belongs_above_by_now_but_keeps_its_place_is_counted_once(descending):
    numbers = Renamed(set(range(300)), descending=descending)
    window = RowWindow(numbers)
    await window.open(CHUNK)
    await window.ensure(290, 300, CHUNK)
    here = window.at(295).place
    above = 1_000 if descending else -1
    numbers.places = numbers.places - {here} | {above}
    moved = Numbered(above, version=here)
    window.replace([moved])
    assert await window.admit([moved]) == ([], 0)
    assert window.total == Count(300)
    assert window.at(295) == moved


async def test_a_list_that_is_not_counted_to_its_end_goes_on_as_far_as_was_counted():
    numbers = Numbers(set(range(100)), capped=True)
    window = RowWindow(numbers)
    await window.open(CHUNK)
    assert str(window.total) == "100+"
    await window.ensure(80, 100, CHUNK)
    assert places(window) == numbers.inorder[window.start : window.end]
    assert window.end == 100
