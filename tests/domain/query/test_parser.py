"""The query language: what a text parses to, and that printing a tree is the inverse of parsing."""

from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.query.parser import MAX_DEPTH, QUERY_LIMIT, parse
from supportdesk.domain.query.tree import And, Filter, Node, Not, Or, Phrase, Word, all_of, any_of, depth, negated

KEYS = {"status": "status", "from": "from", "sender": "from"}

WORDS = st.text("abcÄ日-+#.*:/'9 OR", min_size=1, max_size=6).filter(lambda text: is_word(text))
LEAVES = st.one_of(
    st.builds(Word, WORDS, st.booleans()).filter(lambda word: word.text[-1:] != "*" and word.text.strip("*-:/'+#.")),
    st.builds(Phrase, st.text("ab OR()-:*日", max_size=8).map(str.strip), st.booleans()),
    st.builds(Filter, st.sampled_from(["status", "from"]), st.text("ab()/ -*,@", max_size=6)),
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from(["OR", "AND", "NOT", "(", ")", '"', "-", "*", "status:", "from:x", "a", "b c", "-a", " "]),
        st.text(max_size=5),
    ),
    max_size=20,
)


def is_word(text):
    try:
        return parse(text, KEYS) == Word(text)
    except InvalidValue:
        return False


def combined(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=4)
    return st.one_of(several.map(all_of), several.map(any_of), nodes.map(negated))


TREES = st.recursive(LEAVES, combined, max_leaves=12).filter(lambda tree: depth(tree) <= MAX_DEPTH)


@given(TREES)
def test_a_printed_tree_parses_to_itself(tree):
    assert parse(str(tree), KEYS) == tree


@settings(max_examples=300)
@given(PIECES, st.sampled_from(["", " "]), st.booleans())
def test_any_text_parses_or_is_refused_with_a_message(pieces, glue, typing):
    try:
        tree = parse(glue.join(pieces), KEYS, typing=typing)
    except InvalidValue:
        return
    assert tree is None or parse(str(tree), KEYS) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("a", Word("a")),
        ("a b", And((Word("a"), Word("b")))),
        ("a OR b c", Or((Word("a"), And((Word("b"), Word("c")))))),
        ("(a OR b) c", And((Or((Word("a"), Word("b"))), Word("c")))),
        ("a AND NOT b", And((Word("a"), Not(Word("b"))))),
        ("-(a b)", Not(And((Word("a"), Word("b"))))),
        ('wo* "gift ca"*', And((Word("wo", prefix=True), Phrase("gift ca", prefix=True)))),
        ("from:acme.com -status:new", And((Filter("from", "acme.com"), Not(Filter("status", "new"))))),
        ("FROM:a", Filter("from", "a")),
        ("sender:a", Filter("from", "a")),
        # The name of a filter alone has no value, which its reader refuses; other words may end like one.
        ("status: new", And((Filter("status", ""), Word("new")))),
        ("-Sender:", Not(Filter("from", ""))),
        ("Re: lamp", And((Word("Re:"), Word("lamp")))),
        ('"status:"', Phrase("status:")),
        ("--force e-mail", And((Word("--force"), Word("e-mail")))),
        ("or and", And((Word("or"), Word("and")))),
        ("(a", Word("a")),
        ("a)", Word("a")),
        ("OR", Phrase("")),
    ],
)
def test_a_text_parses_to_a_tree(text, tree):
    assert parse(text, KEYS) == tree


@pytest.mark.parametrize(
    "piece", ["(", ")", "((a ", "(a OR ", "-(", '"', "a OR ", "-a ", "NOT ", "a:b ", "x", "*", "-"]
)
def test_the_longest_text_takes_no_time(piece):
    start = process_time()
    for typing in (False, True):
        with suppress(InvalidValue):
            parse((piece * QUERY_LIMIT)[:QUERY_LIMIT], KEYS, typing=typing)
        with pytest.raises(InvalidValue, match="^query: .* up to 1,000 characters$"):
            parse((piece * 10_000)[:10_000], KEYS, typing=typing)
    assert process_time() - start < 1


def test_fifty_brackets_around_a_word_are_fine():
    assert parse("(" * 50 + "a" + ")" * 50) == Word("a")
