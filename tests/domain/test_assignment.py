"""The original's assignment, to the bit."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.assignment import legacy_bucket, legacy_variant


def test_vectors_by_md5sum():
    # printf %s user_11 | md5sum, and so on.
    assert legacy_bucket("user_1", "1") == ("b7843d8a", 34)
    assert legacy_bucket("user_2", "1") == ("e769ea64", 80)
    assert legacy_bucket("+4915112345678", "42") == ("917d8a86", 82)
    assert [legacy_variant(bucket) for bucket in (0, 49, 50, 99)] == ["control", "control", "test", "test"]


def test_plain_concatenation_cannot_tell_some_pairs_apart():
    assert legacy_bucket("user1", "12") == legacy_bucket("user11", "2")


@given(st.text(), st.text())
def test_any_identifier_has_a_bucket(user, test):
    hex8, bucket = legacy_bucket(user, test)
    assert hashlib.md5((user + test).encode()).hexdigest().startswith(hex8)
    assert 0 <= bucket < 100


def test_a_half_surrogate_has_one_too():
    assert legacy_bucket("\ud800", "1") == legacy_bucket("\ud800", "1")
