"""Experiments as people and scripts read them."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.cli.io.documents import EXPERIMENT, RESULT, document, documents
from supportdesk.cli.io.output import counted, table
from supportdesk.domain import moment
from supportdesk.domain.experiments.analysis import Analysis, ComparisonResult, to_document
from supportdesk.domain.experiments.event import EventCount, clone_command
from supportdesk.domain.experiments.experiment import HELD_OUT_CONTROL, ArmCount, Check, Experiment
from supportdesk.domain.experiments.form import texts_of, weights_text
from supportdesk.domain.experiments.look import Look, p_text, target_values
from supportdesk.domain.experiments.metric import MetricKind
from supportdesk.domain.experiments.metric_text import described
from supportdesk.domain.experiments.rounding import percent_decimals, significant_digits

EXPERIMENT_HEADINGS = ("NUMBER", "STATUS", "DAYS", "USERS", "RATE OR MEAN", "VERDICT", "NAME")
CHECK_HEADINGS = ("", "CHECK", "WHAT")


def experiment_document(experiment: Experiment) -> dict[str, object]:
    """Return an experiment for scripts."""
    return {
        **document(experiment, EXPERIMENT),
        "variants": documents(experiment.variants, ("name", "weight")),
        "metrics": documents(
            experiment.metrics, ("name", "kind", "role", "better", "margin", "within", "cap", "before")
        ),
        "minimum_days": experiment.definition.minimum_days,
        "ramp": experiment.definition.ramp,
        "holdout": experiment.definition.holdout,
        "max_events": experiment.definition.max_events,
        "measures_holdout": experiment.definition.measures_holdout,
        "auto_pause": experiment.definition.auto_pause,
        "group": experiment.definition.exclusion_group,
        "from_sums": experiment.from_sums,
        "forgotten": experiment.forgotten,
        "phases": documents(experiment.phases, ("phase", "weights", "started_at")),
    }


def experiment_row(
    experiment: Experiment, arms: Sequence[ArmCount], look: Look | None, days: int | None
) -> tuple[str, ...]:
    """Return an experiment in a list, with the verdict of its last look."""
    return (
        f"#{experiment.number}",
        experiment.status,
        "–" if days is None else str(days),
        f"{experiment.total_participants:,}",
        " / ".join(target_values(experiment, arms, look)),
        experiment.decision or (look.verdict.state if look else "–"),
        experiment.name,
    )


def experiment_text(
    experiment: Experiment,
    arms: Sequence[ArmCount],
    events: Sequence[EventCount],
    look: Look | None,
    days: int | None,
) -> str:
    """Return a whole experiment."""
    definition, texts = experiment.definition, texts_of(experiment.definition)
    others = "; ".join(filter(None, (texts["secondary"], texts["guardrails"])))
    facts = {
        "status": experiment.status,
        "hypothesis": experiment.hypothesis or "none",
        "metric": f"{experiment.target_metric} ({described(experiment.target)})",
        "others": others,
        "planned": f"{experiment.minimum_sample_size:,} users per variant, "
        f"{experiment.definition.minimum_days} days at least, at {100 * experiment.confidence_level:g} % confidence",
        "surface": experiment.surface or "",
        "ramp": f"{experiment.definition.ramp:g} % of users enter" if experiment.definition.ramp < 100 else "",
        "holdout": f"{experiment.definition.holdout:g} % of users stay out" if experiment.definition.holdout else "",
        "control": HELD_OUT_CONTROL * definition.measures_holdout,
        "robots": "" if definition.max_events is None else f"left out over {counted(definition.max_events, 'event')}",
        "guards": "a guardrail that got worse pauses it" if definition.auto_pause else "",
        "group": f"{definition.exclusion_group}; a user is in one running experiment of it"
        * bool(definition.exclusion_group),
        "data": "daily sums, without users" if experiment.from_sums else "",
        "forgotten": f"{counted(experiment.forgotten, 'user')}; their counts stay" if experiment.forgotten else "",
        "phases": ", ".join(f"{each.phase}: {weights_text(each.weights)}" for each in experiment.phases)
        if experiment.phase > 1
        else "",
        "started": moment.local(experiment.start_date) + (f" ({counted(days, 'day')} of data)" if days else "")
        if experiment.start_date
        else "",
        "ended": moment.local(experiment.end_date) if experiment.end_date else "",
        "decision": f"{experiment.decision}: {experiment.decision_reason}" if experiment.decision else "",
        "id": experiment.id,
    }
    lines = [f"#{experiment.number} {experiment.name}"]
    lines += [f"{name:<11} {value}" for name, value in facts.items() if value]
    if experiment.description:
        lines += ["", experiment.description]
    shares = [f"{100 * variant.weight:.4g} %" for variant in experiment.variants]
    rows = [
        (arm.variant, share, f"{arm.users:,}", f"{arm.converted:,}", value)
        for arm, share, value in zip(arms, shares, target_values(experiment, arms, look), strict=True)
    ]
    lines += ["", table(("VARIANT", "WEIGHT", "USERS", *_value_headings(experiment.target.kind)), rows)]
    if look is not None and experiment.target.kind is not MetricKind.CONVERSION:
        lines.append(f"means are those of look {look.look}")
    known = ", ".join(f"{each.events:,} × {each.name}" for each in events if each.counted and each.events)
    if known:
        lines += ["", f"counted: {known}"]
    if left := not_counted(experiment, events):
        lines += [*([] if known else [""]), left]
    return "\n".join(lines)


def not_counted(experiment: Experiment, events: Sequence[EventCount]) -> str:
    """Return the events that no metric counts, and what would count them; nothing when there are none."""
    command = clone_command(experiment, events)
    if not command:
        return ""
    left = ", ".join(f"{each.events:,} × {each.name}" for each in events if not each.counted and each.events)
    # The metric of what has started is frozen, or one could choose it by its result.
    return f"not counted: {left}; the start froze the metric, a run that counts them begins with: {command}"


def check_rows(checks: Sequence[Check]) -> list[tuple[str, ...]]:
    """Return a checklist in a table."""
    return [(check.state, check.name, check.says) for check in checks]


def results_document(experiment: Experiment, look: Look) -> dict[str, object]:
    """Return the results of an experiment for scripts.

    Each row says which metric its z and p are of, and has its mean.
    """
    target = look.analysis.target
    rows = []
    for row, arm in zip(documents(look.results, RESULT), target.variants, strict=True):
        if not row["sample_size"]:
            row["conversion_rate"] = None
        means = {"mean": arm.value, "total": arm.total}
        if target.kind == MetricKind.CONVERSION:
            means = dict.fromkeys(means)
        rows.append({**row, "metric": target.metric, "kind": target.kind, **means})
    return {"test": experiment_document(experiment), "results": rows, "analysis": to_document(look.analysis)}


def results_text(name: str, analysis: Analysis) -> str:
    """Return the results of an experiment: the verdict, then why it may be believed, then the figures."""
    confidence = f"{100 * analysis.confidence_level:g} %"
    provisional = " (provisional: the planned sample is not reached)" if analysis.provisional else ""
    lines = [f"{name}: {analysis.verdict.sentence}"]
    if analysis.verdict.next_step:
        lines.append(f"what to do: {analysis.verdict.next_step}")
    lines.append("")
    lines.append(table(CHECK_HEADINGS, [(each.state, each.name, each.says) for each in analysis.health]))
    for metric in analysis.metrics:
        rate_like = metric.kind == "conversion"
        lines += ["", f"{metric.metric} ({metric.role}, {metric.described or metric.kind})"]
        arms = [
            (
                each.variant,
                f"{each.users:,}",
                f"{each.conversions:,}",
                *_limited(each.value, each.lower, each.upper, rate_like),
            )
            for each in metric.variants
        ]
        headings = _value_headings(metric.kind)
        lines.append(table(("VARIANT", "USERS", *headings, f"{confidence} INTERVAL"), arms))
        if metric.adjusted:
            lines.append("weighted over phases, in which all variants count alike")
        for each in metric.comparisons:
            lines += ["", *_comparison(each, rate_like, provisional)]
    if analysis.belief.says:
        lines += ["", analysis.belief.says]
    lines += [f"guardrail {row.metric} with {row.variant}: {row.says}" for row in analysis.guardrails]
    if len(analysis.phases) > 1:
        lines.append(
            "phases are compared apart, then together; users of each: "
            + "; ".join(f"{each.phase}: {' / '.join(f'{many:,}' for many in each.users)}" for each in analysis.phases)
        )
    lines += ["", "what each word means: supportdesk help terms"]
    return "\n".join(lines)


def _value_headings(kind: str) -> tuple[str, str]:
    """Return what is counted of a metric and what is compared.

    A mean is over those who reported a value, not over users.
    """
    match kind:
        case MetricKind.CONVERSION:
            return "CONVERTED", "RATE"
        case MetricKind.MEAN:
            return "REPORTED", "MEAN OF REPORTED"
        case MetricKind.RATIO:
            return "DID EITHER", "RATIO"
        case _:
            return "CONVERTED", "MEAN"


def _comparison(each: ComparisonResult, rate_like: bool, provisional: str) -> list[str]:
    if each.z_score is None or each.p_value is None:
        return [f"{each.variant} against the control: nothing to say, {each.reason or 'too few users'}"]
    unit = 100.0 if rate_like else 1.0
    points = " points" if rate_like else ""
    lift, limits = _limited(each.lift, each.lift_lower, each.lift_upper, True, sign=True)
    lines = [
        f"{each.says}",
        f"  lift {lift} {limits}".rstrip(),
        f"  z {each.z_score:.4f}, {p_text(each.p_value)}{_holm(each)}{provisional}",
    ]
    if each.method:
        lines.append(f"  p and interval by the {each.method}")
    band = each.always_valid.band
    if band is not None:
        always_p, low, high = band
        limits = f"{unit * low:.3g} to {unit * high:.3g}{points}"
        lines.append(f"  valid at every look: {p_text(always_p)}, {limits}")
    return lines


def _holm(each: ComparisonResult) -> str:
    holm = each.p_value_holm
    return "" if holm is None or holm == each.p_value else f" (Holm's, for all that is compared: {p_text(holm)})"


def _limited(
    value: float | None, low: float | None, high: float | None, rate_like: bool, *, sign: bool = False
) -> tuple[str, str]:
    """Return a value and its interval, so rounded that they do not look alike."""
    shown = (value, low, high)
    digits = percent_decimals(shown, 3) if rate_like else significant_digits(shown, 5)

    def number(each: float, plus: str = "") -> str:
        return f"{100 * each:{plus}.{digits}f} %" if rate_like else f"{each:{plus}.{digits}g}"

    text = "–" if value is None else number(value, "+" if sign else "")
    return text, "" if low is None or high is None else f"({number(low)} to {number(high)})"
