"""The line under the form of an experiment: users needed, and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.experiments.form import SAMPLE_LIMIT, confidence, weights
from supportdesk.domain.experiments.metric import MetricKind
from supportdesk.domain.experiments.numbers import number, percent, whole
from supportdesk.services.experiments.analysis.planning import Setting, plan, smallest_effect

POWER = 0.8
NAMES = {"baseline": "current mean", "effect": "smallest difference", "deviation": "standard deviation"}
WAITING_FOR_MEAN = "Type the current mean, a smallest difference and the standard deviation to plan the users."
WAITING = "Type the current rate and a smallest difference to plan the users."


@dataclass(frozen=True, slots=True)
class PlanShown:
    """What the line says, and the users per variant to plan with, where there are some."""

    says: str
    users_per_arm: int | None = None
    fault: bool = False


def planned(values: Mapping[str, str]) -> PlanShown:
    """Return the line for the fields: `baseline` in per cent, `effect` in points, `daily` users a day.

    Of a mean they are in its own unit, with its standard `deviation`.
    """
    of_mean = values["kind"] != MetricKind.CONVERSION
    if not all(values[field].strip() for field in (("baseline", "effect", "deviation") if of_mean else ("baseline",))):
        return PlanShown(WAITING_FOR_MEAN if of_mean else WAITING)
    try:
        return _planned_mean(values) if of_mean else _planned(values)
    except InvalidValue as error:
        return PlanShown(error.message, fault=True)


def _planned(values: Mapping[str, str]) -> PlanShown:
    baseline, certain = percent("current rate", values["baseline"]) / 100, confidence(values["confidence"])
    shares = _shares(values)
    if not values["effect"].strip():
        return _of_sample(values, baseline, certain)
    effect = number("smallest difference", values["effect"].strip().removesuffix("%")) / 100
    found = plan(baseline, effect, Setting(POWER, certain, shares=shares))
    # The smallest arm is full last.
    users, total = found.users_per_arm, found.users
    says = (
        f"{users:,} users per variant, {total:,} in all, detect {100 * baseline:g} % → {100 * (baseline + effect):g} % "
        f"with {100 * POWER:g} % power at {100 * certain:g} % confidence{_days(values, total)}"
    )
    return PlanShown(says, users)


def _planned_mean(values: Mapping[str, str]) -> PlanShown:
    """Return the plan of a mean, in its own unit."""
    mean, effect = (number(NAMES[field], values[field]) for field in ("baseline", "effect"))
    deviation = number(NAMES["deviation"], values["deviation"])
    if deviation <= 0:
        raise invalid(NAMES["deviation"], values["deviation"], "it must be above 0")
    certain = confidence(values["confidence"])
    found = plan(mean, effect, Setting(POWER, certain, shares=_shares(values)), deviation=deviation)
    users, total = found.users_per_arm, found.users
    who = " who report a value" if values["kind"] == MetricKind.MEAN else ""
    says = (
        f"{users:,} users per variant{who}, {total:,} in all, detect {mean:g} → {mean + effect:g} at a deviation of "
        f"{deviation:g} with {100 * POWER:g} % power at {100 * certain:g} % confidence{_days(values, total)}"
    )
    return PlanShown(says, users)


def _shares(values: Mapping[str, str]) -> tuple[float, ...]:
    tests = max(1, sum(bool(name.strip()) for name in values["test"].split(",")))
    return weights(values["weights"], tests + 1)


def _of_sample(values: Mapping[str, str], baseline: float, certain: float) -> PlanShown:
    typed = values["min_sample"].strip().replace(",", "")
    users = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
    found = smallest_effect(baseline, users, certain)
    if found is None:
        return PlanShown(WAITING)
    return PlanShown(f"{users:,} users per variant detect a {100 * found:.2g}-point gain with {100 * POWER:g} % power.")


def _days(values: Mapping[str, str], users: int) -> str:
    if not values["daily"].strip():
        return ""
    daily = whole("users a day", values["daily"], 0, SAMPLE_LIMIT) * percent("ramp", values["ramp"]) / 100
    if daily <= 0:
        return "; no traffic yet, so the duration cannot be estimated"
    days = ceil(users / daily)
    return f": {days:,} day{'s' * (days != 1)} at {daily:,.0f} users a day"
