"""The one error of this package, and the checks that raise it."""

from __future__ import annotations

import math
from collections.abc import Iterable

LARGEST_COUNT = 2**53
"""Above it a float no longer tells neighbouring whole numbers apart."""
LARGEST_NUMBER = 1e50
"""Far beyond any metric; its powers in the formulas still fit a float."""

FINEST_FRACTION = 1e-12
"""A level closer to 0 or 1 is a slip of the hand, and the formulas' digits end there."""


class InvalidInput(ValueError):
    """An argument that breaks a rule: `field`, `value` and what is `allowed`, said in one sentence."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        text = repr(value)
        shown = text if len(text) <= 60 else f"{text[:59]}…"
        super().__init__(f"{field}: {shown} is not allowed; it must be {allowed}")
        self.field = field
        self.value = value
        self.allowed = allowed


def number(field: str, value: object) -> float:
    """Return `value` as a float; it must be finite and within ±1e50."""
    if isinstance(value, bool) or not _is_number(value) or not abs(float(value)) <= LARGEST_NUMBER:  # type: ignore[arg-type]
        raise InvalidInput(field, value, "a finite number within ±1e50")
    return float(value)  # type: ignore[arg-type]


def not_negative(field: str, value: object) -> float:
    """Return `value` as a float from 0 to 1e50."""
    checked = number(field, value)
    if checked < 0:
        raise InvalidInput(field, value, "0 or more")
    return checked


def positive(field: str, value: object) -> float:
    """Return `value` as a float above 0, from 1e-50 to 1e50."""
    checked = number(field, value)
    if checked < 1 / LARGEST_NUMBER:
        raise InvalidInput(field, value, "above 0, at least 1e-50")
    return checked


def count(field: str, value: object, *, least: int = 0) -> int:
    """Return `value` as an int from `least` to 2**53; floats that are whole numbers pass."""
    allowed = f"a whole number from {least} to 2**53"
    if isinstance(value, bool) or not _is_number(value):
        raise InvalidInput(field, value, allowed)
    as_float = float(value)  # type: ignore[arg-type]
    if not as_float.is_integer() or not least <= as_float <= LARGEST_COUNT:
        raise InvalidInput(field, value, allowed)
    return int(as_float)


def fraction(field: str, value: object) -> float:
    """Return `value` as a float from 0 to 1, both allowed."""
    if isinstance(value, bool) or not _is_number(value) or not 0 <= float(value) <= 1:  # type: ignore[arg-type]
        raise InvalidInput(field, value, "a number from 0 to 1")
    return float(value)  # type: ignore[arg-type]


def open_fraction(field: str, value: object) -> float:
    """Return `value` as a float between 0 and 1, at least 1e-12 from either: a confidence, an alpha, a power."""
    finest = FINEST_FRACTION
    if isinstance(value, bool) or not _is_number(value) or not finest <= float(value) <= 1 - finest:  # type: ignore[arg-type]
        raise InvalidInput(field, value, "between 0 and 1 (by 1e-12 at least), for example 0.05 or 0.95")
    return float(value)  # type: ignore[arg-type]


def weights(field: str, values: Iterable[object]) -> tuple[float, ...]:
    """Return weights as shares that sum to 1; each must be 0 or more, and one at least above 0."""
    checked = tuple(not_negative(field, value) for value in values)
    total = math.fsum(checked)
    if total <= 0:
        raise InvalidInput(field, list(checked), "weights of which one at least is above 0")
    shares = tuple(value / total for value in checked)
    if any(0 < share < FINEST_FRACTION for share in shares):
        raise InvalidInput(field, list(checked), "weights that are 0 or at least 1e-12 of their sum")
    return shares


def alpha_of(confidence: float) -> float:
    """Return the significance level of a confidence level: .05 for .95, without the float's 5e-17 too much."""
    return max(round(1 - open_fraction("confidence", confidence), 15), FINEST_FRACTION)


def _is_number(value: object) -> bool:
    try:
        return math.isfinite(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return False
