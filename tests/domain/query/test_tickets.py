"""What somebody types to search: filters, and text that may be anything."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.query import Order, QueryError, TicketQuery, parse_query
from supportdesk.domain.query.filters import FILTERS, KEYS
from supportdesk.domain.query.queues import QUEUES
from supportdesk.domain.query.tree import And, Filter, Not, Or, Phrase, Word
from supportdesk.domain.text import clean_line
from supportdesk.domain.ticket import Priority, Status
from tests.hostile import HOSTILE_STRINGS

STATUSES = "it can be open, new, in-progress or resolved"
VALUES = st.one_of(
    st.sampled_from(["new", "open", "high,low", "me", "vip*", ">2d", "<1h", "2026-11", "2026-11-01..2026-11-15", "us"]),
    st.text(max_size=8),
)
TYPED = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(['"', "(", ")", "OR", "NOT", "-", "#12", "word*", "lamp"]),
        st.builds(lambda key, value: f"{key}:{value}", st.sampled_from(sorted(KEYS)), VALUES),
        st.builds(lambda key, value: f'-{key}:"{value}"', st.sampled_from(sorted(KEYS)), VALUES),
    ),
    max_size=10,
).map(" ".join)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("", ""),
        ("   ", ""),
        ("lamp", "lamp"),
        ("STATUS:In-Progress", "status:in-progress"),
        ("status:in-progress,new", "status:open"),
        ("status:new status:resolved", "status:new,resolved"),
        ("status:new lamp state:in-progress", "status:open lamp"),
        ("prio:low,high", "priority:high,low"),
        ("email:Rita@Example.com requester:acme.com", "from:Rita@Example.com,acme.com"),
        ("assignee:ME,NONE,Bob", "owner:me,none,Bob"),
        ("tag:VIP tag:press,spam*", "tag:vip tag:press,spam*"),
        ("is:open", "status:open"),
        ("-is:unassigned", "-owner:none"),
        ("is:mine is:new", "owner:me status:new"),
        ("waiting:us -awaiting:them", "awaiting:us -awaiting:them"),
        ("age:>2D created:2026-11-01..2026-11-15", "age:>2d created:2026-11-01..2026-11-15"),
        ('note:"gift card" note:lock*', 'note:"gift card" note:lock*'),
        ("#007 OR number:12", "#7 OR #12"),
        ("lamp #17", "lamp #17"),
        ("status:new (lamp OR tag:vip) -is:deleted", "status:new (lamp OR tag:vip) -is:deleted"),
        # No filter: inside a word, or in a phrase.
        ('"the status:unknown was shown"', '"the status:unknown was shown"'),
        ("http://example.com 12:30 C:\\x", "http://example.com 12:30 C:\\x"),
    ],
)
def test_a_query_has_a_normal_form(typed, line):
    assert str(parse_query(typed)) == line
    assert parse_query(line) == parse_query(typed)


@pytest.mark.parametrize(
    ("typed", "message", "column"),
    [
        ("status:done", f"status: 'done' is not allowed; {STATUSES} (at character 1)", 0),
        ("lamp status:", f"status: '' is not allowed; {STATUSES} (at character 6)", 5),
        ("status:new,", f"status: '' is not allowed; {STATUSES} (at character 1)", 0),
        ("x priority:urgent", "priority: 'urgent' is not allowed; it can be low, medium or high (at character 3)", 2),
        ("a OR awaiting:you", "awaiting: 'you' is not allowed; it can be us or them (at character 6)", 5),
        ("is:late", "is: 'late' is not allowed; it can be unread, mentioned, snoozed, failed, deleted, merged,", 0),
        ("has:teeth", "has: 'teeth' is not allowed; it can be attachment, note, reply, tag or owner", 0),
        ("age:2d", "age: '2d' is not allowed; it can be more than an age (>2d), less than one", 0),
        ("created:soon", "created: 'soon' is not allowed; it can be a day (2026-11-22), a month (2026-11)", 0),
        ("created:2026-11-22T10:15", "created: '2026-11-22t10:15' is not allowed; it can be a day", 0),
        ("created:2026-13", "created: '2026-13' is not allowed; ", 0),
        ("updated:..", "updated: '..' is not allowed; ", 0),
        ("tag:a?b", "tag: 'a?b' is not allowed; it can have letters, digits", 0),
        ('from:""', "from: '' is not allowed; it can be an address, a domain, or how an address begins", 0),
        ('note:""', "note: '' is not allowed; it needs a word or a phrase", 0),
        ("number:x", "number: 'x' is not allowed; it must be the number of a ticket", 0),
        ("tag:" + ",".join(f"t{n}" for n in range(60)), "it can have up to 50 values", 0),
        (" ".join(f"from:a{n}" for n in range(51)), "it can have up to 50 values (at character 1)", 0),
        ("stats:new", "query: unknown filter 'stats' at character 1; did you mean status:? filters are status:, ", 0),
        ("lamp re:x", "query: unknown filter 're' at character 6; ", 5),
        ("lamp form:acme.com", "query: unknown filter 'form' at character 6; did you mean from:? ", 5),
        ("(" * 51 + "a", "query: brackets can be nested up to 50 deep (at character 51)", 50),
        ("x" * 1_001, f"query: '{'x' * 59}…' is not allowed; it can have up to 1,000 characters", 1_000),
    ],
)
def test_an_error_names_its_place_and_what_is_allowed(typed, message, column):
    with pytest.raises(QueryError) as caught:
        parse_query(typed)
    assert message in caught.value.message
    assert caught.value.position == column
    assert caught.value.field == caught.value.message.partition(":")[0]


def test_ten_thousand_characters_and_fifty_brackets_are_answered_in_words():
    with pytest.raises(QueryError, match="up to 1,000 characters"):
        parse_query("a (b OR " * 1_250)
    assert str(parse_query("(" * 50 + "a" + ")" * 50)) == "a"


def test_filters_are_part_of_the_tree():
    assert parse_query("lamp (status:new OR -tag:vip)").tree == And(
        (Word("lamp"), Or((Filter("status", "new"), Not(Filter("tag", "vip")))))
    )


def test_an_open_phrase_keeps_its_last_word_as_a_prefix_while_typing():
    query = parse_query('lamp "gift ca', typing=True)
    assert str(query) == 'lamp "gift ca'
    assert query.tree == And((Word("lamp"), Phrase("gift ca", prefix=True)))
    assert parse_query('lamp "gift ca"', typing=True).tree == And((Word("lamp"), Phrase("gift ca")))


def test_an_unknown_order_is_named_with_those_that_are_known():
    assert parse_query("", order="newest").order is Order.NEWEST
    with pytest.raises(InvalidValue, match="^order: 'best' is not allowed; it can be queue, newest or updated$"):
        parse_query("", order="best")


@settings(max_examples=300)
@given(TYPED, st.booleans())
def test_any_text_is_a_query_that_prints_as_it_parses_or_a_query_error(typed, typing):
    try:
        query = parse_query(typed, typing=typing)
    except QueryError:
        return
    assert query.line == clean_line(query.line)
    assert parse_query(str(query), typing=typing) == query
    assert query.words is not None


def test_hostile_texts_raise_nothing_else_wherever_they_are_in_a_query():
    for text in HOSTILE_STRINGS:
        for typed in (text, f'"{text}', f"({text}", f"-{text}", *(f"{key}:{text}" for key in KEYS)):
            try:
                query = parse_query(typed)
            except QueryError:
                continue
            assert parse_query(str(query)) == query


def test_every_example_and_every_queue_parses():
    for kind in FILTERS:
        assert parse_query(kind.example).names(kind.key)
        for value in kind.values:
            assert parse_query(f"{kind.key}:{value}").is_filtered
    for queue in QUEUES:
        assert str(parse_query(queue.query)) == queue.query


def test_a_filter_takes_the_place_of_those_of_its_kind():
    query = parse_query("lamp status:new -status:resolved from:a@b.c")
    assert str(query.with_filter("status", "open, resolved")) == "status:open,resolved lamp from:a@b.c"
    assert str(query.with_filter("from", " d@e.f ")) == "from:d@e.f lamp status:new -status:resolved"
    for value in ("new status:resolved", "new\tx", "old"):
        with pytest.raises(InvalidValue, match="^status: .* it can be open, new, in-progress or resolved"):
            query.with_filter("status", value)


@pytest.mark.parametrize(
    ("typed", "statuses", "priorities", "counted"),
    [
        ("", set(), set(), True),
        ("status:open -status:new", {Status.IN_PROGRESS}, set(), True),
        ("-is:resolved prio:low,high", {Status.NEW, Status.IN_PROGRESS}, {Priority.LOW, Priority.HIGH}, True),
        ("status:new -status:new", set(), set(), False),
        ("status:new lamp", {Status.NEW}, set(), False),
        ("status:new OR prio:low", set(), set(), False),
        ("owner:me status:new", {Status.NEW}, set(), False),
    ],
)
def test_kept_counts_answer_for_status_and_priority(typed, statuses, priorities, counted):
    query = parse_query(typed)
    assert (query.statuses, query.priorities, query.is_of_status_and_priority) == (statuses, priorities, counted)


def test_a_query_knows_whether_it_leaves_anything_out():
    assert not parse_query("", order="newest").is_filtered
    for typed in ("x", "status:new", "priority:low", "email:a@b.c", "OR"):
        assert parse_query(typed).is_filtered
    assert TicketQuery() == replace(parse_query(""), order=Order.QUEUE)


def test_a_query_knows_the_words_to_highlight():
    query = parse_query('(lamp OR "gift card") -paid ref* status:new note:locksmith')
    assert query.words == ["lamp", "gift", "card", "ref", "locksmith"]
    assert parse_query("status:new").words == []
