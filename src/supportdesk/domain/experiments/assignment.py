"""Which variant a user sees: a rule that every process works out alike, without asking anybody."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from unicodedata import normalize

from supportdesk.domain.address import address_key, clean_address
from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.text import optional_line, required_line

USER_LIMIT = 320
"""Characters; the longest mail address has as many."""
ATTRIBUTE_LIMIT = 100
BUCKETS = 100
CONTROL_BELOW = 50
EVEN = (0.5, 0.5)

_PLAIN = re.compile(r"[!-?A-~]{1,320}")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*@([a-z0-9][a-z0-9-]*\.)+[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Assignment:
    """The variant a user sees; `variant_place` is its place among the arms.

    `hash_value` are the 8 hex digits that decided. Without `stored`, nothing counts for this user, and `note` says
    why: what is not running, a user who stays outside, a desk that cannot be written.
    """

    test_id: str
    user_identifier: str
    variant: str
    variant_place: int
    hash_value: str
    assigned_at: datetime
    stored: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class UserFacts:
    """What was known of a user before the assignment: a value of the target from before, and attributes by name."""

    before: float | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


NOTHING_KNOWN = UserFacts()


def attribute_name(text: str) -> str:
    """Return the name of an attribute; raises `InvalidValue` when it is empty or over-long."""
    return required_line("attribute", text, ATTRIBUTE_LIMIT)


def attribute_value(name: str, text: str) -> str:
    """Return the value of an attribute, cleaned; empty for none. Raises `InvalidValue` when it is over-long."""
    return optional_line(name, text, ATTRIBUTE_LIMIT)


def user_identifier(text: str, named: str = "user") -> str:
    """Return a user as experiments know them: one cleaned line; raises `InvalidValue`.

    Of a mail address it is the key that tells one person from another, of anything else the composed form (NFC).
    """
    if _PLAIN.fullmatch(text):
        return text
    line = normalize("NFC", required_line(named, text, USER_LIMIT))
    if "@" not in line:
        return line
    if _PLAIN_ADDRESS.fullmatch(line) and "xn--" not in line:
        return address_key(line)
    try:
        return address_key(clean_address(line, named))
    except InvalidValue:
        return line


def legacy_bucket(user_identifier: str, test_id: str) -> tuple[str, int]:
    """Return the original system's first 8 hex digits of md5(user + test), and their bucket, 0 to 99.

    Plain concatenation can't tell user1 in test 12 from user11 in test 2; every other draw takes a salt of its own.
    A half surrogate, which is no character, is hashed by its number.
    """
    text = user_identifier + test_id
    hex8 = hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:8]
    return hex8, int(hex8, 16) % BUCKETS


def drawn_variant(user_identifier: str, test_id: str, weights: Sequence[float]) -> tuple[str, int]:
    """Return the 8 hex digits that decide and the place of the variant they choose.

    Two even arms follow `legacy_bucket`; any others draw from a hash of their own.
    """
    if tuple(weights) == EVEN:
        digits, bucket = legacy_bucket(user_identifier, test_id)
        return digits, int(bucket >= CONTROL_BELOW)
    digits, share = _share("variant", user_identifier, test_id)
    place, reached = 0, weights[0]
    while share >= reached and place < len(weights) - 1:
        place += 1
        reached += weights[place]
    return digits, place


def enters(user_identifier: str, test_id: str, ramp: float) -> bool:
    """Return whether a user is among the `ramp` per cent who enter; who enters at 10 per cent enters at 20, too."""
    return ramp >= 100 or 100 * _share("ramp", user_identifier, test_id)[1] < ramp


def held_out(user_identifier: str, holdout: float) -> bool:
    """Return whether a user is among the `holdout` per cent whom experiments leave alone: the same in each of them."""
    return holdout > 0 and 100 * _share("holdout", user_identifier, "")[1] < holdout


def of_holdout(user_identifier: str, weights: Sequence[float]) -> tuple[str, int]:
    """Return the 8 hex digits that decide, and 0 for a user whom a holdout of the first weight leaves alone, else 1."""
    digits, _ = _share("holdout", user_identifier, "")
    return digits, int(not held_out(user_identifier, 100 * weights[0]))


def _share(salt: str, user_identifier: str, test_id: str) -> tuple[str, float]:
    # NUL separates the parts, since none contains it: no two users or salts can run into each other.
    digits = hashlib.sha256(f"{salt}\0{test_id}\0{user_identifier}".encode()).hexdigest()[:8]
    return digits, int(digits, 16) / 2**32
