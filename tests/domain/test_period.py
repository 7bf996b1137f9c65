"""Bounds of a period as people type them."""

from datetime import UTC, datetime, timedelta

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.period import parse_bound

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DAY = datetime(2026, 11, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "begins", "ends"),
    [
        ("2026-11-18", DAY, DAY + timedelta(days=1)),
        (" 2026-11-18 ", DAY, DAY + timedelta(days=1)),
        ("2026/11/18", DAY, DAY + timedelta(days=1)),
        ("18 Nov 2026", DAY, DAY + timedelta(days=1)),
        ("20261118", DAY, DAY + timedelta(days=1)),
        ("2026-11-18T10:15", DAY + timedelta(hours=10, minutes=15), DAY + timedelta(hours=10, minutes=15)),
        ("2026-11-18T01:00+01:00", DAY, DAY),
        ("2d", NOW - timedelta(days=2), NOW - timedelta(days=2)),
        ("90M", NOW - timedelta(minutes=90), NOW - timedelta(minutes=90)),
        ("1 w", NOW - timedelta(weeks=1), NOW - timedelta(weeks=1)),
    ],
)
def test_a_bound_is_a_date_a_time_or_an_age(typed, begins, ends):
    assert parse_bound("since", typed, NOW) == begins
    assert parse_bound("until", typed, NOW, is_end=True) == ends


@pytest.mark.parametrize(
    "typed", ["", "yesterday", "2026-13-01", "2026-02-30", "d", "2y", "99999d", "1.5h", "-2d", "\0"]
)
def test_anything_else_is_refused_with_what_is_allowed(typed):
    with pytest.raises(InvalidValue, match="^since: .*it can be a date"):
        parse_bound("since", typed, NOW)
