"""Steps of the demo desk's story, and the files they are read from."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from supportdesk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Step:
    """One event in the story of the ticket, FAQ or experiment `key`."""

    at: datetime
    agent: str
    key: str
    act: Callable[[Desk, str], str]
    """Acts on what has this number ("" before it has one); gives the number."""


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of the story."""
    with (folder() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def folder() -> Path:
    """Return the folder of the story's files: in the package of a wheel, else at the root of the repository."""
    packaged = Path(__file__).parent / "data"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "data"
