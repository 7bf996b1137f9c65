"""Where kinds of cases enter themselves, and how their inputs are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from supportdesk import stats
from supportdesk.stats import Beta, Mean, Proportion

Inputs = dict[str, Any]
Fields = dict[str, Any]

KINDS: dict[str, Callable[[Inputs, Path], Fields]] = {}


def kind(name: str) -> Callable[[Callable[[Inputs], Fields]], Callable[[Inputs], Fields]]:
    """Return a kind that needs nothing but its inputs."""

    def enter(function: Callable[[Inputs], Fields]) -> Callable[[Inputs], Fields]:
        KINDS[name] = lambda inputs, _: function(inputs)
        return function

    return enter


def file_kind(name: str) -> Callable[[Callable[[Inputs, Path], Fields]], Callable[[Inputs, Path], Fields]]:
    """Return a kind that reads a data file."""

    def enter(function: Callable[[Inputs, Path], Fields]) -> Callable[[Inputs, Path], Fields]:
        KINDS[name] = function
        return function

    return enter


def alpha_in(i: Inputs) -> float:
    if "alpha" in i:
        return i["alpha"]
    return stats.alpha_of(i.get("confidence", i.get("confidence_level", 0.95)))


def alternative_in(i: Inputs, effect: float = 1.0) -> str:
    """Return the library's word; R's own words and a one-sided test towards the effect are understood."""
    towards = "larger" if effect >= 0 else "smaller"
    others = {
        "greater": "larger",
        "less": "smaller",
        "one-sided": towards,
        "one.sided": towards,
        "two.sided": "two-sided",
    }
    word = i.get("alternative", "two-sided")
    return others.get(word, word)


def arm(i: Inputs, name: str) -> Proportion:
    return Proportion(i[f"x_{name}"], i[f"n_{name}"])


def mean(i: Inputs, name: str) -> Mean:
    return Mean(i[f"n_{name}"], i[f"mean_{name}"], i[f"var_{name}"])


def prior_in(i: Inputs) -> Beta:
    return Beta(i.get("prior_alpha", 1), i.get("prior_beta", 1))
