"""Power, sample sizes, smallest effects."""

from __future__ import annotations

import math

from supportdesk import stats
from supportdesk.stats.errors import positive
from tests.reference_kinds.registry import Fields, Inputs, alpha_in, alternative_in, kind

FORMULAS = {"R power": "pooled", "Evan Miller": "baseline", "arcsine": "arcsine", "t-test": "t"}


@kind("power_two_proportions")
def _(i: Inputs) -> Fields:
    control, test = i["p_control"], i["p_test"]
    side = alternative_in(i, test - control)
    return {"power": stats.power_two_proportions(control, test, i["n_per_group"], alpha_in(i), side).power}


@kind("power_normal_ind")
def _(i: Inputs) -> Fields:
    side = alternative_in(i, i["effect_size"])
    return {"power": stats.power_normal(i["effect_size"], i["n_per_group"], alpha_in(i), side).power}


@kind("power_t_ind")
def _(i: Inputs) -> Fields:
    side = alternative_in(i, i["effect_size"])
    return {"power": stats.power_means(i["effect_size"], i["n_per_group"], alpha_in(i), side).power}


@kind("sample_size_two_proportions")
def _(i: Inputs) -> Fields:
    control, test, text = i["p_control"], i["p_test"], i.get("formula", "R power.prop.test")
    formula = next((word for start, word in FORMULAS.items() if text.startswith(start)), text)
    side = alternative_in(i, test - control)
    found = stats.sample_size_two_proportions(control, test, i.get("power", 0.8), alpha_each(i), side, formula)
    return sizes(i, found) | {"cohen_h": stats.cohen_h(control, test)}


@kind("sample_size_means")
def _(i: Inputs) -> Fields:
    variance = positive("variance", i["variance"] if "variance" in i else i.get("sd", 1.0) ** 2)
    if "effect_size" in i:
        effect = i["effect_size"] * math.sqrt(variance)
    else:
        effect = i["absolute_mde"] if "absolute_mde" in i else i["mean"] * i["relative_mde"]
    side, power = alternative_in(i, effect), i.get("power", 0.8)
    if i.get("formula", "t").startswith("normal"):
        return sizes(i, stats.sample_size_of_difference(effect, variance, power, alpha_each(i), side))
    return sizes(i, stats.sample_size_means(effect / math.sqrt(variance), power, alpha_each(i), side))


def alpha_each(i: Inputs) -> float:
    return stats.alpha_of_each(alpha_in(i), i.get("n_variants", 2) - 1, i.get("correction") or "none")


def sizes(i: Inputs, found: stats.SampleSize) -> Fields:
    exact = found.exact
    return {
        "n_per_group": exact,
        "n_per_group_ceil": found.users_per_arm,
        "n_per_group_round": None if exact is None else round(exact),
        "n_total": None if exact is None else exact * i.get("n_variants", 2),
    }


@kind("mde_two_proportions")
def _(i: Inputs) -> Fields:
    # A fall of p is a rise of what is not p.
    down = "downward" in i.get("formula", "")
    baseline = 1 - i["p_control"] if down else i["p_control"]
    found = stats.smallest_effect_two_proportions(
        baseline, i["n_per_group"], i.get("power", 0.8), alpha_in(i), alternative_in(i)
    )
    if down and found.absolute is not None:
        return {"mde_abs": found.absolute, "mde_rel": found.absolute / i["p_control"]}
    return {"mde_abs": found.absolute, "mde_rel": found.relative}
