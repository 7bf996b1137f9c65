"""Methods for looking often."""

from __future__ import annotations

import math

from supportdesk import stats
from supportdesk.stats.errors import positive
from tests.reference_kinds.registry import Fields, Inputs, alpha_in, kind, mean


@kind("asymptotic_confidence_sequence")
def _(i: Inputs) -> Fields:
    found = stats.confidence_sequence(i["estimate"], i["se"], i["n_total"], i["n_star"], alpha_in(i))
    return {
        "rho": stats.confidence_rho(i["n_star"], alpha_in(i)),
        "halfwidth": (found.high - found.low) / 2,
        "low": found.low,
        "high": found.high,
        "p_value": found.p_value,
    }


@kind("msprt_normal")
def _(i: Inputs) -> Fields:
    found = stats.msprt(i["estimate"], i["variance_of_estimate"], i["tau2"], alpha_in(i))
    return {
        "likelihood_ratio": math.exp(found.log_likelihood_ratio),
        "p_value": found.p_value,
        "ci_halfwidth": (found.high - found.low) / 2,
        "low": found.low,
        "high": found.high,
        "reject": found.rejects(alpha_in(i)),
    }


@kind("statsig_sequential")
def _(i: Inputs) -> Fields:
    found = stats.inflated_z(mean(i, "control"), mean(i, "test"), alpha_in(i))
    return {
        "z_star": found.z_critical,
        "sigma": found.inflation,
        "low": found.low,
        "high": found.high,
        "p_value": found.p_value,
    }


@kind("miller_simple_sequential")
def _(i: Inputs) -> Fields:
    found = stats.lead_to_stop(i["total_conversions_N"])
    return {"stop_difference": found.difference, "one_sided_fpr": found.false_alarms}


@kind("gs_bounds_pocock")
def _(i: Inputs) -> Fields:
    found = stats.pocock(i["looks"], alpha_in(i), i.get("sides", 2))
    return bounds(found) | {"nominal_p": found.nominal_p[0]}


@kind("gs_bounds_obf")
def _(i: Inputs) -> Fields:
    found = stats.obrien_fleming(i["looks"], alpha_in(i), i.get("sides", 2))
    return bounds(found) | {"c_b": found.z[-1]}


SPENDING = {
    "gs_bounds_lan_demets_obf": "obrien-fleming",
    "gs_bounds_lan_demets_pocock": "pocock",
    "gs_bounds_power_spending": "power",
}
for name, spending in SPENDING.items():
    kind(name)(
        lambda i, spending=spending: bounds(
            stats.lan_demets(i["information"], spending, alpha_in(i), i.get("sides", 2), i.get("rho", 2))
        )
    )


def bounds(found: stats.Bounds) -> Fields:
    return {"z_bounds": found.z, "nominal_p": found.nominal_p, "cumulative_alpha": found.cumulative_alpha}


@kind("peeking_type1")
def _(i: Inputs) -> Fields:
    return {"type1": stats.peeking_false_alarms(i["looks"], i.get("nominal_alpha", alpha_in(i)), i.get("sides", 2))}


@kind("obf_alpha_simple")
def _(i: Inputs) -> Fields:
    level = stats.alpha_of(i["confidence_level"])
    alpha = stats.alpha_spent(i["day"] / positive("test_length", i["test_length"]), "obrien-fleming", level, sides=1)
    return {"alpha": alpha, "adjusted_confidence": 1 - alpha}
