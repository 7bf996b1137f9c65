"""Aligned tables, whatever characters the cells hold and however narrow the terminal is."""

import pytest

from supportdesk.cli.io.table import HUES, aligned, cells, clipped
from supportdesk.domain.experiments.experiment import ExperimentStatus
from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.domain.ticket import Priority, Status
from supportdesk.services.experiments.analysis.health import BLOCKED, OK, WARNING
from supportdesk.services.experiments.checklist import REFUSED

HEADINGS = ("NUMBER", "STATUS", "TITLE")
ROWS = [("#1", "new", "Cannot log in"), ("#12345", "in-progress", "日本語のチケット 🌿 ok"), ("#3", "resolved", "")]


def test_columns_stand_below_each_other():
    assert aligned(HEADINGS, ROWS, width=None, colour=False).split("\n") == [
        "NUMBER  STATUS       TITLE",
        "#1      new          Cannot log in",
        "#12345  in-progress  日本語のチケット 🌿 ok",
        "#3      resolved",
    ]


@pytest.mark.parametrize("text", ["plain", "日本語", "🌿🌿", "e\u0301e\u0301", "👩‍🌾 ok", "مرحباً"])
def test_a_column_is_as_wide_as_its_widest_text_looks(text):
    lines = aligned(("A", "B"), [(text, "x"), ("y", "z")], width=None, colour=False).split("\n")
    before = [line[: -len(end)] for line, end in zip(lines, "Bxz", strict=True)]
    assert {cells(part) for part in before} == {cells(text) + 2}


@pytest.mark.parametrize("width", [1, 5, 10, 20, 27, 40, 79, 80, 200])
def test_no_line_is_wider_than_the_terminal(width):
    rows = [*ROWS, ("#4", "new", "x" * 500), ("#5", "new", "日" * 300)]
    columns = len(HEADINGS)
    for line in aligned(HEADINGS, rows, width=width, colour=False).split("\n"):
        assert cells(line) <= max(width, columns + 2 * (columns - 1))


def test_the_free_text_at_the_end_gives_way_before_the_rest():
    table = aligned(HEADINGS, [("#12345", "in-progress", "a long title that does not fit")], width=34, colour=False)
    assert table.split("\n")[1] == "#12345  in-progress  a long title…"


@pytest.mark.parametrize(
    ("text", "size", "shown"),
    [
        ("plain", 5, "plain"),
        ("plain", 4, "pla…"),
        ("plain", 1, "…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("", 0, ""),
    ],
)
def test_a_cut_text_ends_in_an_ellipsis(text, size, shown):
    assert clipped(text, size) == shown


def test_colour_repeats_a_word_and_moves_nothing():
    plain = aligned(HEADINGS, ROWS, width=None, colour=False)
    coloured = aligned(HEADINGS, ROWS, width=None, colour=True)
    assert "\x1b[" not in plain
    assert "\x1b[33mnew\x1b[0m          Cannot" in coloured


def test_every_hue_is_that_of_a_word_of_the_desk():
    checks = {OK, WARNING, BLOCKED, REFUSED}
    waiting = {"pending (daily)", "pending (weekly)"}
    assert set(HUES) < {*waiting, *Status, *Priority, *DeliveryStatus, *ExperimentStatus, *checks}


def test_in_a_pipe_a_long_cell_is_whole_and_widens_its_own_row_only():
    lines = aligned(("ABOUT", "WHAT"), [("x" * 500, "long"), ("short", "brief")], width=None, colour=False).split("\n")
    assert lines[1] == "x" * 500 + "  long"
    assert [len(line) for line in lines[::2]] == [66, 67]
