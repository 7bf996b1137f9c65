"""The rows of a real page test (ab_data.csv.gz), cleaned in the ways that the reference cases name."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PAGE_OF = {"control": "old_page", "treatment": "new_page"}


@dataclass(frozen=True, slots=True)
class Exposure:
    """A row: who saw what when, and whether they converted."""

    user: str
    time: str
    group: str
    page: str
    converted: int

    @property
    def day(self) -> str:
        return self.time[:10]

    @property
    def agrees(self) -> bool:
        return PAGE_OF[self.group] == self.page


@cache
def exposures(file: Path) -> list[Exposure]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows)
        return [Exposure(user, time, group, page, int(hit)) for user, time, group, page, hit in rows]


def every_row(rows: list[Exposure]) -> list[Exposure]:
    return rows


def clean_first(rows: list[Exposure]) -> list[Exposure]:
    """Return rows whose group and page agree, the first of each user in the file's order."""
    return first_of_each([row for row in rows if row.agrees])


def first_exposure(rows: list[Exposure]) -> list[Exposure]:
    """Return the first row of each user by the clock."""
    return first_of_each(sorted(rows, key=lambda row: row.time))


def first_of_each(rows: list[Exposure]) -> list[Exposure]:
    return list({row.user: row for row in reversed(rows)}.values())[::-1]


def one_group_only(rows: list[Exposure]) -> list[Exposure]:
    """Return one row for each user who was seen in one group alone, converted if any of their rows is."""
    both = in_both_groups(rows)
    hits = {row.user for row in rows if row.converted}
    return [
        Exposure(row.user, row.time, row.group, row.page, int(row.user in hits))
        for row in first_exposure(rows)
        if row.user not in both
    ]


def in_both_groups(rows: list[Exposure]) -> set[str]:
    seen = {group: {row.user for row in rows if row.group == group} for group in PAGE_OF}
    return seen["control"] & seen["treatment"]


POLICIES: dict[str, Callable[[list[Exposure]], list[Exposure]]] = {
    "every row counts": every_row,
    "raw_rows": every_row,
    "drop rows whose group and page disagree": clean_first,
    "clean_first": clean_first,
    "first row per user decides": first_exposure,
    "first_exposure": first_exposure,
    "drop every user seen in both groups": one_group_only,
    "exclude_multi_exposed": one_group_only,
}


def cleaned(rows: list[Exposure], policy: str) -> list[Exposure]:
    """Return the rows that a policy keeps; the policy is told by how its description begins."""
    for beginning, clean in POLICIES.items():
        if policy.startswith(beginning):
            return clean(rows)
    raise KeyError(f"the cleaning policy {policy!r} is not known")
