"""Checks of the numbers that somebody typed about an experiment."""

from __future__ import annotations

import math
import re

from supportdesk.domain.errors import invalid

EVERYBODY = 100.0

_COMMA_IS_POINT = re.compile("[+-]?(?:[0-9]{1,3}(?:[ .'\u00a0\u2019\u202f][0-9]{3})+|[0-9]+),[0-9]{1,2}")
_COMMA_GROUPS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_WHOLE = re.compile(r"[0-9]{1,11}|[0-9]{1,3}(?:,[0-9]{3}){1,3}")


def decimal(text: str) -> float:
    """Return the number that a text is; raises `ValueError` for what is none.

    A comma is read where it has one meaning: `12,50`, `1.234,56` and `1,234.56`, but not `1,234`.
    """
    plain = text.strip().replace("\u2212", "-")
    # Python takes 1_000 too.
    return _with_commas(plain) if "," in plain or "_" in plain else float(plain)


def number(field: str, text: str) -> float:
    """Return a finite number, read like `decimal`; raises `InvalidValue` for anything else."""
    try:
        amount = decimal(text)
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
    """Return a whole number, also one such as 1,000; raises `InvalidValue` outside of `low` to `high`."""
    word = text.strip()
    number = int(word.replace(",", "")) if _WHOLE.fullmatch(word) else -1
    if not low <= number <= high:
        raise invalid(field, text, f"it must be a whole number from {low} to {high:,}")
    return number


def count(field: str, text: str, most: int) -> int:
    """Return a whole number from 0 to `most`, also one such as 100.0, as tables of floats have it."""
    try:
        amount = decimal(text)
    except ValueError:
        amount = -1
    if not (0 <= amount <= most and amount == int(amount)):
        raise invalid(field, text, f"it must be a whole number from 0 to {most:,}")
    return int(amount)


def _with_commas(text: str) -> float:
    if _COMMA_IS_POINT.fullmatch(text):
        return float(re.sub("[^0-9,+-]", "", text).replace(",", "."))
    if _COMMA_GROUPS.fullmatch(text):
        return float(text.replace(",", ""))
    raise ValueError(text)
