"""Times as other programs write them: read when only one meaning is left, else refused with the way to say it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.time_formats import TimeReader, UnclearTime

TEN = datetime(2026, 1, 5, 10, tzinfo=UTC)
HALF = TEN + timedelta(minutes=30, seconds=15, milliseconds=250)


def read(text, stated=""):
    return TimeReader(stated).read("created_at", text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05 10:30:15.25 UTC",
        "2026-01-05 10:30:15.250000 UTC",
        "2026-01-05 10:30:15.250000+00",
        "2026-01-05 10:30:15.2500000 +00:00",
        "2026-01-05 10:30:15.250 +0000",
        "2026-01-05 10:30:15.250 +0000 UTC",
        "2026-01-05 10:30:15.250123456Z",
        "2026-01-05 10:30:15,250",
        "2026-01-05T10:30:15.250Z",
        "2026-01-05t10:30:15.250z",
        "20260105T103015.250Z",
        "2026/01/05 10:30:15.250 GMT",
        "2026-01-05 11:30:15.250+01",
        "2026-01-05 02:30:15.250 -0800",
        "2026-01-05 16:00:15.250+05:30",
        "2026-01-05 16:00:15.250+5:30",
        "2026-01-05T11:30:15.250+01:00[Europe/Berlin]",
        "05-JAN-26 10.30.15.250000 AM",
        "5 Jan 2026 10:30:15.250",
        "Jan 5, 2026 10:30:15.250 AM",
        "Mon, 05 Jan 2026 10:30:15.250 +0000",
        "Monday, January 5, 2026 at 10:30:15.250",
        "2026-01-05 10:30:15.250 AM",
    ],
)
def test_times_as_databases_and_programs_print_them(text):
    assert read(text) == HALF


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1767607200", "epoch-seconds"),
        ("1767607200.000", "epoch-seconds"),
        ("1767607200000", "epoch-milliseconds"),
        ("1767607200000.0", "epoch-milliseconds"),
        ("1767607200000000", "epoch-microseconds"),
        ("1767607200000000000", "epoch-nanoseconds"),
        ("20260105T10:00", "ISO 8601"),
        ("13/01/2026", "day-first"),
        ("01/13/2026", "month-first"),
        ("13.01.2026", "day-first"),
        ("5 January 2026 10:00", "named months"),
    ],
)
def test_the_format_that_was_read_is_known_by_its_name(text, name):
    reader = TimeReader()
    moment = reader.read("created_at", text)
    assert list(reader.seen) == [name]
    assert moment in (TEN, datetime(2026, 1, 13, tzinfo=UTC))


@pytest.mark.parametrize("text", ["05/01/2026", "5.1.2026 10:00", "05-01-26", "1/5/2026 10:00 AM"])
def test_day_or_month_first_is_never_guessed(text):
    with pytest.raises(UnclearTime) as caught:
        read(text)
    assert caught.value.formats == ("day-first", "month-first")
    assert read(text, "day-first").strftime("%Y-%m-%d") in ("2026-01-05", "2026-05-01")
    assert read(text, "day-first").month != read(text, "month-first").month


def test_short_numbers_with_hyphens_may_have_their_year_first():
    with pytest.raises(UnclearTime):
        read("26-01-05")
    assert read("26/01/05") == read("26-01-05", "day-first") == datetime(2005, 1, 26, tzinfo=UTC)


def test_a_leap_second_and_the_end_of_a_day_are_the_next_moment():
    assert read("2025-12-31T23:59:60Z") == read("2025-12-31T24:00:00Z") == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_date_and_time_without_any_signs_is_read():
    assert read("20260105100000") == TEN
    assert read("20260105") == datetime(2026, 1, 5, tzinfo=UTC)


def test_what_both_orders_read_alike_needs_no_format():
    assert read("05/05/2026") == datetime(2026, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize("stated", ["month-first", "MONTH-FIRST "])
def test_a_stated_order_holds_for_every_date(stated):
    with pytest.raises(InvalidValue):
        read("13/01/2026", stated)
    assert read("2026-01-05 10:00", stated) == TEN


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("05.01.2026 10:00", "%d.%m.%Y %H:%M"),
        ("10h00 on 5/1/26", "%Hh%M on %d/%m/%y"),
        ("46027.4166666667", "spreadsheet-days"),
        ("1767607200", "epoch-seconds"),
        ("1767607200000", "epoch-milliseconds"),
    ],
)
def test_a_stated_format_is_read(text, stated):
    assert read(text, stated) == TEN


@pytest.mark.parametrize(
    ("text", "milliseconds"), [("-1.5", -1500), ("-0.5", -500), ("1.0009", 1000), ("0.1", 100), ("1e3", None)]
)
def test_seconds_before_1970_are_counted_backwards(text, milliseconds):
    if milliseconds is None:
        with pytest.raises(InvalidValue):
            read(text, "epoch-seconds")
    else:
        assert read(text, "epoch-seconds") - datetime(1970, 1, 1, tzinfo=UTC) == timedelta(milliseconds=milliseconds)


@pytest.mark.parametrize("text", ["0", "5", "2026", "46027", "46027.41", "100000000", "99999999999", "-1767607200"])
def test_numbers_of_no_plausible_size_are_refused_with_the_way_to_say_what_they_are(text):
    with pytest.raises(UnclearTime) as caught:
        read(text)
    assert caught.value.formats == ("epoch-seconds", "epoch-milliseconds", "spreadsheet-days")


@pytest.mark.parametrize("text", ["1.71201E+12", "1,71201E+12", "1E9"])
def test_a_time_that_a_spreadsheet_rounded_is_said_to_be(text):
    with pytest.raises(InvalidValue, match="was rounded by a spreadsheet"):
        read(text)


@pytest.mark.parametrize(
    "text",
    ["2026-01-05 10", "2026-01-05 24:01", "2026-01-05 13:00 PM", "2026-01-05 10:60", "32/01/2026", "13/13/2026"]
    + ["5 Foo 2026", "2026-01/05", "1/2/3", "2026-01-05 10:00 EST", "2026-01-05 10:00 +25:00", "20261305", "10:00"],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(InvalidValue) as caught:
        read(text)
    assert caught.value.field == "created_at"


@pytest.mark.parametrize(
    "stated", ["dmy", "day", "%", "%Q", "%d\0", "%d.%d", "%d.%m. %H:%M", "%Y", "%H:%M", "%Y-%m-%d" * 9]
)
def test_an_unknown_format_is_refused_with_those_there_are(stated):
    with pytest.raises(InvalidValue) as caught:
        TimeReader(stated)
    assert caught.value.field == "date_format"
    assert caught.value.message.isprintable()


@given(st.text("0123456789-/.: TZ+apmjnUTC,eE"), st.sampled_from(["", "day-first", "epoch-seconds", "%d.%m.%Y"]))
def test_no_text_breaks_the_reader(text, stated):
    with suppress(InvalidValue):
        assert 1000 <= read(text, stated).year <= 9998
