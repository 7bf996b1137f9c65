"""What each kind of reference case asks of the library: inputs in, the fields that may be expected out."""

from __future__ import annotations

import csv
import gzip
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from supportdesk import stats
from supportdesk.domain.assignment import legacy_bucket, legacy_variant
from supportdesk.stats import Beta, Mean, Pairs, Proportion
from tests import page_test

Inputs = dict[str, Any]
Fields = dict[str, Any]

KINDS: dict[str, Callable[[Inputs, Path], Fields]] = {}

FORMULAS = {"R power": "pooled", "Evan Miller": "baseline", "arcsine": "arcsine", "t-test": "t"}


def kind(name: str) -> Callable[[Callable[[Inputs], Fields]], Callable[[Inputs], Fields]]:
    """A kind that needs nothing but its inputs."""

    def enter(function: Callable[[Inputs], Fields]) -> Callable[[Inputs], Fields]:
        KINDS[name] = lambda inputs, _: function(inputs)
        return function

    return enter


def file_kind(name: str) -> Callable[[Callable[[Inputs, Path], Fields]], Callable[[Inputs, Path], Fields]]:
    """A kind that reads a data file."""

    def enter(function: Callable[[Inputs, Path], Fields]) -> Callable[[Inputs, Path], Fields]:
        KINDS[name] = function
        return function

    return enter


def alpha_in(i: Inputs) -> float:
    if "alpha" in i:
        return i["alpha"]
    return stats.alpha_of(i.get("confidence", i.get("confidence_level", 0.95)))


def alternative_in(i: Inputs, effect: float = 1.0) -> str:
    """The library's word; R's own words and a one-sided test towards the effect are understood."""
    towards = "larger" if effect >= 0 else "smaller"
    others = {
        "greater": "larger",
        "less": "smaller",
        "one-sided": towards,
        "one.sided": towards,
        "two.sided": "two-sided",
    }
    word = i.get("alternative", "two-sided")
    return others.get(word, word)


def arm(i: Inputs, name: str) -> Proportion:
    return Proportion(i[f"x_{name}"], i[f"n_{name}"])


def mean(i: Inputs, name: str) -> Mean:
    return Mean(i[f"n_{name}"], i[f"mean_{name}"], i[f"var_{name}"])


def prior_in(i: Inputs) -> Beta:
    return Beta(i.get("prior_alpha", 1), i.get("prior_beta", 1))


def limits(interval: stats.Interval) -> Fields:
    return {"estimate": interval.estimate, "diff": interval.estimate, "low": interval.low, "high": interval.high}


@kind("two_proportion_z_pooled")
def _(i: Inputs) -> Fields:
    found = stats.two_proportion_z(arm(i, "control"), arm(i, "test"), alternative_in(i))
    return {
        "rate_control": found.rate_control,
        "rate_test": found.rate_test,
        "diff": found.difference,
        "se_pooled": found.standard_error,
        "z": found.z,
        "p_value": found.p_value,
        "significant": found.significant(alpha_in(i)),
    }


@kind("k_proportion_chi2")
def _(i: Inputs) -> Fields:
    found = stats.proportions_chi_square([Proportion(x, n) for x, n in zip(i["x"], i["n"], strict=True)])
    return {"chi2": found.chi2, "df": found.df, "p_value": found.p_value}


ONE_ARM = {
    "wilson_ci": stats.wilson,
    "agresti_coull_ci": stats.agresti_coull,
    "clopper_pearson_ci": stats.clopper_pearson,
    "wald_ci": stats.wald,
}
TWO_ARMS = {
    "newcombe_diff_ci": stats.newcombe,
    "agresti_caffo_diff_ci": stats.agresti_caffo,
    "wald_diff_ci": stats.wald_difference,
}
for name, one in ONE_ARM.items():
    kind(name)(lambda i, one=one: limits(one(Proportion(i["x"], i["n"]), alpha_in(i))))
for name, two in TWO_ARMS.items():
    kind(name)(lambda i, two=two: limits(two(arm(i, "control"), arm(i, "test"), alpha_in(i))))


@kind("welch_t")
def _(i: Inputs) -> Fields:
    return welch(stats.welch_t(mean(i, "control"), mean(i, "test"), alpha_in(i), alternative_in(i)))


