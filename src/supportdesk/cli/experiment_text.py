"""Experiments as people and scripts read them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime

from supportdesk.cli.documents import EXPERIMENT, document, documents
from supportdesk.cli.output import table
from supportdesk.domain import moment
from supportdesk.domain.experiment import ArmCount, Check, Experiment
from supportdesk.domain.experiment_event import EventCount
from supportdesk.domain.experiment_form import texts_of, weights_text

EXPERIMENT_HEADINGS = ("NUMBER", "STATUS", "DAYS", "USERS", "CONVERTED", "NAME")
ARM_HEADINGS = ("VARIANT", "WEIGHT", "USERS", "CONVERTED", "RATE")
CHECK_HEADINGS = ("", "CHECK", "WHAT")


def experiment_document(experiment: Experiment) -> dict[str, object]:
    """An experiment for scripts."""
    return {
        **document(experiment, EXPERIMENT),
        "variants": documents(experiment.variants, ("name", "weight")),
        "metrics": documents(experiment.metrics, ("name", "kind", "role", "better")),
        "minimum_days": experiment.about.minimum_days,
        "ramp": experiment.about.ramp,
        "holdout": experiment.about.holdout,
        "phases": documents(experiment.phases, ("phase", "weights", "started_at")),
    }


def experiment_row(experiment: Experiment, arms: Sequence[ArmCount], now: datetime) -> tuple[str, ...]:
    """An experiment in a list."""
    return (
        f"#{experiment.number}",
        experiment.status,
        days(experiment, now),
        f"{experiment.total_participants:,}",
        " / ".join(rate(arm) for arm in arms),
        experiment.name,
    )


def experiment_text(
    experiment: Experiment, arms: Sequence[ArmCount], events: Sequence[EventCount], now: datetime
) -> str:
    """A whole experiment."""
    texts = texts_of(experiment.about)
    others = "; ".join(filter(None, (texts["secondary"], texts["guardrails"])))
    facts = {
        "status": experiment.status,
        "hypothesis": experiment.hypothesis or "none",
        "metric": f"{experiment.target_metric} ({experiment.target.kind}, {experiment.target.better} is better)",
        "others": others,
        "planned": f"{experiment.minimum_sample_size:,} users an arm, {experiment.about.minimum_days} days at least, "
        f"at {100 * experiment.confidence_level:g} % confidence",
        "surface": experiment.surface or "",
        "ramp": f"{experiment.about.ramp:g} % of users enter" if experiment.about.ramp < 100 else "",
        "holdout": f"{experiment.about.holdout:g} % of users stay out" if experiment.about.holdout else "",
        "phases": ", ".join(f"{each.phase}: {weights_text(each.weights)}" for each in experiment.phases)
        if experiment.phase > 1
        else "",
        "started": f"{moment.local(experiment.start_date)} ({days(experiment, now)} days)"
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
        (arm.variant, share, f"{arm.users:,}", f"{arm.converted:,}", rate(arm))
        for arm, share in zip(arms, shares, strict=True)
    ]
    lines += ["", table(ARM_HEADINGS, rows)]
    counted = ", ".join(f"{each.events:,} × {each.name}" for each in events if each.counted and each.events)
    if counted:
        lines += ["", f"counted: {counted}"]
    if left := not_counted(experiment, events):
        lines += ["" if not counted else None, left]  # type: ignore[list-item]
    return "\n".join(line for line in lines if line is not None)


def not_counted(experiment: Experiment, events: Sequence[EventCount]) -> str:
    """The events that no metric counts, and what would count them; nothing when there are none."""
    names = [each.name for each in events if not each.counted and each.events]
    if not names:
        return ""
    left = ", ".join(f"{each.events:,} × {each.name}" for each in events if not each.counted and each.events)
    # The metric of what has started is frozen, or one could choose it by its result.
    metric = shlex.quote(",".join((*experiment.target.events, *names)))
    command = f"supportdesk experiment clone {experiment.number} --metric {metric}"
    return f"not counted: {left}; the start froze the metric, a run that counts them begins with: {command}"


def check_rows(checks: Sequence[Check]) -> list[tuple[str, ...]]:
    """A checklist in a table."""
    return [(check.state, check.name, check.says) for check in checks]


def rate(arm: ArmCount) -> str:
    """The share of users who converted."""
    return f"{100 * arm.converted / arm.users:.4g} %" if arm.users else "–"


def days(experiment: Experiment, now: datetime) -> str:
    """How many days an experiment has run."""
    if experiment.start_date is None:
        return "–"
    return str(((experiment.end_date or now) - experiment.start_date).days)
