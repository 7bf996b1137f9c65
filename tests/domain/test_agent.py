"""Names of agents: one spelling each, nothing invisible in them, and those that look alike are told apart."""

import pytest

from supportdesk.domain.agent import agent_name, looks_like, who
from supportdesk.domain.errors import InvalidValue


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ann", "ann"),
        ("  Ann  Lee ", "Ann Lee"),
        ("Rene\u0301", "Ren\u00e9"),
        ("a\u200bnn", "ann"),
        ("ann\ufe0f", "ann"),
        ("\u2066ann\u2069", "ann"),
        ("an\u00adn", "ann"),
        ("an\u034fn\u2060", "ann"),
        ("\U000e0061ann", "ann"),
        ("\u3164ann", "ann"),
    ],
)
def test_a_name_has_one_spelling_without_what_nobody_sees(typed, name):
    assert agent_name(typed) == name
    assert agent_name(name) == name


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "\u3164\u2800", "x" * 65])
def test_a_name_that_says_nothing_or_too_much_is_refused(typed):
    with pytest.raises(InvalidValue, match="^agent: "):
        agent_name(typed)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("ann", "\u0430nn"),  # Cyrillic a
        ("bob", "b\u043eb"),  # Cyrillic o
        ("bob", "b\u03bfb"),  # Greek omicron
        ("bob", "B0b"),
        ("iris", "lris"),
        ("ann", "Ann"),
        ("ann", "\uff41nn"),  # fullwidth
        ("rene", "ren\u00e9"),
        ("tom", "torn"),
        ("ann lee", "annlee"),
        ("ann", "ann."),
    ],
)
def test_names_that_can_be_mistaken_for_one_another_are_found(name, other):
    assert looks_like(name, other)
    assert looks_like(other, name)


@pytest.mark.parametrize(
    ("name", "other"), [("ann", "ann"), ("ann", "anna"), ("bob", "rob"), ("...", "---"), ("安", "案")]
)
def test_other_names_are_left_alone(name, other):
    assert not looks_like(name, other)


def test_the_account_is_shown_where_it_differs():
    assert who("ann", "ann") == who("ann", "") == "ann"
    assert who("ann", "bob") == "bob (as ann)"
