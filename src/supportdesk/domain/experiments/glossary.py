"""The terms of experiments, each in one plain line: shown by the screens and by `supportdesk help terms`."""

from __future__ import annotations

from collections.abc import Mapping

TERMS: Mapping[str, str] = {
    "variant": "One of the versions that are compared; each user sees the same one all the time.",
    "control": "The version as it is today, with which every test variant is compared.",
    "metric": "What is counted or measured for each user, such as whether they bought.",
    "target": "The one metric that the verdict is about; it is chosen before the start.",
    "conversion": "A user did what the metric counts, at least once.",
    "rate": "The share of users who converted.",
    "mean": "The average over users; of a mean metric over those who reported a value.",
    "revenue": "What users brought in sum; those who brought nothing count as 0.",
    "ratio": "What all users brought of one event, over what they brought of another, such as clicks over views.",
    "conversion window": "Only what users do so long after their assignment counts; users for whom that time is not "
    "over are no part of the results yet.",
    "cap": "The largest value a user counts with, decided before the start: a few huge ones would drown all others.",
    "CUPED": "Values are adjusted by what was known of the user before: the same effect, less noise.",
    "difference": "Test variant minus control; of rates in percentage points: from 10 % to 12 % is +2 points.",
    "lift": "The difference as a share of the control: from 10 % to 12 % is +20 %.",
    "interval": "The true value lies in it in 95 of 100 experiments (at 95 % confidence); where it holds 0, there may "
    "be no difference at all.",
    "p": "How often chance alone would give a difference at least as large as this one if there were none. Small is "
    "strong evidence; it is not the probability that there is no difference.",
    "z": "The difference in units of its own uncertainty; beyond about 2 either way is rare by chance.",
    "confidence": "1 less the share of experiments without any difference that end as if there were one.",
    "significant": "The evidence passed the bound that allows for all looks and all comparisons.",
    "look": "An interim analysis: the data up to the end of one day. Who reads results, or how often, does not matter.",
    "provisional": "The planned users or days are not there yet, so the number will still move.",
    "valid at every look": "A p and an interval that hold however often one looks; wider for it.",
    "Holm": "The correction for several comparisons: ten chances to be fooled must not fool ten times as often.",
    "exact test": "The test for few users or few conversions, where the usual approximation takes noise for an effect.",
    "best with a probability of": "How likely it is, given the data, that this variant has the highest (or, where down "
    "is better, lowest) value.",
    "expected loss": "What choosing a variant gives away on average if another one is better after all.",
    "users per variant": "How many users each variant is planned to have; fewer find only large differences.",
    "baseline": "What the control is expected to reach, such as the rate of last month.",
    "smallest difference to detect": "The smallest difference that is worth finding; half of it takes four times the "
    "users.",
    "power": "How often the experiment finds the smallest difference if it is there, 80 % by default.",
    "guardrail": "A metric that must not get worse, whatever the target does.",
    "margin": "How much worse a guardrail may get, as a share of the control, before it counts as harm.",
    "split": "The shares of users that the variants really got. Where they are not the planned ones, something loses "
    "users of one variant, and no figure can be trusted.",
    "both arms": "Users who were seen in several variants; they are left out.",
    "phase": "A time in which weights and ramp did not change; users of different phases are compared apart.",
    "weights": "The shares of users that the variants are to get.",
    "ramp": "The share of all users who enter the experiment; the others see the control and do not count.",
    "holdout": "Users whom every experiment leaves alone.",
    "ship": "Verdict: a test variant is better than the control.",
    "keep-control": "Verdict: the test variants are worse, or a guardrail got worse.",
    "no result": "Verdict: users and days are complete, and no difference was shown.",
    "not yet": "Verdict: users or days are missing, and nothing is proven so far.",
    "blocked": "Verdict: the data are broken, so no figure may be read.",
}
"""In the order in which a newcomer meets them."""
