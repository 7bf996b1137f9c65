"""Users by the arm they fall in, and ids that are the same in every run."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from uuid import NAMESPACE_OID, uuid5

from supportdesk.domain.experiments.assignment import EVEN, drawn_variant


def falling_in(arm: int, users: Iterable[str], experiment_id: str, weights: Sequence[float] = EVEN) -> Iterator[str]:
    """Those of the users whom an experiment shows the variant at this place."""
    return (user for user in users if drawn_variant(user, experiment_id, weights)[1] == arm)


class Ids:
    """A source of ids that are the same in every run; the next one can be made to place a user in an arm."""

    def __init__(self) -> None:
        self._made = (str(uuid5(NAMESPACE_OID, str(number))) for number in count())
        self._placing: list[str] = []

    def __call__(self) -> str:
        return self._placing.pop() if self._placing else next(self._made)

    def place(self, user: str, arm: int, weights: Sequence[float] = EVEN) -> None:
        """Let the next id be that of an experiment that shows this user the variant at this place."""
        self._placing.append(next(each for each in self._made if drawn_variant(user, each, weights)[1] == arm))
