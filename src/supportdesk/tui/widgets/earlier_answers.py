"""Answers that were given before to a kind of question, for the arrow keys to bring back."""

from __future__ import annotations

from collections.abc import Sequence

LIMIT = 50
"""How many answers of a kind are remembered."""


class EarlierAnswers:
    """The answers of a session, by kind of question, and how far back one has gone among those of the kind asked."""

    def __init__(self) -> None:
        self._by_kind: dict[str, list[str]] = {}
        self._earlier: Sequence[str] = ()
        self._back = 0

    def begin(self, kind: str) -> None:
        """Begin a question of a kind."""
        self._earlier, self._back = tuple(self._by_kind.get(kind, ())), 0

    def __bool__(self) -> bool:
        return bool(self._earlier)

    def step(self, by: int) -> str:
        """Go back by 1, or forward by -1; return the answer that is reached, empty for the one being typed."""
        self._back = min(max(self._back + by, 0), len(self._earlier))
        return self._earlier[-self._back] if self._back else ""

    def remember(self, kind: str, answer: str) -> None:
        """Remember an answer as the newest of its kind."""
        entered = self._by_kind.setdefault(kind, [])
        if answer in entered:
            entered.remove(answer)
        entered.append(answer)
        del entered[:-LIMIT]
