"""Times in queries."""

from datetime import UTC, datetime

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.query.times import age_bounds, bounds

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def at(month, day, hour=0, minute=0, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2026-11-22", at(11, 22), at(11, 23)),
        ("2026-11", at(11, 1), at(12, 1)),
        ("2026-12", at(12, 1), at(1, 1, year=2027)),
        ("2026", at(1, 1), at(1, 1, year=2027)),
        ("today", at(11, 20), at(11, 21)),
        ("yesterday", at(11, 19), at(11, 20)),
        ("2026-11-01..2026-11-15", at(11, 1), at(11, 16)),
        ("..2026-10", None, at(11, 1)),
        ("2026-11-19..", at(11, 19), None),
        ("7d..2d", at(11, 13, 9, 30), at(11, 18, 9, 30)),
        (">2026-10", at(11, 1), None),
        (">=2026-10", at(10, 1), None),
        ("<2026-10", None, at(10, 1)),
        ("<=2026-10", None, at(11, 1)),
        (">2d", None, at(11, 18, 9, 30)),
        ("<1h", at(11, 20, 8, 30), None),
        ("2026-11-20t08:00..", at(11, 20, 8), None),
        ("22.11.2026", at(11, 22), at(11, 23)),
        ("22 nov 2026", at(11, 22), at(11, 23)),
        ("2026-11-01..2026/11/15", at(11, 1), at(11, 16)),
        (">2026/11/22", at(11, 23), None),
    ],
)
def test_a_time_means_a_period(text, since, until):
    assert bounds("created", text, NOW) == (since, until)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        (">2d", None, at(11, 18, 9, 30)),
        ("<30m", at(11, 20, 9), None),
        ("1d..3d", at(11, 17, 9, 30), at(11, 19, 9, 30)),
    ],
)
def test_an_age_means_when_something_was_made(text, since, until):
    assert age_bounds("age", text, NOW) == (since, until)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (bounds, "2026-11-15..2026-11-01"),
        (bounds, "2026-11..2026-10"),
        (bounds, "2d..7d"),
        (bounds, "today..yesterday"),
        (bounds, "2026-11-20t08:00..2026-11-20t08:00"),
        (age_bounds, "3d..1d"),
        (age_bounds, "1d..24h"),
    ],
)
def test_a_range_that_ends_before_it_begins_is_refused(read, text):
    with pytest.raises(InvalidValue, match="a range begins with"):
        read("created", text, NOW)
