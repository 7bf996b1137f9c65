"""The mathematics of experiments: pure functions on frozen data, usable without a desk.

    >>> from supportdesk.stats import Proportion, newcombe, two_proportion_z
    >>> control, test = Proportion(17_489, 145_274), Proportion(17_264, 145_310)
    >>> found = two_proportion_z(control, test)
    >>> round(found.z, 5), round(found.p_value, 5), found.significant(alpha=0.05)
    (-1.31092, 0.18988, False)
    >>> interval = newcombe(control, test)
    >>> round(interval.low, 5), round(interval.high, 5)
    (-0.00394, 0.00078)
    >>> two_proportion_z(Proportion(0, 50), Proportion(0, 60)).reason
    'nobody converted in either arm'

Rates, lifts, alphas and powers are fractions (.05, not 5). Arms stand as control, test; differences and z are test
minus control; tests and intervals are two-sided unless said. What can't be computed is None, and `reason` says why;
an argument that breaks a rule raises `InvalidInput` with its field, value and what is allowed.

An arm is a `Proportion` (conversions of users), a `Mean` (of a value) or `Pairs` (two values a user); the last two are
filled from values (`of`) or from SQL sums (`of_sums`). What a function assumes and where its formula is from is in
its docstring. numpy and scipy load inside the functions that need them: z-tests, Wilson and Newcombe need neither.
"""

from supportdesk.stats.bandit import ThompsonRun, floored, simulate_thompson, thompson_weights
from supportdesk.stats.bayes import ArmBelief, Beta, beliefs, compare
from supportdesk.stats.bayes_factor import BayesFactor, bayes_factor
from supportdesk.stats.bayes_normal import LiftBelief, Normal, NormalBelief, lift_belief, normal_beliefs, normal_losses
from supportdesk.stats.cuped import Cuped, adjusted_means, cuped
from supportdesk.stats.errors import InvalidInput, alpha_of
from supportdesk.stats.exact import ExactTest, exact_difference, needs_exact
from supportdesk.stats.group_sequential import (
    Bounds,
    Spending,
    alpha_spent,
    bounds_at,
    lan_demets,
    obrien_fleming,
    peeking_false_alarms,
    pocock,
)
from supportdesk.stats.intervals import (
    Interval,
    agresti_caffo,
    agresti_coull,
    clopper_pearson,
    newcombe,
    wald,
    wald_difference,
    wilson,
)
from supportdesk.stats.lift import fieller_lift
from supportdesk.stats.means import (
    Lift,
    WelchTest,
    Winsorised,
    cautious,
    relative_lift,
    shuffled_p,
    welch_t,
    winsorise,
)
from supportdesk.stats.multiplicity import (
    alpha_of_each,
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni,
    holm,
    holm_sidak,
    rejected,
)
from supportdesk.stats.normal import Alternative
from supportdesk.stats.planning import Power, SampleSize, SmallestEffect, power_normal
from supportdesk.stats.plans.group_power import inflation
from supportdesk.stats.plans.shares import total_means, total_two_proportions, total_within_margin
from supportdesk.stats.power import (
    Formula,
    cohen_h,
    power_two_proportions,
    sample_size_two_proportions,
    smallest_effect_two_proportions,
)
from supportdesk.stats.power_means import (
    power_means,
    sample_size_means,
    sample_size_of_difference,
    smallest_effect_means,
)
from supportdesk.stats.proportions import ChiSquare, ZTest, proportions_chi_square, two_proportion_z
from supportdesk.stats.ratio import RatioTest, ratio_difference, ratio_mean
from supportdesk.stats.samples import Mean, Pairs, Proportion
from supportdesk.stats.score import score_lift, stratified_score
from supportdesk.stats.sequential import (
    AlwaysValid,
    InflatedZ,
    StopRule,
    confidence_rho,
    confidence_sequence,
    inflated_z,
    lead_to_stop,
    msprt,
    running,
    tau2_for,
)
from supportdesk.stats.simulation import FalseAlarms, false_alarms
from supportdesk.stats.srm import (
    SampleRatio,
    SequentialSampleRatio,
    sample_ratio,
    sequential_sample_ratio,
    split_evidence,
)
from supportdesk.stats.strata.exact import needs_exact_strata, stratified_exact
from supportdesk.stats.strata.stratified import stratified_t, stratified_z

__all__ = [
    "Alternative",
    "AlwaysValid",
    "ArmBelief",
    "BayesFactor",
    "Beta",
    "Bounds",
    "ChiSquare",
    "Cuped",
    "ExactTest",
    "FalseAlarms",
    "Formula",
    "InflatedZ",
    "Interval",
    "InvalidInput",
    "Lift",
    "LiftBelief",
    "Mean",
    "Normal",
    "NormalBelief",
    "Pairs",
    "Power",
    "Proportion",
    "RatioTest",
    "SampleRatio",
    "SampleSize",
    "SequentialSampleRatio",
    "SmallestEffect",
    "Spending",
    "StopRule",
    "ThompsonRun",
    "WelchTest",
    "Winsorised",
    "ZTest",
    "adjusted_means",
    "agresti_caffo",
    "agresti_coull",
    "alpha_of",
    "alpha_of_each",
    "alpha_spent",
    "bayes_factor",
    "beliefs",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "bonferroni",
    "bounds_at",
    "cautious",
    "clopper_pearson",
    "cohen_h",
    "compare",
    "confidence_rho",
    "confidence_sequence",
    "cuped",
    "exact_difference",
    "false_alarms",
    "fieller_lift",
    "floored",
    "holm",
    "holm_sidak",
    "inflated_z",
    "inflation",
    "lan_demets",
    "lead_to_stop",
    "lift_belief",
    "msprt",
    "needs_exact",
    "needs_exact_strata",
    "newcombe",
    "normal_beliefs",
    "normal_losses",
    "obrien_fleming",
    "peeking_false_alarms",
    "pocock",
    "power_means",
    "power_normal",
    "power_two_proportions",
    "proportions_chi_square",
    "ratio_difference",
    "ratio_mean",
    "rejected",
    "relative_lift",
    "running",
    "sample_ratio",
    "sample_size_means",
    "sample_size_of_difference",
    "sample_size_two_proportions",
    "score_lift",
    "sequential_sample_ratio",
    "shuffled_p",
    "simulate_thompson",
    "smallest_effect_means",
    "smallest_effect_two_proportions",
    "split_evidence",
    "stratified_exact",
    "stratified_score",
    "stratified_t",
    "stratified_z",
    "tau2_for",
    "thompson_weights",
    "total_means",
    "total_two_proportions",
    "total_within_margin",
    "two_proportion_z",
    "wald",
    "wald_difference",
    "welch_t",
    "wilson",
    "winsorise",
]