def welch(found: stats.WelchTest) -> Fields:
    return {
        "diff": found.difference,
        "se": found.standard_error,
        "t": found.t,
        "df": found.df,
        "p_value": found.p_value,
        "low": found.low,
        "high": found.high,
    }


@kind("relative_lift_delta_ci")
def _(i: Inputs) -> Fields:
    found = stats.relative_lift(mean(i, "control"), mean(i, "test"), alpha_in(i))
    return {
        "lift": found.lift,
        "se": found.standard_error,
        "df": found.df,
        "low": found.low,
        "high": found.high,
        "p_value": found.p_value,
    }


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
    variance = i["variance"] if "variance" in i else i.get("sd", 1.0) ** 2
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
    found = stats.smallest_effect_two_proportions(
        i["p_control"], i["n_per_group"], i.get("power", 0.8), alpha_in(i), alternative_in(i)
    )
    return {"mde_abs": found.absolute, "mde_rel": found.relative}


@kind("srm_chi2")
def _(i: Inputs) -> Fields:
    found = stats.sample_ratio(i["observed"], i["weights"])
    return {
        "chi2": found.chi2,
        "df": found.df,
        "p_value": found.p_value,
        "mismatch_at_0_001": found.mismatch(0.001),
        "expected": found.expected,
    }


@kind("srm_sequential_dirichlet")
def _(i: Inputs) -> Fields:
    strength = i.get("dirichlet_concentration", 10_000)
    found = stats.sequential_sample_ratio(i["increments"], i["null_probabilities"], strength)
    factors = [math.exp(log) if log < 709 else None for log in found.log_bayes_factors]
    return {"bayes_factors": factors, "sequential_p_value": found.p_value}


@kind("beta_binomial")
def _(i: Inputs) -> Fields:
    return arms(stats.beliefs([Proportion(a["x"], a["n"]) for a in i["arms"]], prior_in(i)))


@kind("beta_posteriors")
def _(i: Inputs) -> Fields:
    return arms(stats.compare([Beta(alpha, beta) for alpha, beta in i["posteriors"]]))


def arms(found: tuple[stats.ArmBelief, ...]) -> Fields:
    return {
        "prob_best": [belief.probability_best for belief in found],
        "expected_loss": [belief.expected_loss for belief in found],
        "posterior_mean": [belief.mean for belief in found],
        "credible_95": [[belief.low, belief.high] for belief in found],
    }


@kind("beta_binomial_bayes_factor")
def _(i: Inputs) -> Fields:
    found = stats.bayes_factor(Proportion(i["x_a"], i["n_a"]), Proportion(i["x_b"], i["n_b"]), prior_in(i))
    return {"bf10": found.value, "stop_at_20": found.conclusive(20)}


@kind("normal_posterior_relative")
def _(i: Inputs) -> Fields:
    prior = stats.Normal(i["prior"]["mean"], i["prior"]["variance"]) if i.get("prior") else None
    found = stats.lift_belief(mean(i, "control"), mean(i, "test"), prior, alpha_in(i))
    return {
        "lift": found.lift,
        "sd": found.standard_deviation,
        "low": found.low,
        "high": found.high,
        "chance_to_win": found.chance_to_win,
        "risk_control": found.loss_control,
        "risk_test": found.loss_test,
    }


@kind("normal_expected_loss")
def _(i: Inputs) -> Fields:
    control, test = stats.normal_losses(i["mu"], i["sigma"])
    return {"loss_control": control, "loss_test": test}


@kind("asymptotic_confidence_sequence")
def _(i: Inputs) -> Fields:
    found = stats.confidence_sequence(i["estimate"], i["se"], i["n_total"], i["n_star"], alpha_in(i))
    return {
        "rho": stats.confidence_rho(i["n_star"], alpha_in(i)),
        "halfwidth": found.half_width,
        "low": found.low,
        "high": found.high,
        "p_value": found.p_value,
    }


