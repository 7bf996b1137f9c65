"""An experiment as text to read: verdict and figures, health, events, and what was decided."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime

from rich.style import Style
from rich.table import Table
from rich.text import Text

from supportdesk.domain import moment
from supportdesk.domain.experiments.analysis import Analysis
from supportdesk.domain.experiments.event import clone_command
from supportdesk.domain.experiments.experiment import HELD_OUT_CONTROL, Check, Experiment, ExperimentStatus
from supportdesk.domain.experiments.form import weights_text
from supportdesk.domain.experiments.look import Look
from supportdesk.domain.experiments.metric_text import described
from supportdesk.tui import style
from supportdesk.tui.experiments.details import Details
from supportdesk.tui.experiments.figures import arm_sign, arm_style, guardrail_text, metric_text
from supportdesk.tui.experiments.list import STATUS_SIGN, STATUS_STYLE, VERDICT_SIGN, VERDICT_STYLE
from supportdesk.tui.widgets.text_view import Paragraph

CHECK_SIGN = {"ok": "✓", "warning": "!", "blocked": "✗", "refused": "✗"}
CHECK_STYLE = {"ok": style.DONE, "warning": Style(color="yellow", bold=True), "blocked": style.ERROR}
BAR_WIDTH = 24
WHEN_WIDTH = 18


def verdict_text(details: Details) -> list[Paragraph]:
    """Return the verdict and the figures of now; of a draft, what to know before it starts."""
    experiment, analysis = details.experiment, details.analysis
    lines: list[Paragraph] = [_head(details), *_decision(experiment)]
    if experiment.status is ExperimentStatus.DRAFT:
        return [*lines, Text(), *_start(details), Text(), *_plan(experiment)]
    lines += _verdict(details)
    if analysis is not None:
        lines += [_progress(analysis), *_broken(analysis)]
        for metric in analysis.metrics:
            lines += [Text(), *metric_text(metric, analysis)]
        if analysis.belief.says:
            lines += [Text(), Text(f"{analysis.belief.says}.")]
        lines += [guardrail_text(each) for each in analysis.guardrails]
    return [*lines, Text(), *_plan(experiment)]


def health_text(details: Details) -> list[Paragraph]:
    """Return whether the figures can be trusted: what is well, what is not, and the phases where there were several."""
    if details.analysis is None:
        return _start(details)
    analysis = details.analysis
    lines: list[Paragraph] = [
        Text("Can the figures be trusted?", style.BOLD),
        _checks(analysis.health),
    ]
    if len(analysis.phases) > 1:
        lines += [Text(), Text("Phases: compared apart, then together.", style.BOLD)]
        for phase in analysis.phases:
            users = " / ".join(f"{many:,}" for many in phase.users)
            lines.append(Text(f"  {phase.phase}: weights {weights_text(tuple(phase.weights))}, users {users}"))
    return lines


def events_text(details: Details) -> list[Paragraph]:
    """Return how many events of each name came, whether they count, and the newest of them."""
    experiment = details.experiment
    lines: list[Paragraph] = [Text("Events", style.BOLD)]
    known = {each.name: each.events for each in details.counts if each.counted}
    names = dict.fromkeys((*(name for metric in experiment.metrics for name in metric.events), *known))
    lines += [Text.assemble(("  ✓ ", style.DONE), f"counted: {known.get(name, 0):,} × {name}") for name in names]
    left = [each for each in details.counts if not each.counted and each.events]
    if left:
        said = ", ".join(f"{each.events:,} × {each.name}" for each in left)
        lines.append(Text.assemble(("  ! ", CHECK_STYLE["warning"]), f"not counted: {said}"))
        lines.append(Text("    The start froze the metric. A new run counts them too:", style.DIM))
        lines.append(Text(f"    {clone_command(experiment, details.counts)}", style.KEY))
    for reason, times in details.refused.items():
        lines.append(Text.assemble(("  ✗ ", style.ERROR), f"refused: {times:,} × {reason}"))
    lines.append(Text())
    if not details.latest:
        return [*lines, *_how_to_report(experiment)]
    total = sum(each.events for each in details.counts)
    lines.append(Text(f"The newest {len(details.latest)} of {total:,}", style.BOLD))
    places = {variant.name: place for place, variant in enumerate(experiment.variants)}
    for event in details.latest:
        arm = places[event.variant]
        value = "" if event.event_value is None else f"  {event.event_value:g}"
        lines.append(
            Text.assemble(
                (f"  {moment.local(event.created_at):<{WHEN_WIDTH}}", style.DIM),
                (f"{arm_sign(arm)} ", arm_style(arm)),
                f"{event.event_name}{value}",
                (f"  {event.user_identifier}", style.DIM),
                ("" if event.counted else "  not counted", style.DIM),
            )
        )
    return lines


def log_text(details: Details) -> list[Paragraph]:
    """Return what was done and decided, newest first, by whom and why."""
    lines: list[Paragraph] = [
        Text.assemble(
            (f"{moment.local(entry.at):<{WHEN_WIDTH}}", style.DIM), (f"{entry.actor}  ", style.HEADING), entry.summary
        )
        for entry in reversed(details.log)
    ]
    look = details.row.look
    if look is not None:
        said = f"Look {look.look}, {_ago(look.calculated_at, details.now)} by {look.actor}: "
        lines += [Text(), Text.assemble((said, style.DIM), look.verdict.sentence)]
    return lines


def _head(details: Details) -> Text:
    experiment, status = details.experiment, details.experiment.status
    run = "" if details.row.days is None else f", {details.row.days:,} day{'s' * (details.row.days != 1)} of data"
    return Text.assemble(
        (f"#{experiment.number} {experiment.name}", style.BOLD),
        "   ",
        (f"{STATUS_SIGN[status]} {status}", STATUS_STYLE[status]),
        (run, style.DIM),
    )


def _decision(experiment: Experiment) -> list[Text]:
    if experiment.decision is None:
        return []
    return [
        Text.assemble(("Decided: ", style.DIM), (experiment.decision, style.BOLD), f", {experiment.decision_reason}")
    ]


def _verdict(details: Details) -> list[Text]:
    """Return the verdict of now, what to do, and when results were saved last."""
    look = details.row.look
    said = details.analysis.verdict if details.analysis else look.verdict if look else None
    if said is None:
        return [Text.assemble(("No verdict yet: ", style.BOLD), "the results are being calculated.")]
    lines = [
        Text.assemble(
            (f"{VERDICT_SIGN.get(said.state, ' ')} ", VERDICT_STYLE.get(said.state, style.PLAIN)),
            (said.sentence, VERDICT_STYLE.get(said.state, style.PLAIN) + style.BOLD),
        )
    ]
    if said.next_step and details.experiment.status is not ExperimentStatus.COMPLETED:
        lines.append(Text.assemble(("  What to do: ", style.DIM), said.next_step))
    return [*lines, _saved(details, look)]


def _saved(details: Details, look: Look | None) -> Text:
    if look is None:
        return Text.assemble(("  not saved yet: ", style.DIM), ("x", style.KEY), (" saves the results", style.DIM))
    more = sum(arm.users for arm in details.row.arms) - sum(result.sample_size for result in look.results)
    since = f"; {more:,} user{'s' * (more != 1)} more since then" if more > 0 else ""
    return Text(f"  saved {_ago(look.calculated_at, details.now)} by {look.actor}{since}", style.DIM)


def _ago(then: datetime, now: datetime) -> str:
    age = moment.age(then, now)
    return age if age == "now" else f"{age} ago"


def _progress(analysis: Analysis) -> Text:
    planned = analysis.planned_sample_size
    users = analysis.smallest_arm
    if not planned:
        return Text(f"{users:,} user{'s' * (users != 1)} per variant", style.DIM)
    share = min(users / planned, 1.0)
    full = round(share * BAR_WIDTH)
    left = analysis.days_left
    about = f", about {left:,} day{'s' * (left != 1)} left" if left else ""
    return Text.assemble(
        ("█" * full, style.DONE),
        ("░" * (BAR_WIDTH - full), style.DIM),
        f" {users:,} of {planned:,} users per variant ({100 * share:.0f} %{about})",
    )


def _broken(analysis: Analysis) -> list[Paragraph]:
    """Return what is wrong now, also when the last look came too early to say so."""
    blocked = [each for each in analysis.health if each.state == "blocked"]
    return [_checks(blocked)] if blocked else []


def _plan(experiment: Experiment) -> list[Paragraph]:
    definition = experiment.definition
    others = [f"{metric.name} ({metric.role}, {described(metric)})" for metric in experiment.metrics[1:]]
    names = " / ".join(variant.name for variant in experiment.variants)
    facts = {
        "hypothesis": experiment.hypothesis or "none",
        "variants": f"{names}, weights {weights_text(experiment.weights)}",
        "metric": f"{experiment.target_metric} ({described(experiment.target)})",
        "also": ", ".join(others),
        "planned": f"{experiment.minimum_sample_size:,} users per variant, {definition.minimum_days} days at least, "
        f"{100 * experiment.confidence_level:g} % confidence",
        "surface": f"{experiment.surface}" if experiment.surface else "",
        "ramp": f"{definition.ramp:g} % of users enter" if definition.ramp < 100 else "",
        "holdout": f"{definition.holdout:g} % of users stay out" if definition.holdout else "",
        "control": HELD_OUT_CONTROL * definition.measures_holdout,
    }
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, value in facts.items():
        if value:
            grid.add_row(Text(name, style.DIM), Text(value))
    lines: list[Paragraph] = [grid]
    if experiment.description:
        lines += [Text(), *(Text(line) for line in experiment.description.split("\n"))]
    return lines


def _start(details: Details) -> list[Paragraph]:
    keys = Text.assemble(("s s", style.KEY), " starts it, ", ("e", style.KEY), " edits it")
    return [Text.assemble(("Before the start", style.BOLD), "   ", keys), _checks(details.checks)]


def _checks(checks: Sequence[Check]) -> Table:
    """Return a line for each check; long ones go on under their own beginning."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for check in checks:
        state = check.state
        grid.add_row(
            Text(CHECK_SIGN.get(state, "?"), CHECK_STYLE.get(state, style.ERROR)),
            Text(check.name, style.PLAIN if state == "ok" else style.BOLD),
            Text(check.says),
        )
    return grid


def _how_to_report(experiment: Experiment) -> list[Text]:
    event = shlex.quote(experiment.target.events[0])
    return [
        Text("No events yet. They come from a surface of this program or from a command:", style.DIM),
        Text(f"  supportdesk experiment assign {experiment.number} USER", style.KEY),
        Text(f"  supportdesk experiment track {experiment.number} USER {event}", style.KEY),
    ]
