"""Times are kept in UTC with milliseconds, sort as text, and are shown on the agent's clock."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.moment import age, from_text, local, now, to_text
from supportdesk.domain.time_formats import parse_time

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1000, 1, 2), datetime(9998, 12, 30), timezones=ZONES)


def cut(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@given(MOMENTS, MOMENTS)
def test_stored_times_come_back_and_sort_as_text(one, other):
    first, second = to_text(one), to_text(other)
    assert len(first) == len("2026-11-22T10:15:30.123Z")
    assert from_text(first) == cut(one)
    assert to_text(from_text(first)) == first
    assert (first < second) == (cut(one) < cut(other))


@given(MOMENTS, ZONES)
def test_a_time_from_outside_is_the_same_moment_in_any_zone(moment, zone):
    assert parse_time("at", f" {moment.isoformat()} ") == cut(moment)
    assert parse_time("at", moment.astimezone(zone).isoformat()) == cut(moment)
    assert local(from_text(to_text(moment)), zone) == moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def test_a_time_without_a_zone_is_utc():
    assert parse_time("at", "2026-11-22 12:00") == parse_time("at", "2026-11-22T13:00+01:00") == NOON
    assert parse_time("at", "2026-11-22") == NOON - timedelta(hours=12)
    assert from_text("2026-11-22 12:00:00") == NOON


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-13-01", "2026-02-30", "2026-11-22T25:00", "2026-11-22T10:15:30Zulu"]
    # No time zone may turn a ticket's time into one that cannot be shown.
    + ["0001-01-01T00:00:00Z", "0999-12-31", "9999-12-31T23:59:59Z", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"]
    + ["2026-11-22\0", "2026-11-22T10:15:30\x1b[m", "\ud800", "٢٠٢٦-١١-٢٢"],
)
def test_what_is_no_time_is_refused_with_a_sentence(text):
    with pytest.raises(InvalidValue) as caught:
        parse_time("created_at", text)
    assert caught.value.field == "created_at"
    assert caught.value.message.isprintable()
    assert caught.value.message.endswith(
        " is not allowed; it must be a time such as 2026-11-22T10:15:30Z, from year 1000 to 9998"
    )


@given(st.text())
def test_no_text_breaks_the_reading_of_times(text):
    for read in (lambda: parse_time("at", text), lambda: from_text(text)):
        try:
            moment = read()
        except (InvalidValue, ValueError):
            continue
        assert local(moment, ZoneInfo("Pacific/Kiritimati"))
        assert to_text(moment)


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(hours=-1), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=60), "1m"),
        (timedelta(minutes=59, seconds=59), "59m"),
        (timedelta(hours=1), "1h"),
        (timedelta(hours=23, minutes=59), "23h"),
        (timedelta(days=1), "1d"),
        (timedelta(days=62, hours=23), "62d"),
        (timedelta(days=63), "9w"),
        (timedelta(days=364), "52w"),
        (timedelta(days=365), "1y"),
        (timedelta(days=365 * 999), "999y"),
    ],
)
def test_an_age_fits_four_cells(ago, shown):
    assert age(NOON - ago, NOON) == shown
    assert len(shown) <= 4


def test_clocks_are_shown_as_the_zone_has_them():
    berlin = ZoneInfo("Europe/Berlin")
    assert local(NOON, berlin) == "2026-11-22 13:00"
    # The hour that summer time repeats is one clock time for two moments.
    assert local(parse_time("at", "2026-10-25T00:30Z"), berlin) == "2026-10-25 02:30"
    assert local(parse_time("at", "2026-10-25T01:30Z"), berlin) == "2026-10-25 02:30"


def test_the_present_equals_itself_after_storage():
    moment = now()
    assert from_text(to_text(moment)) == moment
