"""Plots of experiments, as the characters that a terminal gets."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from rich.cells import cell_len

from supportdesk.domain.experiments.analysis import Analysis
from supportdesk.domain.experiments.experiment import Phase
from supportdesk.domain.experiments.metric import Metric
from supportdesk.services.experiments.analysis.chart import Role, axis
from supportdesk.services.experiments.analysis.charts import bands, beliefs, intervals, over_time
from supportdesk.services.experiments.analysis.figures import Figures, typed, with_days
from supportdesk.services.experiments.analysis.report import analyse
from supportdesk.stats import Mean
from supportdesk.storage.experiments.daily import NO_VALUES, Day
from supportdesk.tui.experiments.plots import plots

NAMES = ("long", "short", "shorter")


def of_days(*arms: list[tuple[int, int]], first: int = 1) -> Analysis:
    """Return the analysis of an experiment whose arms had (users, conversions) a day."""
    days = tuple(
        Day(f"2026-03-{first + day:02}", 1, arm, users, 0, (converted,), (NO_VALUES,))
        for day in range(len(arms[0]))
        for arm, (users, converted) in enumerate(each[day] for each in arms)
    )
    empty = Figures(
        variants=NAMES[: len(arms)],
        metrics=(Metric(("ticket_submitted",)),),
        confidence_level=0.95,
        planned=100,
        minimum_days=7,
        phases=(Phase(1, (1 / len(arms),) * len(arms), None),),
        users=(),
        samples=(),
    )
    return analyse(with_days(empty, days))


@pytest.fixture
def week() -> Analysis:
    draw = random.Random(5)
    return of_days(*([(50, sum(draw.random() < rate for _ in range(50))) for _ in range(7)] for rate in (0.12, 0.2)))


@pytest.mark.parametrize(("width", "height"), [(77, 15), (58, 11), (117, 22), (10, 3)])
def test_every_plot_fills_the_room_it_is_given_and_no_more(week, width, height):
    lines = plots(week, width, height)
    drawn_height = max(height, 8)
    assert len(lines) == 4 * drawn_height
    assert all(cell_len(line.plain) <= max(width, 30) for line in lines)


def test_variants_differ_by_marker_and_are_named(week):
    lines = [line.plain for line in plots(week, 77, 15)]
    for first in (0, 15, 45):
        assert lines[first + 1].startswith("○ long")
        assert "● short" in lines[first + 1]
        drawn = "".join(lines[first + 2 : first + 15])
        assert "○" in drawn
        assert "●" in drawn
    assert "╌ no difference" in lines[31]
    assert "╌╌╌" in "".join(lines[32:45])


def test_ticks_stand_at_even_distances(week):
    for width, height in ((77, 15), (58, 11), (117, 26), (196, 40)):
        rows = [place for place, line in enumerate(plots(week, width, height)[2:height]) if "┤" in line.plain]
        assert len({after - before for before, after in pairwise(rows)}) == 1


@pytest.mark.parametrize(("low", "high"), [(9.3, 23.1), (0, 1), (-0.004, 0.011), (1e-9, 2e-9), (1e9, 1e12), (-3, 3)])
@pytest.mark.parametrize("rows", [0, 3, 10, 17, 40])
def test_axes_end_at_even_ticks_around_all_values(low, high, rows):
    limits, ticks, used = axis(low, high, rows)
    assert limits == (min(ticks), max(ticks))
    assert limits[0] <= low + 1e-12
    assert limits[1] >= high - 1e-12
    assert used <= rows
    assert len({*ticks.values()}) == len(ticks) >= 2
    assert not rows or (used - 1) % (len(ticks) - 1) == 0
    assert not rows or used > rows / 2


def test_a_band_is_drawn_to_its_ends_with_the_zero_line(week):
    chart = bands(week)[0]
    last = week.series[-1].arms[1]
    ends = [curve.y[-1] for curve in chart.curves if curve.role is Role.EDGE]
    assert ends == [pytest.approx(100 * last.lower), pytest.approx(100 * last.upper)]
    assert chart.y_limits[0] <= ends[0] < ends[1] <= chart.y_limits[1]
    assert chart.y_limits[0] <= 0 <= chart.y_limits[1]
    assert any(curve.role is Role.ZERO for curve in chart.curves)


def test_conversion_over_time_is_of_all_users_so_far():
    chart = over_time(of_days([(10, 1), (10, 3)], [(10, 5), (30, 5)]))[0]
    assert {curve.arm: list(curve.y) for curve in chart.curves} == {0: [10.0, 20.0], 1: [50.0, 25.0]}
    assert list(chart.x_ticks.values()) == ["03-01", "03-02"]


def test_days_without_anybody_leave_a_gap(week):
    gapped = replace(week, series=(week.series[0], replace(week.series[6], day="2026-03-31")))
    chart = over_time(gapped)[0]
    assert list(chart.curves[0].x) == [1, 31]
    assert list(chart.x_ticks.values())[-1] == "03-31"


def test_intervals_are_those_of_the_analysis(week):
    chart = intervals(week)[0]
    arm = week.target.variants[1]
    reach, point = chart.curves[2:]
    assert list(reach.x) == [100 * arm.lower, 100 * arm.upper]
    assert list(point.x) == [100 * arm.value]
    assert set(chart.y_ticks.values()) == {"long", "short"}


def test_beliefs_are_densities(week):
    for curve in beliefs(week)[0].curves:
        step = (curve.x[1] - curve.x[0]) / 100
        assert step * sum(curve.y) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    "arms",
    [
        ([(1, 0)], [(1, 0)]),
        ([(1, 1)], [(1, 1)]),
        ([(40, 0)], [(40, 40)]),
        ([(5, 1)], [(0, 0)]),
        ([(1_000_000, 130_000)], [(1_000_000, 131_000)]),
        ([(9, 1)] * 28, [(9, 2)] * 28, [(9, 0)] * 28),
    ],
)
def test_the_edges_of_data_are_drawn_too(arms):
    text = "\n".join(line.plain for line in plots(of_days(*arms), 77, 15))
    assert "nan" not in text
    assert "inf" not in text.replace("infinite", "")
    assert "each variant with its" in text


def test_names_of_any_width_stay_within_the_room(week):
    target = week.target
    arms = [
        replace(arm, variant=name)
        for arm, name in zip(target.variants, ("日本語の切符をもう一枚", "[/b]"), strict=True)
    ]
    lines = plots(replace(week, metrics=(replace(target, variants=tuple(arms)),)), 77, 15)
    assert all(cell_len(line.plain) <= 77 for line in lines)
    assert any("日本語の" in line.plain and "┤" in line.plain for line in lines)
    assert any("[/b]" in line.plain for line in lines)


def test_nobody_at_all_is_said():
    nobody = of_days([(0, 0)], [(0, 0)])
    assert plots(replace(nobody, series=()), 77, 15)


def test_means_have_intervals_and_beliefs_without_days():
    figures = typed((Mean(50, 10.0, 4.0), Mean(60, 11.0, 4.0)), 0.9, (0.5, 0.5))
    lines = [line.plain for line in plots(analyse(figures), 77, 15)]
    assert [line for line in lines if line.startswith("value")] == [
        "value: each variant with its 90 % interval",
        "value: how probable each mean is",
    ]