@kind("msprt_normal")
def _(i: Inputs) -> Fields:
    found = stats.msprt(i["estimate"], i["variance_of_estimate"], i["tau2"], alpha_in(i))
    return {
        "likelihood_ratio": found.likelihood_ratio,
        "p_value": found.p_value,
        "ci_halfwidth": found.half_width,
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
    return {"type1": stats.peeking_false_alarms(i["looks"], i.get("nominal_alpha", 0.05), i.get("sides", 2))}


@kind("obf_alpha_simple")
def _(i: Inputs) -> Fields:
    level = stats.alpha_of(i["confidence_level"])
    alpha = stats.alpha_spent(i["day"] / i["test_length"], "obrien-fleming", level, sides=1)
    return {"alpha": alpha, "adjusted_confidence": 1 - alpha}


@kind("multiple_testing")
def _(i: Inputs) -> Fields:
    ps, alpha = i["p_values"], alpha_in(i)
    return {
        "bonferroni": stats.bonferroni(ps),
        "holm": stats.holm(ps),
        "holm_sidak": stats.holm_sidak(ps),
        "benjamini_hochberg": stats.benjamini_hochberg(ps),
        "benjamini_yekutieli": stats.benjamini_yekutieli(ps),
        "reject_bonferroni": stats.rejected(stats.bonferroni(ps), alpha),
        "reject_holm": stats.rejected(stats.holm(ps), alpha),
        "reject_bh": stats.rejected(stats.benjamini_hochberg(ps), alpha),
    }


@kind("cuped")
def _(i: Inputs) -> Fields:
    control, test = (Pairs.of(i[f"pre_{name}"], i[f"post_{name}"]) for name in ("control", "test"))
    return adjusted(stats.cuped(control, test, alpha_in(i), alternative_in(i)))


@file_kind("cuped_file")
def _(i: Inputs, data: Path) -> Fields:
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with gzip.open(data / i["file"], "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            for name in ("control", "test"):
                if i[name] in row.values():
                    pairs[name].append((float(row[i["pre"]]), float(row[i["post"]])))
    control, test = (Pairs.of(*zip(*pairs[name], strict=True)) for name in ("control", "test"))
    return adjusted(stats.cuped(control, test, alpha_in(i), alternative_in(i)))


def adjusted(found: stats.Cuped) -> Fields:
    test = found.adjusted
    return {
        "theta": found.theta,
        "correlation": found.correlation,
        "variance_ratio_pooled": found.variance_ratio,
        "mean_control_adj": found.control.mean,
        "mean_test_adj": found.test.mean,
        "diff_adj": test.difference,
        "se": test.standard_error,
        "t": test.t,
        "df": test.df,
        "p_value": test.p_value,
        "low": test.low,
        "high": test.high,
        "diff_raw": found.raw.difference,
        "p_value_raw": found.raw.p_value,
    }


@kind("ratio_metric_delta")
def _(i: Inputs) -> Fields:
    control, test = (Pairs.of(i[f"num_{name}"], i[f"den_{name}"]) for name in ("control", "test"))
    found = stats.ratio_difference(control, test, alpha_in(i), alternative_in(i))
    return {
        "ratio_control": found.ratio_control,
        "ratio_test": found.ratio_test,
        "diff": found.difference,
        "se": found.standard_error,
        "z": found.t,
        "df": found.df,
        "p_value_t": found.p_value,
        "low": found.low,
        "high": found.high,
    }


@kind("bandit_weight_floor")
def _(i: Inputs) -> Fields:
    return {"weights": stats.floored(i["raw_weights"], i["floor"])}


@kind("thompson_allocation")
def _(i: Inputs) -> Fields:
    return {"weights": stats.thompson_weights([Proportion(a["x"], a["n"]) for a in i["arms"]], prior_in(i))}


@kind("thompson_convergence")
def _(i: Inputs) -> Fields:
    alpha, beta = re.findall(r"[\d.]+", i.get("prior", "Beta(1,1)"))
    found = stats.simulate_thompson(i["rates"], i["pulls"], Beta(float(alpha), float(beta)), i.get("batch", 1))
    return {
        "mean_share_best": found.share_best,
        "mean_share_first": found.share_of_pulls[0],
        "mean_regret": found.regret,
        "regret_se": found.regret_error,
        "lai_robbins_log_T": found.lower_bound,
    }


@kind("assignment_md5")
def _(i: Inputs) -> Fields:
    hex8, bucket = legacy_bucket(i["user_identifier"], i["test_id"])
    same = i.get("same_as", i)
    if legacy_bucket(same["user_identifier"], same["test_id"])[0] != hex8:
        hex8 = f"{hex8}, not that of {same}"
    return {"hex8": hex8, "bucket": bucket, "variant": legacy_variant(bucket)}


@kind("assignment_md5_batch")
def _(i: Inputs) -> Fields:
    first, last = (re.fullmatch(r"(.*?)(\d+)", end) for end in i["users"].split(".."))
    users = [f"{first[1]}{index}" for index in range(int(first[2]), int(last[2]) + 1)]
    tests = i.get("test_ids") or [i["test_id"]]
    buckets = [[legacy_bucket(user, test)[1] for user in users] for test in tests]
    even = stats.sample_ratio([Counter(buckets[0])[bucket] for bucket in range(100)], [1] * 100)
    fields = {
        "control": sum(legacy_variant(bucket) == "control" for bucket in buckets[0]),
        "chi2_100_buckets": even.chi2,
        "p_100_buckets": even.p_value,
    }
    if len(tests) == 2:
        pairs = Counter(tuple(map(legacy_variant, pair)) for pair in zip(*buckets, strict=True))
        table = [[pairs[row, column] for column in ("control", "test")] for row in ("control", "test")]
        independent = stats.proportions_chi_square([Proportion(control, control + test) for control, test in table])
        fields |= {"table": table, "p_independence": independent.p_value}
    return fields


@file_kind("udacity_hygiene")
def _(i: Inputs, data: Path) -> Fields:
    rows = page_test.exposures(data / i["file"])
    if i["policy"] == "counts":
        each = Counter(row.user for row in rows)
        return {
            "rows": len(rows),
            "unique_users": len(each),
            "group_page_mismatch_rows": sum(not row.agrees for row in rows),
            "users_in_both_groups": len(page_test.in_both_groups(rows)),
            "users_with_more_than_one_row": sum(times > 1 for times in each.values()),
        }
    kept = page_test.cleaned(rows, i["policy"])
    control, test = both_arms(kept)
    return counts(control, test) | {
        "rows": len(kept),
        "srm_p": stats.sample_ratio([control.users, test.users], [1, 1]).p_value,
    }


@file_kind("daily_replay")
def _(i: Inputs, data: Path) -> Fields:
    kept, alpha = page_test.cleaned(page_test.exposures(data / i["file"]), i["policy"]), alpha_in(i)
    by_day: dict[str, list[page_test.Exposure]] = defaultdict(list)
    for row in kept:
        by_day[row.day].append(row)
    days, significant, crossed = [], [], False
    control = test = Proportion(0, 0)
    for day in sorted(by_day):
        more_control, more_test = both_arms(by_day[day])
        control, test = together(control, more_control), together(test, more_test)
        fields = counts(control, test)
        looks = stats.msprt(
            fields["diff"] or 0.0, unpooled_variance(control) + unpooled_variance(test), i["tau2"], alpha
        )
        days.append({"day": day, "msprt_lr": looks.likelihood_ratio, **fields})
        crossed = crossed or looks.rejects(alpha)
        if fields["p_value"] is not None and fields["p_value"] < alpha:
            significant.append(day)
    return {"days": days, "naive_significant_days": significant, "msprt_crossed": crossed}


def both_arms(rows: list[page_test.Exposure]) -> tuple[Proportion, Proportion]:
    users, hits = Counter(row.group for row in rows), Counter(row.group for row in rows if row.converted)
    return Proportion(hits["control"], users["control"]), Proportion(hits["treatment"], users["treatment"])


def together(one: Proportion, other: Proportion) -> Proportion:
    return Proportion(one.conversions + other.conversions, one.users + other.users)


def unpooled_variance(shown: Proportion) -> float:
    rate = shown.rate or 0.0
    return rate * (1 - rate) / max(shown.users, 1)


def counts(control: Proportion, test: Proportion) -> Fields:
    found = stats.two_proportion_z(control, test)
    return {
        "x_control": control.conversions,
        "n_control": control.users,
        "x_test": test.conversions,
        "n_test": test.users,
        "diff": found.difference,
        "z": found.z,
        "p_value": found.p_value,
    }
