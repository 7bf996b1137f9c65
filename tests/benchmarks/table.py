"""How measurements are told."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, the floor of the same run, their ratio, and what was promised."""

    name: str
    measured: float
    unit: str
    floor: float | None
    ratio: float | None
    target: str
    met: bool


def print_table(rows: Sequence[Row]) -> None:
    """Prints the figures, aligned."""
    headings = ("WHAT", "MEASURED", "FLOOR", "RATIO", "TARGET", "MET")
    cells = [headings, *(_told(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        aligned = [f"{text:{'>' if 1 <= place <= 3 else '<'}{widths[place]}}" for place, text in enumerate(row)]
        print("  ".join(aligned).rstrip())


def _told(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        f"{_number(row.measured)} {row.unit}",
        "" if row.floor is None else f"{_number(row.floor)} {row.unit}",
        "" if row.ratio is None else f"{row.ratio:.2f}",
        row.target,
        "yes" if row.met else "NO",
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
