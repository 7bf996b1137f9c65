"""Commands of experiments."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, CommandContext, Reason, Scope

_NEXT_STEPS = {
    "draft": "s s starts it",
    "running": "s p pauses it, s c completes it",
    "paused": "s s lets it go on, s c completes it",
    "completed": "it stays as it is, and C makes a draft like it",
}


def _needs_experiment(context: CommandContext) -> str:
    return "" if context.experiment else "there is no experiment here; c plans one"


def _needs_draft(context: CommandContext) -> str:
    experiment = context.experiment
    if experiment is not None and experiment.status != "draft":
        return f"#{experiment.number} is {experiment.status}, and the start has frozen it; C makes a draft like it"
    return _needs_experiment(context)


def _needs_status(*allowed: str) -> Reason:
    """Return a check that an experiment has one of these statuses."""

    def reason(context: CommandContext) -> str:
        experiment = context.experiment
        if experiment is None or experiment.status in allowed:
            return _needs_experiment(context)
        return f"#{experiment.number} is {experiment.status}; {_NEXT_STEPS[experiment.status]}"

    return reason


EXPERIMENTS: tuple[Command, ...] = (
    Command(
        "experiment.create",
        "Plan an experiment",
        ("c",),
        Scope.EXPERIMENTS,
        hint="create",
        cli_equivalent="experiment create",
    ),
    Command(
        "experiment.start",
        "Start this draft, or let a paused one go on",
        ("s s",),
        Scope.EXPERIMENTS,
        hint="start/pause/complete",
        cli_equivalent="experiment start REF",
        disabled_reason=_needs_status("draft", "paused"),
    ),
    Command(
        "experiment.pause",
        "Pause: nobody new comes in",
        ("s p",),
        Scope.EXPERIMENTS,
        cli_equivalent="experiment pause REF",
        disabled_reason=_needs_status("running"),
    ),
    Command(
        "experiment.complete",
        "Complete, with a decision and a sentence",
        ("s c",),
        Scope.EXPERIMENTS,
        cli_equivalent="experiment complete REF",
        disabled_reason=_needs_status("running", "paused"),
    ),
    Command(
        "experiment.calculate",
        "Calculate the results, and save them",
        ("x",),
        Scope.EXPERIMENTS,
        hint="calculate",
        cli_equivalent="experiment calculate REF",
        disabled_reason=_needs_status("running", "paused", "completed"),
    ),
    Command(
        "experiment.view.next",
        "Next view: verdict, plots, health, events, log",
        ("]",),
        Scope.EXPERIMENTS,
        hint="views",
        cli_equivalent="experiment results REF",
        disabled_reason=_needs_experiment,
    ),
    Command(
        "experiment.view.previous",
        "The view before",
        ("[",),
        Scope.EXPERIMENTS,
        cli_equivalent="experiment events REF",
        disabled_reason=_needs_experiment,
    ),
    Command(
        "experiment.edit",
        "Edit this draft",
        ("e",),
        Scope.EXPERIMENTS,
        hint="edit",
        cli_equivalent="experiment update REF",
        disabled_reason=_needs_draft,
    ),
    Command(
        "experiment.clone",
        "Make a draft like this experiment",
        ("C",),
        Scope.EXPERIMENTS,
        cli_equivalent="experiment clone REF",
        disabled_reason=_needs_experiment,
    ),
    Command(
        "experiment.delete",
        "Delete this draft",
        ("d",),
        Scope.EXPERIMENTS,
        cli_equivalent="experiment delete REF",
        disabled_reason=_needs_draft,
    ),
    Command(
        "experiment.weights",
        "Change the weights, in a new phase",
        ("w",),
        Scope.EXPERIMENTS,
        cli_equivalent="experiment update REF --weights 50/50",
        disabled_reason=_needs_status("running", "paused"),
    ),
    Command(
        "experiment.ramp",
        "Change how many users enter, in a new phase",
        ("W",),
        Scope.EXPERIMENTS,
        cli_equivalent="experiment update REF --ramp 50",
        disabled_reason=_needs_status("running", "paused"),
    ),
    Command(
        "experiment.terms",
        "What the words and numbers of experiments mean",
        ("i",),
        Scope.EXPERIMENTS,
        hint="terms",
        synonyms=("glossary", "explain"),
        cli_equivalent="help terms",
    ),
    Command(
        "experiment.report",
        "Write a report to send, as HTML or Markdown",
        ("r",),
        Scope.EXPERIMENTS,
        cli_equivalent="experiment report REF --output FILE",
        disabled_reason=_needs_experiment,
    ),
    Command(
        "experiment.filter",
        "Show one status, with counts",
        ("f",),
        Scope.EXPERIMENTS,
        hint="filter",
        cli_equivalent="experiment list --status S",
    ),
)
