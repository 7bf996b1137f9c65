"""The table of results: printed, kept beside the tests, and turned into the sentences of the manual."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.simulations.claims import Claim
from tests.simulations.found import Found

TABLE = Path(__file__).parents[1] / "data" / "simulations.json"


@dataclass(frozen=True)
class Row:
    """One figure: the share in per cent with its standard error, and whether the target is met.

    `verdict` is ok where it is met by two standard errors, near where the figure meets it, else FAIL.
    """

    name: str
    what: str
    looks: str
    target: str
    percent: float
    error: float
    runs: int
    verdict: str

    @property
    def line(self) -> str:
        """The row as it is printed."""
        figure = f"{self.percent:6.2f} % ± {self.error:.2f}"
        looks = f", {self.looks}" if self.looks else ""
        return f"{self.verdict:<4}  {self.name:<18} {figure}  {self.target:<14} {self.what}{looks} ({self.runs:,} runs)"


def judged(claim: Claim, found: Found) -> Row:
    """Return a figure beside its target."""
    low, high = max(found.share - 2 * found.error, 0.0), found.share + 2 * found.error
    if claim.least <= low and high <= claim.most:
        verdict = "ok"
    elif claim.least <= found.share <= claim.most:
        verdict = "near"
    else:
        verdict = "FAIL"
    percent, error = round(100 * found.share, 2), round(100 * found.error, 2)
    return Row(claim.name, claim.what, found.says, claim.target, percent, error, found.runs, verdict)


def write(rows: Sequence[Row]) -> None:
    """Keep results; those of claims that did not run stay as they are."""
    known = {(row.name, row.looks): row for row in read()} if TABLE.exists() else {}
    known |= {(row.name, row.looks): row for row in rows}
    text = ",\n".join(json.dumps(asdict(row), ensure_ascii=False) for row in known.values())
    TABLE.write_text(f"[\n{text}\n]\n", "utf-8")


def read() -> list[Row]:
    """Return the results that are kept."""
    return [Row(**row) for row in json.loads(TABLE.read_text("utf-8"))]
