"""Everything that the figures of an experiment say, as one JSON document: health first, then the verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from supportdesk.domain.experiment import CONTROL, MetricKind, MetricRole
from supportdesk.domain.experiment_event import EventCount
from supportdesk.domain.experiment_look import p_text
from supportdesk.services.experiments.analysis.comparison import Comparison, always_valid, compare
from supportdesk.services.experiments.analysis.figures import Figures
from supportdesk.services.experiments.analysis.health import days_left, days_run, health
from supportdesk.services.experiments.analysis.verdict import amount, between, proven, verdict, worse
from supportdesk.stats import AlwaysValid, Mean, Proportion, beliefs, holm, normal_losses, running, wilson
from supportdesk.stats.means import t_critical
from supportdesk.stats.normal import below

Document = dict[str, Any]


def analyse(figures: Figures) -> Document:
    """Return the whole analysis. Numbers that cannot be computed are null, and `reason` beside them says why."""
    checks = health(figures)
    compared = [_compared(figures, place) for place in range(len(figures.metrics))]
    series = _series(figures)
    if series:
        # What holds at every look may use every look.
        compared[0] = [
            _with_days(each, [day["arms"][place]["always_valid"] for day in series])
            for place, each in enumerate(compared[0], 1)
        ]
    corrected = _corrected(compared)
    others = [
        (metric, list(zip(compared[place], corrected[place], strict=True)))
        for place, metric in enumerate(figures.metrics)
        if metric.role is not MetricRole.TARGET
    ]
    said = verdict(figures, checks, compared[0], others)
    provisional = figures.smallest < figures.planned
    return {
        "verdict": asdict(said),
        "provisional": provisional,
        "confidence_level": figures.confidence_level,
        "planned_sample_size": figures.planned or None,
        "days": days_run(figures),
        "minimum_days": figures.minimum_days,
        "days_left": days_left(figures),
        "look": len(figures.looks) + 1,
        "left_out": figures.left_out,
        "health": [asdict(check) for check in checks],
        "metrics": [
            _metric(figures, place, compared[place], corrected[place]) for place in range(len(figures.metrics))
        ],
        "guardrails": _guardrails(figures, compared, corrected),
        "belief": _belief(figures, compared[0]),
        "phases": [
            {"phase": phase.phase, "weights": list(phase.weights), "users": list(users)}
            for phase, users in zip(figures.phases, figures.users, strict=True)
        ],
        "events": _events(figures.events),
        "refused": dict(figures.refused),
        "series": series,
    }


def _compared(figures: Figures, place: int) -> list[Comparison]:
    control, *tests = figures.samples[place]
    return [compare(control, test, figures.alpha, figures.planned) for test in tests]


def _corrected(compared: Sequence[Sequence[Comparison]]) -> list[list[float | None]]:
    """Return Holm's p-values: of the target over its variants, of all other metrics together."""
    return [*_holm(compared[:1]), *_holm(compared[1:])]


def _holm(family: Sequence[Sequence[Comparison]]) -> list[list[float | None]]:
    known = [each.p_value for comparisons in family for each in comparisons if each.p_value is not None]
    adjusted = iter(holm(known))
    return [[None if each.p_value is None else next(adjusted) for each in comparisons] for comparisons in family]


def _with_days(comparison: Comparison, days: Sequence[AlwaysValid | None]) -> Comparison:
    looks = [each for each in (*days, comparison.always_valid) if each is not None]
    if not looks:
        return comparison
    return replace(comparison, always_valid=running(looks)[-1])


def _metric(
    figures: Figures, place: int, compared: Sequence[Comparison], corrected: Sequence[float | None]
) -> Document:
    metric = figures.metrics[place]
    rows = []
    if metric.role is MetricRole.TARGET:
        counts = proven(figures, compared)
    else:
        enough = figures.smallest >= figures.planned
        counts = [enough and p_holm is not None and p_holm < figures.alpha for p_holm in corrected]
    for name, each, p_holm, significant in zip(figures.variants[1:], compared, corrected, counts, strict=True):
        rows.append(
            {
                "variant": name,
                "difference": each.difference,
                "difference_lower": each.low,
                "difference_upper": each.high,
                "lift": each.lift,
                "lift_lower": each.lift_low,
                "lift_upper": each.lift_high,
                "z_score": each.z,
                "p_value": each.p_value,
                "p_value_holm": p_holm,
                "always_valid": _sequential(each.always_valid),
                "significant": significant,
                "worse": worse(metric, each),
                "says": f"{name}: {between(metric, each)}",
                "reason": each.reason,
            }
        )
    return {
        "metric": metric.name,
        "kind": str(metric.kind),
        "role": str(metric.role),
        "better": str(metric.better),
        "variants": [_arm(figures, place, arm) for arm in range(len(figures.variants))],
        "comparisons": rows,
    }


def _arm(figures: Figures, place: int, arm: int) -> Document:
    samples = figures.samples[place][arm]
    users = sum(each.users for each in samples)
    document: Document = {"variant": figures.variants[arm], "users": users}
    if isinstance(samples[0], Proportion):
        converted = sum(each.conversions for each in samples if isinstance(each, Proportion))
        interval = wilson(Proportion(converted, users), figures.alpha)
        return {
            **document,
            "conversions": converted,
            "value": interval.estimate,
            "lower": interval.low,
            "upper": interval.high,
        }
    means = [each for each in samples if isinstance(each, Mean) and each.users]
    document["users"] = figures.arms[arm]
    document["conversions"] = sum(day.converted[place] for day in figures.days if day.variant == arm)
    if not means:
        return {**document, "value": None, "total": None, "lower": None, "upper": None}
    value = math.fsum(each.users * each.mean for each in means) / users
    error = math.sqrt(math.fsum(each.users**2 * each.squared_error for each in means)) / users
    half = t_critical(users - 1, figures.alpha) * error if users > 1 and error else None
    return {
        **document,
        "value": value,
        "total": value * users,
        "lower": None if half is None else value - half,
        "upper": None if half is None else value + half,
    }


