"""Values of events: read where a number has one meaning, else refused by name."""

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.experiments.event import event_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("19.90", 19.9),
        (" 12,50 ", 12.5),
        ("-3,5", -3.5),
        ("\u2212" + "3", -3),
        ("1.234,56", 1234.56),
        ("1\u202f234\u202f567,8", 1234567.8),
        ("1,234.56", 1234.56),
        ("1234567,89", 1234567.89),
        ("1e3", 1000),
    ],
)
def test_a_number_is_read_as_spreadsheets_of_other_countries_write_it(text, value):
    assert event_value(text) == value


@pytest.mark.parametrize(
    "text", ["1,234", "1,2,3", "1.234.567", "1_000", "12,345,6", "1 2", "EUR 5", "nan", "1e400", ""]
)
def test_what_has_several_meanings_or_none_is_refused(text):
    with pytest.raises(InvalidValue, match="it must be a"):
        event_value(text)
