"""Digests are due by the wall clock of the desk's zone, whatever the season does to it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.mail.digest_time import last_due, next_due
from supportdesk.domain.preference import Frequency

BERLIN = ZoneInfo("Europe/Berlin")
DAILY, WEEKLY = Frequency.DAILY, Frequency.WEEKLY


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("frequency", "at", "last", "following"),
    [
        (DAILY, "2026-11-20T06:59", "2026-11-19T07:00", "2026-11-20T07:00"),
        (DAILY, "2026-11-20T07:00", "2026-11-20T07:00", "2026-11-21T07:00"),
        (DAILY, "2026-03-28T12:00", "2026-03-28T07:00", "2026-03-29T06:00"),
        (DAILY, "2026-10-25T06:59", "2026-10-24T06:00", "2026-10-25T07:00"),
        (WEEKLY, "2026-11-23T06:59", "2026-11-16T07:00", "2026-11-23T07:00"),
        (WEEKLY, "2026-11-23T07:00", "2026-11-23T07:00", "2026-11-30T07:00"),
        (WEEKLY, "2026-10-25T23:30", "2026-10-19T06:00", "2026-10-26T07:00"),
    ],
)
def test_digests_are_due_at_eight_in_berlin(frequency, at, last, following):
    assert last_due(frequency, utc(at), 8, 0, BERLIN) == utc(last)
    assert next_due(frequency, utc(at), 8, 0, BERLIN) == utc(following)


@given(
    at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    frequency=st.sampled_from([DAILY, WEEKLY]),
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    zone=st.sampled_from(["Europe/Berlin", "America/St_Johns", "Pacific/Auckland", "UTC", "Asia/Kathmandu"]),
)
def test_every_moment_lies_between_two_digests(at, frequency, hour, weekday, zone):
    schedule = (hour, weekday, ZoneInfo(zone))
    last, following = last_due(frequency, at, *schedule), next_due(frequency, at, *schedule)
    assert last <= at < following
    days = 7 if frequency is WEEKLY else 1
    assert abs(following - last - timedelta(days=days)) <= timedelta(hours=1)
    assert last_due(frequency, following, *schedule) == following
    if frequency is WEEKLY:
        assert following.astimezone(schedule[2]).weekday() == weekday


def test_without_a_zone_it_is_the_machines(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        assert next_due(DAILY, utc("2026-11-20T00:00"), 8, 0, None) == utc("2026-11-20T02:15")
    finally:
        monkeypatch.undo()
        time.tzset()
