"""Which variant a user sees: a hash, so that every process and every day says the same."""

from __future__ import annotations

from hashlib import md5

BUCKETS = 100
CONTROL_BELOW = 50


def legacy_bucket(user_identifier: str, test_id: str) -> tuple[str, int]:
    """The original system's rule to the bit: the first 8 hex digits of md5(user + test), and their bucket, 0 to 99.

    Plain concatenation can't tell user1 in test 12 from user11 in test 2; every other draw takes a salt of its own.
    A half surrogate, which is no character, is hashed by its number.
    """
    text = user_identifier + test_id
    hex8 = md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:8]
    return hex8, int(hex8, 16) % BUCKETS


def legacy_variant(bucket: int) -> str:
    """The variant of a bucket: control for the lower half, test for the upper."""
    return "control" if bucket < CONTROL_BELOW else "test"
