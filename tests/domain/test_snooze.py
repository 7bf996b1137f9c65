"""Until when a ticket is snoozed, as people write it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.snooze import parse_snooze
from tests.hostile import HOSTILE_STRINGS

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("2h", "2026-11-20T11:30+00:00"),
        ("in 30 minutes", "2026-11-20T10:00+00:00"),
        ("3d", "2026-11-23T09:30+00:00"),
        ("1 w", "2026-11-27T09:30+00:00"),
        ("Tomorrow", "2026-11-21T08:00+00:00"),
        ("tomorrow at 3 pm", "2026-11-21T14:00+00:00"),
        ("today 17:00", "2026-11-20T16:00+00:00"),
        ("17:30", "2026-11-20T16:30+00:00"),
        ("8:00", "2026-11-21T07:00+00:00"),
        ("monday", "2026-11-23T08:00+00:00"),
        ("friday 9:00", "2026-11-27T08:00+00:00"),
        ("next tue 12am", "2026-11-23T23:00+00:00"),
        ("2026-12-01", "2026-12-01T08:00+00:00"),
        ("2026-12-01 14:15", "2026-12-01T13:15+00:00"),
        ("2026-12-01T14:15", "2026-12-01T13:15+00:00"),
        ("2026-12-01T14:15:00Z", "2026-12-01T14:15+00:00"),
        ("2026-12-01T14:15:00+05:30", "2026-12-01T08:45+00:00"),
        ("2027-06-01", "2027-06-01T07:00+00:00"),
    ],
)
def test_a_time_is_read_as_people_write_it(typed, until):
    assert parse_snooze(typed, NOW, BERLIN) == datetime.fromisoformat(until)


@pytest.mark.parametrize("typed", ["today 8:00", "2026-11-19", "0h", "2026-11-20T09:30Z"])
def test_the_past_is_refused(typed):
    with pytest.raises(InvalidValue, match="not in the future"):
        parse_snooze(typed, NOW, BERLIN)


@pytest.mark.parametrize("typed", ["400d", "9999w", "2028-01-01", "9998-01-01T00:00Z"])
def test_more_than_a_year_is_refused(typed):
    with pytest.raises(InvalidValue, match="up to a year"):
        parse_snooze(typed, NOW, BERLIN)


@pytest.mark.parametrize(
    "typed", ["", "soon", "25:00", "monday 13 pm", "12", "2026-02-30", "mon day", *HOSTILE_STRINGS]
)
def test_anything_else_is_refused_in_a_sentence(typed):
    with pytest.raises(InvalidValue) as caught:
        parse_snooze(typed, NOW)
    assert "\n" not in caught.value.message


def test_without_a_zone_it_is_the_machines_own():
    assert parse_snooze("tomorrow", NOW).astimezone().hour == 9
    assert parse_snooze("2h", NOW) - NOW == timedelta(hours=2)
