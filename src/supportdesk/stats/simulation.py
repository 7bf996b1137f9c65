"""A/A runs: how often each method finds a difference where there is none, when somebody looks every day."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from supportdesk.stats.bayes_factor import bayes_factor
from supportdesk.stats.errors import count, fraction, open_fraction
from supportdesk.stats.group_sequential import obrien_fleming, pocock
from supportdesk.stats.normal import quantile_above
from supportdesk.stats.proportions import two_proportion_z
from supportdesk.stats.samples import Proportion
from supportdesk.stats.sequential import confidence_sequence, inflated_z, msprt, tau2_for

Look = tuple[Proportion, Proportion]


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """The share of A/A runs in which a method raised an alarm at any look, with the share's standard error."""

    method: str
    rate: float
    error: float


def false_alarms(
    runs: int = 1_000,
    looks: int = 20,
    users_per_look: int = 500,
    rate: float = 0.1,
    alpha: float = 0.05,
    seed: int = 1,
) -> tuple[FalseAlarms, ...]:
    """Simulate `runs` A/A tests, whose arms gain `users_per_look` users a look, and try each method at `alpha`.

    The same seed gives the same table. The first two methods are the plain z-test, looked at once and every time.
    """
    import numpy as np

    number_of, each = count("runs", runs, least=1), count("users_per_look", users_per_look, least=1)
    random = np.random.default_rng(count("seed", seed))
    looks = count("looks", looks, least=1)
    size = (number_of, 2, looks)
    hits = random.binomial(each, fraction("rate", rate), size).cumsum(axis=2)
    methods = _Methods(looks, each, open_fraction("alpha", alpha), rate)
    alarms = dict.fromkeys(methods.names, 0)
    for control, test in hits.tolist():
        users = range(each, each * looks + 1, each)
        run = [(Proportion(c, n), Proportion(t, n)) for c, t, n in zip(control, test, users, strict=True)]
        for name in set(methods.alarms(run)):
            alarms[name] += 1
    shares = {name: times / number_of for name, times in alarms.items()}
    return tuple(FalseAlarms(name, share, math.sqrt(share * (1 - share) / number_of)) for name, share in shares.items())


class _Methods:
    """The methods, tuned before the first look as an honest user would: for the planned end."""

    names = (
        "z-test at the end",
        "z-test at every look",
        "Pocock bounds",
        "O'Brien-Fleming bounds",
        "mixture SPRT",
        "confidence sequence",
        "Statsig's inflated z",
        "Bayes factor above 1/alpha",
    )

    def __init__(self, looks: int, users_per_look: int, alpha: float, rate: float) -> None:
        self._alpha, self._plan = alpha, 2 * looks * users_per_look
        self._tau2 = tau2_for(max(rate * (1 - rate), 1e-12) * 4 / self._plan, alpha)
        self._fixed = quantile_above(alpha / 2)
        self._bounds = list(zip(pocock(looks, alpha).z, obrien_fleming(looks, alpha).z, strict=True))

    def alarms(self, run: Sequence[Look]) -> Iterator[str]:
        """Return the name of each method that finds something in a run, once for each look at which it does."""
        for index, ((control, test), bounds) in enumerate(zip(run, self._bounds, strict=True)):
            last = index == len(run) - 1
            at_end, always, shared, late, mixture, sequence, inflated, factor = self.names
            found = two_proportion_z(control, test)
            if found.z is None or found.difference is None:
                continue
            size = abs(found.z)
            means = control.mean(), test.mean()
            variance = sum(mean.squared_error for mean in means)
            flags = {
                at_end: last and size > self._fixed,
                always: size > self._fixed,
                shared: bounds[0] is not None and size > bounds[0],
                late: bounds[1] is not None and size > bounds[1],
                mixture: msprt(found.difference, variance, self._tau2, self._alpha).rejects(self._alpha),
                sequence: confidence_sequence(
                    found.difference, math.sqrt(variance), control.users + test.users, self._plan, self._alpha
                ).rejects(self._alpha),
                inflated: _below(inflated_z(*means, self._alpha).p_value, self._alpha),
                factor: bayes_factor(control, test).conclusive(1 / self._alpha),
            }
            yield from (name for name, alarm in flags.items() if alarm)


def _below(p_value: float | None, alpha: float) -> bool:
    return p_value is not None and p_value < alpha
