"""What a simulation found."""

from __future__ import annotations

import math
from dataclasses import dataclass

SEED = 13


@dataclass(frozen=True)
class Found:
    """A share with its runs; `says` is what was looked for."""

    says: str
    share: float
    runs: int

    @property
    def error(self) -> float:
        """The standard error."""
        return math.sqrt(self.share * (1 - self.share) / self.runs) if self.runs else 0.0
