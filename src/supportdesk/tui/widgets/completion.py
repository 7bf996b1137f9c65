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


class Completions:
    """What the line of a question can become: by enter one of the `known` answers, by tab what `complete` gives."""

    def __init__(self, known: Sequence[str] = (), complete: Complete | None = None) -> None:
        self._known = known
        self._can_complete = bool(known or complete)
        self.complete = complete or self._beginning_with
        # The completions of what was typed when tab was first pressed, and the one that is shown.
        self._offered: tuple[Sequence[str], int] = ((), 0)

    def __bool__(self) -> bool:
        return self._can_complete

    def proposal(self, typed: str) -> str:
        """Return the known answer that is shown behind what was typed; what was typed where there is none."""
        found = self._beginning_with(typed)
        return typed if not found or typed in found else found[0]

    def step(self, typed: str) -> Sequence[str]:
        """Return the completions of a line, that which tab takes now first: the next one, where tab made the line."""
        lines, place = self._offered
        if lines and typed == lines[place]:
            place = (place + 1) % len(lines)
        else:
            lines, place = list(self.complete(typed)), 0
        self._offered = (lines, place)
        return [*lines[place:], *lines[:place]]

    def _beginning_with(self, typed: str) -> Sequence[str]:
        begun = typed.casefold()
        return [each for each in self._known if begun.strip() and each.casefold().startswith(begun)]


def complete_last_word(words: Sequence[str]) -> Complete:
    """Return a completion of the last word of a line, with its sign, by one of these words."""

    def complete(line: str) -> Sequence[str]:
        before, _, last = line.rpartition(" ")
        sign, begun = (last[:1], last[1:]) if last[:1] in ("+", "-") else ("", last)
        head = f"{before} {sign}" if before else sign
        return [head + word for word in words if begun and word.startswith(begun.lower())]

    return complete
