"""Users by the arm they fall in: an experiment has another id in every run, so who sees what is another one too."""

from collections.abc import Iterable, Iterator, Sequence

from supportdesk.domain.assignment import EVEN, drawn_variant


def falling_in(arm: int, users: Iterable[str], experiment_id: str, weights: Sequence[float] = EVEN) -> Iterator[str]:
    """Those of the users whom an experiment shows the variant at this place."""
    return (user for user in users if drawn_variant(user, experiment_id, weights)[1] == arm)
