"""What is done with experiments."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, Reason, Scope, Situation

_NEXT_STEPS = {
    "draft": "s s starts it",
    "running": "s p pauses it, s c completes it",
    "paused": "s s lets it go on, s c completes it",
    "completed": "it stays as it is, and C makes a draft like it",
}


def _needs_experiment(situation: Situation) -> str:
    return "" if situation.experiment else "there is no experiment here; c plans one"


def _needs_draft(situation: Situation) -> str:
    experiment = situation.experiment
    if experiment is not None and experiment.status != "draft":
        return f"#{experiment.number} is {experiment.status}, and the start has frozen it; C makes a draft like it"
    return _needs_experiment(situation)


def _needs_status(*allowed: str) -> Reason:
    """That an experiment has one of these statuses."""

    def reason(situation: Situation) -> str:
        experiment = situation.experiment
        if experiment is None or experiment.status in allowed:
            return _needs_experiment(situation)
        return f"#{experiment.number} is {experiment.status}; {_NEXT_STEPS[experiment.status]}"

    return reason


EXPERIMENTS: tuple[Command, ...] = (
    Command(
        "experiment.create", "Plan an experiment", ("c",), Scope.EXPERIMENTS, hint="create", twin="experiment create"
    ),
    Command(
        "experiment.start",
        "Start this draft, or let a paused one go on",
        ("s s",),
        Scope.EXPERIMENTS,
        hint="start/pause/complete",
        twin="experiment start REF",
        disabled=_needs_status("draft", "paused"),
    ),
    Command(
        "experiment.pause",
        "Pause: nobody new comes in",
        ("s p",),
        Scope.EXPERIMENTS,
        twin="experiment pause REF",
        disabled=_needs_status("running"),
    ),
    Command(
        "experiment.complete",
        "Complete, with a decision and a sentence",
        ("s c",),
        Scope.EXPERIMENTS,
        twin="experiment complete REF",
        disabled=_needs_status("running", "paused"),
    ),
    Command(
        "experiment.calculate",
        "Calculate the results, and keep the look",
        ("x",),
        Scope.EXPERIMENTS,
        hint="calculate",
        twin="experiment calculate REF",
        disabled=_needs_status("running", "paused", "completed"),
    ),
    Command(
        "experiment.view.next",
        "Next view: verdict, plots, health, events, log",
        ("]",),
        Scope.EXPERIMENTS,
        hint="views",
        twin="experiment results REF",
        disabled=_needs_experiment,
    ),
    Command(
        "experiment.view.previous",
        "The view before",
        ("[",),
        Scope.EXPERIMENTS,
        twin="experiment events REF",
        disabled=_needs_experiment,
    ),
    Command(
        "experiment.edit",
        "Edit this draft",
        ("e",),
        Scope.EXPERIMENTS,
        hint="edit",
        twin="experiment update REF",
        disabled=_needs_draft,
    ),
    Command(
        "experiment.clone",
        "Make a draft like this experiment",
        ("C",),
        Scope.EXPERIMENTS,
        twin="experiment clone REF",
        disabled=_needs_experiment,
    ),
    Command(
        "experiment.delete",
        "Delete this draft",
        ("d",),
        Scope.EXPERIMENTS,
        twin="experiment delete REF",
        disabled=_needs_draft,
    ),
    Command(
        "experiment.weights",
        "Change the weights, in a new phase",
        ("w",),
        Scope.EXPERIMENTS,
        twin="experiment update REF --weights 50/50",
        disabled=_needs_status("running", "paused"),
    ),
    Command(
        "experiment.ramp",
        "Change how many users enter, in a new phase",
        ("W",),
        Scope.EXPERIMENTS,
        twin="experiment update REF --ramp 50",
        disabled=_needs_status("running", "paused"),
    ),
    Command(
        "experiment.filter",
        "Show one status, with counts",
        ("f",),
        Scope.EXPERIMENTS,
        hint="filter",
        twin="experiment list --status S",
    ),
)
