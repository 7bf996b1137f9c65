"""Posteriors, Bayes factors, bandits."""

from __future__ import annotations

import re

from supportdesk import stats
from supportdesk.stats import Beta, Proportion
from tests.reference_kinds.registry import Fields, Inputs, alpha_in, kind, mean, prior_in


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
    prior = None
    # GrowthBook calls a flat prior one that is not proper.
    if i.get("prior") and i["prior"].get("proper", True):
        prior = stats.Normal(i["prior"]["mean"], i["prior"]["variance"])
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


@kind("bandit_weight_floor")
def _(i: Inputs) -> Fields:
    return {"weights": stats.floored(i["raw_weights"], i["floor"])}


@kind("thompson_allocation")
def _(i: Inputs) -> Fields:
    return {"weights": stats.thompson_weights([Proportion(a["x"], a["n"]) for a in i["arms"]], prior_in(i))}


@kind("thompson_convergence")
def _(i: Inputs) -> Fields:
    alpha, beta = re.findall(r"[\d.]+", i.get("prior", "Beta(1,1)"))
    found = stats.simulate_thompson(
        i["rates"], i["pulls"], Beta(float(alpha), float(beta)), i.get("batch", 1), i.get("runs", 400), i.get("seed", 7)
    )
    return {
        "mean_share_best": found.share_best,
        "mean_share_first": found.share_of_pulls[0],
        "mean_regret": found.regret,
        "regret_se": found.regret_error,
        "lai_robbins_log_T": found.lower_bound,
    }
