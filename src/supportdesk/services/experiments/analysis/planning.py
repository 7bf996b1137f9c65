"""Planning experiments and trying methods out, without a desk."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from supportdesk import stats
from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.stats import (
    FalseAlarms,
    InvalidInput,
    Proportion,
    alpha_of,
    sample_size_two_proportions,
    smallest_effect_two_proportions,
)

FORMULA = "Fleiss, Levin & Paik 2003, eq. 4.14 (R's power.prop.test): two-sided, pooled variance under no effect"
LOOKS = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """The users that an experiment needs, and the days at some traffic."""

    users_per_arm: int
    users: int
    days: int | None
    formula: str = FORMULA


def plan(
    baseline: float, effect: float, *, power: float = 0.8, confidence: float = 0.95, daily_users: int = 0, arms: int = 2
) -> Plan:
    """Return the users per variant that detect `effect` over `baseline`, both fractions; raises `InvalidValue`."""
    if not 0 < baseline < 1:
        raise invalid("baseline", f"{baseline:g}", f"it must be a rate between 0 and 1, such as 0.13{_hint(baseline)}")
    if effect == 0 or not 0 <= baseline + effect <= 1:
        allowed = f"added to the baseline {baseline:g} it must be another rate from 0 to 1"
        raise invalid("effect", f"{effect:g}", allowed + _hint(effect))
    if not 0 < power < 1:
        raise invalid("power", f"{power:g}", f"it must be between 0 and 1, such as 0.8{_hint(power)}")
    if arms < 2:
        raise invalid("variants", arms, "it takes two at least, the control and what is tried")
    # Several test variants share what is left to chance.
    alpha = alpha_of(confidence) / (arms - 1)
    try:
        needed = sample_size_two_proportions(baseline, baseline + effect, power, alpha)
    except InvalidInput as error:
        raise InvalidValue(str(error), field=error.field) from None
    if needed.users_per_arm is None:
        raise InvalidValue(f"effect: {needed.reason}", field="effect")
    users = needed.users_per_arm * arms
    return Plan(needed.users_per_arm, users, ceil(users / daily_users) if daily_users else None)


def _hint(value: float) -> str:
    """Return how somebody who typed per cent should have written it."""
    return f"; write {value / 100:g} for {value:g} %" if 1 <= abs(value) < 100 else ""


def smallest_effect(baseline: float, users_per_arm: int, confidence: float = 0.95, power: float = 0.8) -> float | None:
    """Return the smallest rise over `baseline` that so many users per variant detect; None where there is none."""
    if not 0 < baseline < 1 or users_per_arm < 1:
        return None
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
    """Run tests of two arms that are the same, with a look a day, and counts what each method takes for real."""
    if not 0 < baseline < 1:
        raise invalid("baseline", f"{baseline:g}", f"it must be a rate between 0 and 1, such as 0.1{_hint(baseline)}")
    if daily_users < 2:
        raise invalid("daily_users", daily_users, "each of the two variants needs one a day")
    return stats.false_alarms(runs, looks, daily_users // 2, baseline, alpha_of(confidence), seed)


def parse_arm(field: str, text: str) -> Proportion:
    """Return an arm typed as `conversions/users`; raises `InvalidValue`."""
    words = text.replace(",", "").split("/")
    if len(words) != 2 or not all(word.strip().isascii() and word.strip().isdigit() for word in words):
        raise invalid(field, text, "it must be conversions/users, such as 120/1000")
    try:
        return Proportion(int(words[0]), int(words[1]))
    except (InvalidInput, ValueError) as error:
        raise InvalidValue(f"{field}: {error}"[:300], field=field) from None
