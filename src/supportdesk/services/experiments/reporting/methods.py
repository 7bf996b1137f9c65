"""The methods that an analysis used, each with its source."""

from __future__ import annotations

from supportdesk.domain.experiments.analysis import Analysis
from supportdesk.domain.experiments.metric import MetricKind, MetricRole

RATES = (
    "Rates: two-proportion z-test; intervals of a rate by Wilson (1927, JASA 22:209), of a difference by Mee (1984, "
    "Biometrics 40:1175), of a lift by Koopman (1984, Biometrics 40:513).",
)
MEANS = (
    "Means and revenue: Welch's t-test and interval (1947, Biometrika 34:28); lifts by Fieller's theorem (1954, "
    "JRSS B 16:175).",
)
RATIOS = (
    "Ratios: the delta method over users, for which the ratio of sums is a mean (Deng, Knoblich and Lu 2018, KDD).",
)
BEFORE = (
    "Values from before: CUPED, with one coefficient for all variants (Deng, Xu, Kohavi and Walker 2013, WSDM); users "
    "without a value count as 0 there.",
)
LOOKS = (
    "Verdict: the interim analyses are the days that are over; their error is spent by Lan and DeMets (1983, "
    "Biometrika 70:659) in the shape of O'Brien and Fleming (1979, Biometrics 35:549). Whoever looks, and how often, "
    "changes nothing.",
    "Valid at every look: mixture sequential probability ratio test (Robbins 1970, Ann. Math. Statist. 41:1397; "
    "Johari, Koomen, Pekelis and Walsh 2022, Operations Research 70:1806).",
)
SPLIT = (
    "Split: Bayes factor against the planned weights, which holds at every look (Lindon and Malek 2022, NeurIPS), at "
    "the level .001 (Fabijan et al. 2019, KDD).",
)
HOLM = (
    "Several comparisons: Holm (1979, Scand. J. Statist. 6:65), for the target, secondary metrics and guardrails apart."
)
PHASES = "Phases: compared apart, then together with the weights of Cochran, Mantel and Haenszel (1959, JNCI 22:719)."
EXACT = "Few conversions: {}."


def methods(analysis: Analysis) -> list[str]:
    """Return the methods that were used, in the order of the report."""
    kinds = {metric.kind for metric in analysis.metrics}
    found: list[str] = []
    if MetricKind.CONVERSION in kinds:
        found += RATES
    if kinds - {MetricKind.CONVERSION}:
        found += MEANS
    if MetricKind.RATIO in kinds:
        found += RATIOS
    if any("(CUPED)" in metric.described for metric in analysis.metrics):
        found += BEFORE
    exact = {each.method for metric in analysis.metrics for each in metric.comparisons if each.method}
    found += [EXACT.format(name) for name in sorted(exact)]
    if analysis.days:
        found += LOOKS
    found += SPLIT
    compared = sum(len(metric.comparisons) for metric in analysis.metrics if metric.role is MetricRole.TARGET)
    if compared > 1 or len(analysis.metrics) > 1:
        found.append(HOLM)
    if len(analysis.phases) > 1:
        found.append(PHASES)
    return found
