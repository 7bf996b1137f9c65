"""Which variant a user sees: the original's rule to the bit, and draws of its own for everything else."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.experiments.assignment import (
    drawn_variant,
    enters,
    held_out,
    legacy_bucket,
    user_identifier,
)
from tests.hostile import DATA, HOSTILE_STRINGS

TEST = "0e7d1a52-3c5f-4f0b-9a6e-2b8f4c1d7e90"
USERS = [f"user_{number}" for number in range(10_000)]


def test_vectors_by_md5sum():
    # printf %s user_11 | md5sum, and so on.
    assert legacy_bucket("user_1", "1") == ("b7843d8a", 34)
    assert legacy_bucket("user_2", "1") == ("e769ea64", 80)
    assert legacy_bucket("+4915112345678", "42") == ("917d8a86", 82)


def test_plain_concatenation_cannot_tell_some_pairs_apart():
    assert legacy_bucket("user1", "12") == legacy_bucket("user11", "2")


@given(st.text(), st.text())
def test_any_identifier_has_a_bucket(user, test):
    hex8, bucket = legacy_bucket(user, test)
    assert hashlib.md5((user + test).encode()).hexdigest().startswith(hex8)
    assert 0 <= bucket < 100


def test_a_half_surrogate_has_one_too():
    assert legacy_bucket("\ud800", "1") == legacy_bucket("\ud800", "1")


def test_the_originals_vectors():
    text = (DATA / "statistics_cases.json").read_text("utf-8")
    cases = [case for case in json.loads(text) if case["kind"] == "assignment_md5"]
    assert cases
    for case in cases:
        user, test = case["inputs"]["user_identifier"], case["inputs"]["test_id"]
        digits, place = drawn_variant(user, test, (0.5, 0.5))
        assert digits == case["expected"]["hex8"]
        bucket = legacy_bucket(user, test)[1]
        assert case["expected"].get("bucket", bucket) == bucket
        assert place == int(bucket >= 50)
        assert case["expected"].get("variant", ("control", "test")[place]) == ("control", "test")[place]


@pytest.mark.parametrize("weights", [(0.9, 0.1), (1 / 3, 1 / 3, 1 / 3), (0.2, 0.3, 0.5)])
def test_other_weights_are_met(weights):
    places = [drawn_variant(user, TEST, weights)[1] for user in USERS]
    for place, weight in enumerate(weights):
        assert places.count(place) / len(USERS) == pytest.approx(weight, abs=0.02)


def test_a_wider_ramp_keeps_who_was_in():
    narrow = {user for user in USERS if enters(user, TEST, 10)}
    wide = {user for user in USERS if enters(user, TEST, 20)}
    assert narrow < wide
    assert len(narrow) / len(USERS) == pytest.approx(0.1, abs=0.02)
    assert all(enters(user, TEST, 100) for user in USERS)


def test_ramp_and_holdout_do_not_disturb_who_sees_what():
    for chosen in (
        [user for user in USERS if enters(user, TEST, 30)],
        [user for user in USERS if not held_out(user, 30)],
    ):
        tests = sum(drawn_variant(user, TEST, (0.5, 0.5))[1] for user in chosen)
        assert tests / len(chosen) == pytest.approx(0.5, abs=0.03)


def test_a_user_who_is_an_address_is_one_user_however_it_is_written():
    assert user_identifier(" Ann@EXAMPLE.com ") == user_identifier("ann@example.com") == "ann@example.com"
    assert user_identifier("Ren\u00c9@example.com") == user_identifier("rene\u0301@example.com")
    assert user_identifier("ann@bücher.example") == user_identifier("ann@xn--bcher-kva.example")
    assert user_identifier("not @ an address") == "not @ an address"


def test_a_user_is_one_user_in_either_form_of_a_letter():
    assert user_identifier("Rene\u0301") == user_identifier("Ren\u00e9") == "Ren\u00e9"
    assert user_identifier("Ann") != user_identifier("ann")


def cleaned(text):
    try:
        return user_identifier(text)
    except InvalidValue as error:
        return None if error.field == "user" and "\n" not in error.message else pytest.fail(error.message)


def test_hostile_users_are_cleaned_or_refused_in_a_sentence():
    for text in HOSTILE_STRINGS:
        user = cleaned(text)
        if user is not None:
            assert user_identifier(user) == user
            assert drawn_variant(user, TEST, (0.5, 0.5))[1] in (0, 1)


@given(st.text(max_size=60))
def test_cleaning_a_user_twice_changes_nothing(text):
    try:
        user = user_identifier(text)
    except InvalidValue:
        return
    assert user_identifier(user) == user
    assert "\x1b" not in user
    assert "\n" not in user
