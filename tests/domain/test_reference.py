"""People and scripts point at a ticket by number, id, or the start of an id, and at nothing else."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.reference import MAX_NUMBER, Reference, parse_reference


@given(st.integers(0, MAX_NUMBER), st.sampled_from(["{}", "#{}", " {} ", "\t#{}\n"]))
def test_a_number_is_a_number(number, form):
    text = form.format(number)
    assert parse_reference(text) == Reference(text.strip(), number=number)


@given(st.uuids(), st.integers(4, 36))
def test_an_id_and_its_start_are_an_id_in_lower_case(uuid: UUID, length):
    start = str(uuid)[:length]
    read = parse_reference(f" {start.upper()} ")
    if start.isdigit():
        assert (read.number, read.id_prefix) == (int(start), None)
    else:
        assert (read.number, read.id_prefix) == (None, start)


@given(st.text())
def test_anything_else_is_refused_with_a_sentence(text):
    try:
        read = parse_reference(text, "ticket")
    except InvalidValue as error:
        assert_explained(error)
    else:
        assert (read.number is None) != (read.id_prefix is None)


def assert_explained(error: InvalidValue) -> None:
    assert error.field == "ticket"
    assert error.message.isprintable()
    assert error.message.endswith("it must be a number such as 12 or #12, or the first 4 or more digits of an id")


@pytest.mark.parametrize(
    "text",
    ["", "#", "##1", "-1", "1.5", "1e3", "abc", "-abcd", "#abcd", "12 13", "١٢", "²", "x" * 40, "a" * 37, "9" * 5000]
    + [str(MAX_NUMBER + 1), "12\0", "abcd%", "abcd_", "abc\u202ed"],
)
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(InvalidValue) as caught:
        parse_reference(text, "ticket")
    assert_explained(caught.value)
