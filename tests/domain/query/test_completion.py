"""Completion of queries: names of filters, their values, and what the desk knows of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.query import QueryError, parse_query
from supportdesk.domain.query.completion import complete, complete_line
from supportdesk.domain.query.filters import FILTERS

KNOWN = {"agents": ["ann", "bob", "Dora Smith"], "tags": ["vip", "vip/uk", "press"]}


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("pri", ["priority:"]),
        ("lamp sta", ["lamp status:"]),
        ("lamp (em", ["lamp (email:"]),
        ("-aw", ["-awaiting:"]),
        ("prio:", ["prio:high", "prio:medium", "prio:low"]),
        ("status:n", ["status:new"]),
        ("status:new,r", ["status:new,resolved"]),
        ("status:new,", ["status:new,open", "status:new,in-progress", "status:new,resolved"]),
        ("owner:", ["owner:me", "owner:none", "owner:ann", "owner:bob", 'owner:"Dora Smith"']),
        ("lamp OR tag:VI", ["lamp OR tag:vip", "lamp OR tag:vip/uk"]),
        ("is:un", ["is:unread", "is:unassigned"]),
        ("has:att", ["has:attachment"]),
        ("zzz", []),
        ("colour:", []),
        ('"status:n', []),
        ("from:ac", []),
    ],
)
def test_what_is_typed_is_completed(line, lines):
    assert complete_line(line, KNOWN) == lines


def test_an_empty_line_offers_every_filter():
    assert complete_line("", KNOWN) == [f"{kind.key}:" for kind in FILTERS if kind.key != "number"]


def test_only_what_is_before_the_cursor_is_replaced():
    found = complete("sta lamp", 3, KNOWN)
    assert (found.start, found.end, [each.text for each in found.candidates]) == (0, 3, ["status:"])


@given(st.text(max_size=30), st.integers(-5, 40))
def test_any_line_can_be_completed(line, cursor):
    found = complete(line, cursor, KNOWN)
    assert 0 <= found.start <= found.end <= len(line)


@given(st.sampled_from([kind for kind in FILTERS if kind.key != "number"]))
def test_every_value_that_is_offered_is_allowed(kind):
    for line in complete_line(f"{kind.key}:", KNOWN):
        assert parse_query(line).is_filtered
    with pytest.raises(QueryError):
        parse_query(f'{kind.key}:""')
