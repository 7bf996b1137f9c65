"""Saved views: a name for a query, of one agent or of the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class View:
    """A saved query.

    `owner` is the agent whose view it is, empty for the team's. `fault` says why its query cannot be used any more.
    """

    name: str
    query: str
    owner: str
    changed_by: str
    changed_at: datetime
    fault: str = ""

    @property
    def is_team(self) -> bool:
        """Whether everybody has it."""
        return not self.owner
