"""Planning experiments and trying methods out, without a desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt

from supportdesk import stats
from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.experiments.numbers import number, whole
from supportdesk.stats import (
    FalseAlarms,
    InvalidInput,
    Mean,
    Proportion,
    SampleSize,
    alpha_of,
    inflation,
    smallest_effect_means,
    smallest_effect_two_proportions,
    total_means,
    total_two_proportions,
    total_within_margin,
)

FORMULA = "Fleiss, Levin & Paik 2003, eq. 4.14 (R's power.prop.test): two-sided, pooled variance under no effect"
FORMULA_OF_MEANS = "Chow, Shao & Wang 2008, chapter 3: two-sided, for means that are about normal"
FORMULA_OF_MARGINS = (
    "Chow, Shao & Wang 2008, section 4.2 (non-inferiority): one-sided, for a guardrail that stays as it is"
)
LOOKS = 20
USERS_LIMIT = 10**11
SOME_DAYS = 14


@dataclass(frozen=True, slots=True)
class Plan:
    """The users that an experiment needs, and the days at some traffic.

    `users_per_arm` are those of the smallest arm, which is full last; `arms` has them all, the control first. `alpha`
    is the level of each comparison, `looks` how many the plan allows for, and `users_with_looks` what the smallest arm
    needs for the same power if the verdict is asked every day.
    """

    users_per_arm: int
    users: int
    days: int | None
    formula: str = FORMULA
    arms: tuple[int, ...] = ()
    alpha: float = 0.05
    looks: int = 1
    users_with_looks: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """What plans have in common: how sure they are to be, the traffic, and who shares users and error.

    `shares` are those of all arms, the control first; `metrics` how many share the error with the one that is planned.
    """

    power: float = 0.8
    confidence: float = 0.95
    daily_users: int = 0
    shares: tuple[float, ...] = (0.5, 0.5)
    looks: int = 1
    metrics: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.power < 1:
            allowed = f"it must be between 0 and 1, such as 0.8{_hint(self.power)}"
            raise invalid("power", f"{self.power:g}", allowed)
        if len(self.shares) < 2:
            raise invalid("variants", len(self.shares), "it takes two at least, the control and what is tried")

    @property
    def alpha(self) -> float:
        """The level of each comparison: that of Holm's first step, which test variants and metrics share."""
        return alpha_of(self.confidence) / (len(self.shares) - 1) / max(self.metrics, 1)


def plan(baseline: float, effect: float, setting: Setting | None = None, *, deviation: float = 0.0) -> Plan:
    """Return the users that detect `effect` over `baseline`; raises `InvalidValue`.

    Both are fractions; with a standard deviation they are means.
    """
    setting = setting or Setting()
    if not deviation:
        _check_rates(baseline, effect)
    elif effect == 0:
        raise invalid("effect", "0", "it is the smallest difference of means that is worth finding, such as 0.5")

    def total(shares: tuple[float, float]) -> SampleSize:
        if deviation:
            return total_means(effect, deviation, shares, setting.power, setting.alpha)
        return total_two_proportions(baseline, baseline + effect, shares, setting.power, setting.alpha)

    return _planned("effect", total, setting, FORMULA_OF_MEANS if deviation else FORMULA, sides=2)


def guardrail_plan(baseline: float, margin: float, setting: Setting | None = None, *, deviation: float = 0.0) -> Plan:
    """Return the users that show a guardrail which does not change to be within its margin, a share of the control."""
    setting = setting or Setting()
    if not deviation:
        _check_rates(baseline, None)
    if not 0 < margin <= 1:
        raise invalid("margin", f"{margin:g}", "it is a share of the control, over 0 % up to 100 %, such as 1%")
    spread = deviation or sqrt(baseline * (1 - baseline))
    # Each guardrail has to be safe by itself, so that none shares the error of another.
    alpha = alpha_of(setting.confidence)
    setting = replace(setting, metrics=1)

    def total(shares: tuple[float, float]) -> SampleSize:
        return total_within_margin(baseline, spread, margin, shares, setting.power, alpha)

    return replace(_planned("margin", total, setting, FORMULA_OF_MARGINS, sides=1), alpha=alpha)


