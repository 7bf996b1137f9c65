"""How an import tells how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

WATCH_EVERY = 500


class Step(StrEnum):
    """What an import is at."""

    READING = "reading"
    SAVING = "saving"


Watch = Callable[[Step, int, int | None], None]
"""Told now and then how much of how much is done: bytes while reading (rows of None in a pipe), then things."""


def unwatched(step: Step, done: int, total: int | None) -> None:
    """For imports that nobody watches."""
