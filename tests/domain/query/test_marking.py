"""What a search found is marked in every form of its words."""

import re

import pytest

from supportdesk.domain.query.marking import common_beginning


@pytest.mark.parametrize(
    ("typed", "forms"),
    [
        ("refunds", "refund refunded refunding refunds"),
        ("refund", "refund refunded refunds"),
        ("crashes", "crash crashed crashing"),
        ("shipping", "ship shipped ships"),
        ("charge", "charge charged charging charges"),
        ("companies", "company companies"),
        ("company", "company companies"),
        ("address", "address addresses"),
        ("status", "status"),
        ("used", "used"),
        ("C++", "C++"),
        ("naïve", "naïve"),
        ("E1047s", "E1047s"),
        ("", ""),
    ],
)
def test_forms_of_a_word_begin_alike(typed, forms):
    for form in forms.split():
        assert re.match(re.escape(common_beginning(typed)), form, re.IGNORECASE), form


@pytest.mark.parametrize("word", ["sing", "bed", "yes", "gas", "key", "type", "thing", "rhythms"])
def test_short_words_keep_what_makes_them(word):
    assert len(common_beginning(word)) >= 3


@pytest.mark.parametrize("word", ["this", "status", "glass", "analysis", "naïve", "E1047s"])
def test_what_is_no_ending_stays(word):
    assert common_beginning(word) == word
