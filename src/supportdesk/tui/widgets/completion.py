"""Completion of a line that is typed: what it can become is shown behind the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.suggester import Suggester

Complete = Callable[[str], Sequence[str]]
"""Return the whole lines that a typed one can become, the most likely first."""


class FirstCompletion(Suggester):
    """Suggest the first of the lines that what was typed can become."""

    def __init__(self, complete: Complete) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first completion; None where there is none."""
        lines = self._complete(value) if value else ()
        return next((line for line in lines if line.casefold().startswith(value.casefold())), None)


def complete_last_word(words: Sequence[str]) -> Complete:
    """Return a completion of the last word of a line, with its sign, by one of these words."""

    def complete(line: str) -> Sequence[str]:
        before, _, last = line.rpartition(" ")
        sign, begun = (last[:1], last[1:]) if last[:1] in ("+", "-") else ("", last)
        head = f"{before} {sign}" if before else sign
        return [head + word for word in words if begun and word.startswith(begun.lower())]

    return complete