def _planned(
    field: str, total: Callable[[tuple[float, float]], SampleSize], setting: Setting, formula: str, sides: int
) -> Plan:
    control, *tests = setting.shares
    needed = 0.0
    for test in tests:
        try:
            found = total((control, test))
        except InvalidInput as error:
            raise InvalidValue(str(error), field=error.field) from None
        if found.exact is None:
            raise InvalidValue(f"{field}: {found.reason}", field=field)
        needed = max(needed, found.exact / (control + test))
    factor = inflation(setting.looks, setting.alpha, setting.power, sides)
    arms = _of_arms(needed * factor, setting.shares)
    users = sum(arms)
    days = ceil(users / setting.daily_users) if setting.daily_users else None
    daily = inflation(max(days or SOME_DAYS, setting.looks), setting.alpha, setting.power, sides)
    with_looks = min(_of_arms(needed * daily, setting.shares))
    return Plan(min(arms), users, days, formula, arms, setting.alpha, setting.looks, with_looks)


def _of_arms(users: float, shares: Sequence[float]) -> tuple[int, ...]:
    return tuple(ceil(users * share - 1e-9) for share in shares)


def _check_rates(baseline: float, effect: float | None) -> None:
    if not 0 < baseline < 1:
        raise invalid("baseline", f"{baseline:g}", f"it must be a rate between 0 and 1, such as 0.13{_hint(baseline)}")
    if effect is not None and (effect == 0 or not 0 <= baseline + effect <= 1):
        allowed = f"added to the baseline {baseline:g} it must be another rate from 0 to 1"
        raise invalid("effect", f"{effect:g}", allowed + _hint(effect))


def _hint(value: float) -> str:
    """Return how somebody who typed per cent should have written it."""
    return f"; write {value / 100:g} for {value:g} %" if 1 <= abs(value) < 100 else ""


def smallest_effect(
    baseline: float, users_per_arm: int, confidence: float = 0.95, power: float = 0.8, deviation: float = 0.0
) -> float | None:
    """Return the smallest rise over `baseline` that so many users per variant detect; None where there is none."""
    if users_per_arm < 1 or not (deviation or 0 < baseline < 1):
        return None
    if deviation:
        return smallest_effect_means(baseline, deviation, users_per_arm, power, alpha_of(confidence)).absolute
    return smallest_effect_two_proportions(baseline, users_per_arm, power, alpha_of(confidence)).absolute


def false_alarms(
    *,
    runs: int = 1_000,
    looks: int = LOOKS,
    daily_users: int = 1_000,
    baseline: float = 0.1,
    confidence: float = 0.95,
    seed: int = 1,
) -> tuple[FalseAlarms, ...]:
    """Run tests of two arms that are the same, with a look a day, and count what each method takes for real."""
    if not 0 < baseline < 1:
        raise invalid("baseline", f"{baseline:g}", f"it must be a rate between 0 and 1, such as 0.1{_hint(baseline)}")
    if daily_users < 2:
        raise invalid("daily_users", daily_users, "each of the two variants needs one a day")
    return stats.false_alarms(runs, looks, daily_users // 2, baseline, alpha_of(confidence), seed)


def parse_mean(field: str, text: str) -> Mean:
    """Return an arm typed as `mean/sd/users`; raises `InvalidValue`."""
    words = text.split("/")
    if len(words) != 3:
        raise invalid(field, text, "it must be mean/sd/users, such as 10.2/4.1/500")
    mean, deviation = number(field, words[0]), number(field, words[1])
    return mean_arm(field, mean, deviation**2 if deviation >= 0 else deviation, whole(field, words[2], 0, USERS_LIMIT))


def mean_arm(field: str, mean: float, variance: float, users: int) -> Mean:
    """Return an arm of a mean; raises `InvalidValue` for what no values have."""
    try:
        return Mean(users, mean, variance)
    except InvalidInput as error:
        raise InvalidValue(f"{field}: {error}"[:300], field=field) from None


def parse_arm(field: str, text: str) -> Proportion:
    """Return an arm typed as `conversions/users`; raises `InvalidValue`."""
    try:
        conversions, users = (whole(field, word, 0, USERS_LIMIT) for word in text.split("/"))
    except (ValueError, InvalidValue):
        raise invalid(field, text, "it must be conversions/users, such as 120/1000") from None
    try:
        return Proportion(conversions, users)
    except InvalidInput as error:
        raise InvalidValue(f"{field}: {error}"[:300], field=field) from None
