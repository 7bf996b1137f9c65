"""Progress of an import."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

WATCH_EVERY = 500


class Step(StrEnum):
    """Phase of an import."""

    READING = "reading"
    SAVING = "saving"


Watch = Callable[[Step, int, int | None], None]
"""Called with the amount done and the total: bytes while reading (rows and None in a pipe), then things."""


def unwatched(step: Step, done: int, total: int | None) -> None:
    """Ignore progress."""
