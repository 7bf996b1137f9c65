"""What somebody types to search: filters, and text that may be anything."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.query import Order, TicketQuery, narrowed, parse_query
from supportdesk.domain.query.tree import And, Phrase, Word
from supportdesk.domain.text import clean_line
from supportdesk.domain.ticket import Priority, Status, TicketSummary

TYPED = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(['"', '"status:', "status:new", "status:open", "priority:high,low", "email:a@b.c", "OR", "-"]),
    ),
    max_size=8,
).map(" ".join)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", TicketQuery()),
        ("   ", TicketQuery()),
        ("lamp", TicketQuery(text="lamp")),
        ("status:new", TicketQuery(statuses=frozenset({Status.NEW}))),
        ("STATUS:In-Progress", TicketQuery(statuses=frozenset({Status.IN_PROGRESS}))),
        ("status:open", TicketQuery(statuses=frozenset({Status.NEW, Status.IN_PROGRESS}))),
        ("status:open,resolved", TicketQuery(statuses=frozenset(Status))),
        ("status:new status:resolved", TicketQuery(statuses=frozenset({Status.NEW, Status.RESOLVED}))),
        ("priority:low,high", TicketQuery(priorities=frozenset({Priority.LOW, Priority.HIGH}))),
        ("email:Rita@Example.com", TicketQuery(email="Rita@Example.com")),
        ("email:a@b.c email:d@e.f", TicketQuery(email="d@e.f")),
        (
            ' refund  status:new "gift card" priority:high -paid ',
            TicketQuery('refund "gift card" -paid', frozenset({Status.NEW}), frozenset({Priority.HIGH})),
        ),
        # No filter: the name stands for itself, inside a word, or in a phrase.
        ("status: new", TicketQuery(text="status: new")),
        ("-status:resolved", TicketQuery(statuses=frozenset({Status.NEW, Status.IN_PROGRESS}))),
        ("status:open -status:new", TicketQuery(statuses=frozenset({Status.IN_PROGRESS}))),
        ('status:"in-progress"', TicketQuery(statuses=frozenset({Status.IN_PROGRESS}))),
        ("(lamp OR candle) status:new", TicketQuery(text="lamp OR candle", statuses=frozenset({Status.NEW}))),
        ('"the status:unknown was shown"', TicketQuery(text='"the status:unknown was shown"')),
        ("#17", TicketQuery(number=17)),
        ("status:new #17", TicketQuery(statuses=frozenset({Status.NEW}), number=17)),
        ("17", TicketQuery(text="17")),
        ("#17 lamp", TicketQuery(text="#17 lamp")),
        ("http://example.com 12:30 C:\\x", TicketQuery(text="http://example.com 12:30 C:\\x")),
    ],
)
def test_filters_are_taken_out_and_the_rest_is_text(typed, query):
    assert parse_query(typed) == query


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("status:done", "status: 'done' is not allowed; it can be new, in-progress or resolved (at character 1)"),
        ("status:new,", "status: '' is not allowed; it can be new, in-progress or resolved (at character 1)"),
        ("x priority:urgent", "priority: 'urgent' is not allowed; it can be low, medium or high (at character 3)"),
        ("x" * 1_001, f"query: '{'x' * 59}…' is not allowed; it can have up to 1,000 characters"),
    ],
)
def test_a_filter_value_that_is_not_allowed_is_named_with_those_that_are(typed, message):
    with pytest.raises(InvalidValue) as caught:
        parse_query(typed)
    assert caught.value.message == message
    assert caught.value.field == message.partition(":")[0]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("stats:new", "unknown filter 'stats' at character 1; did you mean status:? filters are status:, priority:, "),
        ("lamp re:x", "unknown filter 're' at character 6; filters are status:, priority:, email:; put text in quot"),
        ("prio:high", "unknown filter 'prio' at character 1; did you mean priority:? filters are "),
        ("lamp (status:new OR x)", "'status:new' at character 7: it cannot be part of an OR or in brackets"),
        ("lamp OR status:new", "'status:new' at character 9: it cannot be part of an OR or in brackets"),
        ("status:new -status:open", "'status:open' at character 13: it excludes every ticket"),
        ("-email:a@b.c", "'email:a@b.c' at character 2: an address cannot be excluded"),
        ('email:""', "at character 1: it needs an address"),
        ("(" * 51 + "a", "brackets can be nested up to 50 deep (at character 51)"),
    ],
)
def test_an_error_names_its_place_and_what_is_allowed(typed, message):
    with pytest.raises(InvalidValue) as caught:
        parse_query(typed)
    assert caught.value.message.startswith("query: ")
    assert message in caught.value.message
    assert caught.value.field == "query"


def test_an_open_phrase_keeps_its_last_word_as_a_prefix_while_typing():
    query = parse_query('lamp "gift ca', typing=True)
    assert str(query) == 'lamp "gift ca'
    assert query.tree == And((Word("lamp"), Phrase("gift ca", prefix=True)))
    assert parse_query('lamp "gift ca"', typing=True).tree == And((Word("lamp"), Phrase("gift ca")))


def test_an_unknown_order_is_named_with_those_that_are_known():
    assert parse_query("", order="newest").order is Order.NEWEST
    with pytest.raises(InvalidValue, match="^order: 'best' is not allowed; it can be queue, newest or updated$"):
        parse_query("", order="best")


@given(TYPED)
def test_any_query_parses_to_the_same_when_it_is_printed(typed):
    try:
        query = parse_query(typed)
    except InvalidValue:
        return
    assert query.text == clean_line(query.text)
    assert parse_query(str(query)) == query


def test_a_query_says_itself_shortly():
    assert str(parse_query("lamp priority:high,low status:in-progress status:new")) == (
        "status:open priority:low priority:high lamp"
    )
    assert str(TicketQuery()) == ""


def test_options_stand_in_for_the_filters_of_a_query():
    query = parse_query("lamp status:new email:a@b.c")
    assert narrowed(query) == query
    assert narrowed(query, status="open, resolved") == replace(query, statuses=frozenset(Status))
    assert narrowed(query, priority="high", email=" d@e.f ") == replace(
        query, priorities=frozenset({Priority.HIGH}), email="d@e.f"
    )
    for given_value in ("new status:resolved", "new\tx", "old"):
        with pytest.raises(InvalidValue, match="^status: .* it can be new, in-progress or resolved"):
            narrowed(query, status=given_value)


def test_addresses_differ_only_in_ascii_case():
    at = datetime(2026, 11, 20, tzinfo=UTC)
    ticket = TicketSummary(1, "id", "t", Priority.LOW, Status.NEW, "JOSÉ@Example.com", at, at, 1)
    assert TicketQuery(email="josÉ@example.COM").matches_fields(ticket)
    assert not TicketQuery(email="josé@example.com").matches_fields(ticket)


def test_a_query_knows_whether_it_leaves_anything_out():
    assert not parse_query("", order="newest").is_filtered
    for typed in ("x", "status:new", "priority:low", "email:a@b.c", "OR"):
        assert parse_query(typed).is_filtered


def test_a_query_knows_the_words_to_highlight():
    assert parse_query('(lamp OR "gift card") -paid ref* status:new').words == ["lamp", "gift", "card", "ref"]
    assert parse_query("status:new").words == []
