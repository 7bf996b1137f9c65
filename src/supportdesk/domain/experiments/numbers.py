"""Checks of the numbers that somebody typed about an experiment."""

from __future__ import annotations

import math

from supportdesk.domain.errors import invalid

EVERYBODY = 100.0


def number(field: str, text: str) -> float:
    """Return a finite number; raises `InvalidValue` for anything else."""
    try:
        amount = float(text.strip())
    except ValueError:
        raise invalid(field, text, "it must be a number") from None
    if not math.isfinite(amount):
        raise invalid(field, text, "it must be a finite number")
    return amount


def percent(field: str, text: str) -> float:
    """Return a part of users in per cent; raises `InvalidValue` outside of 0 to 100."""
    amount = number(field, text.strip().removesuffix("%"))
    if not 0 <= amount <= EVERYBODY:
        raise invalid(field, text, "it must be a number of per cent from 0 to 100")
    return amount


def whole(field: str, text: str, low: int, high: int) -> int:
    """Return a whole number; raises `InvalidValue` outside of `low` to `high`."""
    word = text.strip().replace(",", "")
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 12 else -1
    if not low <= number <= high:
        raise invalid(field, text, f"it must be a whole number from {low} to {high:,}")
    return number
