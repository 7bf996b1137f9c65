"""Tests and intervals of rates, means, ratios and splits."""

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict
from pathlib import Path

from supportdesk import stats
from supportdesk.stats import Pairs, Proportion
from tests.reference_kinds.registry import Fields, Inputs, alpha_in, alternative_in, arm, file_kind, kind, mean


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


@kind("srm_chi2")
def _(i: Inputs) -> Fields:
    found = stats.sample_ratio(i["observed"], i["weights"])
    return {
        "chi2": found.chi2,
        "df": found.df,
        "p_value": found.p_value,
        "mismatch_at_0_001": found.p_value < 0.001,
        "expected": found.expected,
    }


@kind("srm_sequential_dirichlet")
def _(i: Inputs) -> Fields:
    strength = i.get("dirichlet_concentration", 10_000)
    found = stats.sequential_sample_ratio(i["increments"], i["null_probabilities"], strength)
    factors = [math.exp(log) if log < 709 else None for log in found.log_bayes_factors]
    return {"bayes_factors": factors, "sequential_p_value": found.p_value}


@kind("multiple_testing")
def _(i: Inputs) -> Fields:
    ps, alpha = i["p_values"], alpha_in(i)
    adjusted = {
        method.__name__: method(ps)
        for method in (
            stats.bonferroni,
            stats.holm,
            stats.holm_sidak,
            stats.benjamini_hochberg,
            stats.benjamini_yekutieli,
        )
    }
    rejects = {f"reject_{name}": stats.rejected(values, alpha) for name, values in adjusted.items()}
    short = {"reject_bh": rejects["reject_benjamini_hochberg"], "reject_by": rejects["reject_benjamini_yekutieli"]}
    return {**adjusted, **rejects, **short}


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