def _sequential(look: AlwaysValid | None) -> Document:
    if look is None:
        return {"p_value": None, "difference_lower": None, "difference_upper": None}
    return {"p_value": look.p_value, "difference_lower": look.low, "difference_upper": look.high}


def _guardrails(
    figures: Figures, compared: Sequence[Sequence[Comparison]], corrected: Sequence[Sequence[float | None]]
) -> list[Document]:
    found = []
    for place, metric in enumerate(figures.metrics):
        if metric.role is not MetricRole.GUARDRAIL:
            continue
        for name, each, p_holm in zip(figures.variants[1:], compared[place], corrected[place], strict=True):
            hurt = worse(metric, each) and p_holm is not None and p_holm < figures.alpha
            state = "worse" if hurt else "no harm shown"
            says = f"{state}: {between(metric, each)}"
            if hurt and figures.smallest < figures.planned:
                says += ", provisional"
            elif not hurt and worse(metric, each) and p_holm and (each.p_value or 1.0) < figures.alpha:
                says += f", which among all that is compared has {p_text(p_holm)}"
            found.append({"metric": metric.name, "variant": name, "state": state, "says": says})
    return found


def _belief(figures: Figures, compared: Sequence[Comparison]) -> Document:
    """Return how probable it is that each variant is the best, and what choosing it may cost."""
    metric = figures.metrics[0]
    samples = figures.samples[0]
    down = metric.better == "down"
    if metric.kind is MetricKind.CONVERSION:
        arms = [_pooled(arm, down=down) for arm in samples]
        found = beliefs(arms, credibility=figures.confidence_level)
        rows: list[Document] = [
            {
                "variant": name,
                "probability_best": each.probability_best,
                "expected_loss": each.expected_loss,
                "lower": 1 - each.high if down else each.low,
                "upper": 1 - each.low if down else each.high,
            }
            for name, each in zip(figures.variants, found, strict=True)
        ]
    elif len(compared) == 1 and compared[0].difference is not None and compared[0].z:
        difference = compared[0].difference
        error = abs(difference / compared[0].z)
        better, losses = below(difference / error), normal_losses(difference, error)
        if down:
            better, losses = 1 - better, (losses[1], losses[0])
        rows = [
            {"variant": name, "probability_best": chance, "expected_loss": loss, "lower": None, "upper": None}
            for name, chance, loss in zip(figures.variants, (1 - better, better), losses, strict=True)
        ]
    else:
        return {"variants": [], "says": ""}
    if not all(figures.arms):
        return {"variants": rows, "says": ""}
    best = max(rows, key=lambda row: row["probability_best"])
    likely = best["probability_best"]
    shown = "over 99.9 %" if likely > 0.999 else f"{100 * likely:.1f} %"
    says = (
        f"{best['variant']} is the best with a probability of {shown}; "
        f"choosing it costs {amount(metric, best['expected_loss'])} of {metric.name} on average if it is not"
    )
    return {"variants": rows, "says": says}


def _pooled(arm: Sequence[object], *, down: bool) -> Proportion:
    converted = sum(each.conversions for each in arm if isinstance(each, Proportion))
    users = sum(each.users for each in arm if isinstance(each, Proportion))
    return Proportion(users - converted if down else converted, users)


def _events(events: Sequence[EventCount]) -> Document:
    return {
        "counted": {each.name: each.events for each in events if each.counted},
        "not_counted": {each.name: each.events for each in events if not each.counted},
    }


def _series(figures: Figures) -> list[Document]:
    """Return users, conversions and the always-valid band of the target, summed up day by day, for plots."""
    if figures.metrics[0].kind is not MetricKind.CONVERSION or not figures.days:
        return []
    arms = range(len(figures.variants))
    phases = [phase.phase for phase in figures.phases]
    so_far = {(phase, arm): [0, 0] for phase in phases for arm in arms}
    series = []
    dates = sorted({day.day for day in figures.days})
    waiting = list(figures.days)
    for date in dates:
        while waiting and waiting[0].day == date:
            day = waiting.pop(0)
            so_far[day.phase, day.variant][0] += day.users
            so_far[day.phase, day.variant][1] += day.converted[0]
        rows = []
        for arm in arms:
            users = sum(so_far[phase, arm][0] for phase in phases)
            converted = sum(so_far[phase, arm][1] for phase in phases)
            look = None
            if arm != CONTROL:
                look = _day_look(figures, [(so_far[phase, CONTROL], so_far[phase, arm]) for phase in phases])
            rows.append({"users": users, "conversions": converted, "always_valid": look})
        series.append({"day": date, "arms": rows})
    return series


def _day_look(figures: Figures, phases: Sequence[tuple[list[int], list[int]]]) -> AlwaysValid | None:
    pairs = [
        (Proportion(control[1], control[0]).mean(), Proportion(test[1], test[0]).mean())
        for control, test in phases
        if control[0] > 1 and test[0] > 1
    ]
    return always_valid(pairs, figures.alpha, figures.planned) if pairs else None
