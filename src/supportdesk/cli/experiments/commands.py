"""Commands that create, list, show and change experiments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.experiments.text import EXPERIMENT_HEADINGS, experiment_document, experiment_row, experiment_text
from supportdesk.cli.io import cursor as cursors
from supportdesk.cli.io.confirmation import confirm_deletion
from supportdesk.cli.io.documents import EXPERIMENT
from supportdesk.cli.io.output import (
    json_option,
    list_formats,
    list_summary,
    say,
    say_done,
    say_json,
    say_rows,
    say_table,
)
from supportdesk.cli.io.param_types import TEXT, Whole, Word
from supportdesk.cli.lazy import LazyGroup
from supportdesk.domain.errors import invalid, one_of
from supportdesk.domain.experiments.experiment import ExperimentStatus
from supportdesk.domain.experiments.form import new_experiment
from supportdesk.domain.experiments.metric import Direction, MetricKind
from supportdesk.domain.experiments.surface import Surface
from supportdesk.domain.reference import MAX_NUMBER

STATUS = Word(ExperimentStatus)
Command = TypeVar("Command", bound=Callable[..., Any])


@click.group(
    cls=LazyGroup,
    later={
        "edit": ("experiments.commands:update", "Change a draft."),
        "start": ("experiments.lifecycle:start", "Start a draft, which freezes it, or resume a paused experiment."),
        "pause": ("experiments.lifecycle:pause", "Pause an experiment: no new users are enrolled."),
        "complete": ("experiments.lifecycle:complete", "End an experiment with a decision."),
        "assign": ("experiments.traffic:assign", "Assign a variant to a user."),
        "track": ("experiments.traffic:track", "Record an event of a user."),
        "calculate": (
            "experiments.results:calculate",
            "Calculate the results of an experiment, and keep them.",
        ),
        "results": ("experiments.results:results", "Show the results of an experiment as they were calculated last."),
        "import": (
            "experiments.transfer:import_experiment",
            "Import users and events of an experiment from CSV files.",
        ),
        "check": ("experiments.checking:check", "Check the experiments that run, or those named."),
        "forget": (
            "experiments.traffic:forget",
            "Remove a user's assignment and events, of one experiment or, for REF all, of every one.",
        ),
        "explore": (
            "experiments.exploring:explore",
            "Compare what the plan does not name: other events, ratios, caps, windows, segments.",
        ),
        "export": ("experiments.exporting:export", "Export users, events or daily sums of an experiment."),
        "report": ("experiments.reporting:report", "Report on an experiment, as Markdown or HTML to send."),
        "plan": ("experiments.plan:plan", "Plan the users, and days, that an experiment needs."),
        "evaluate": ("experiments.calculator:evaluate", "Calculate results of typed numbers, without a desk."),
        "method": ("experiments.methods:method", "Calculate one statistical method by itself."),
        "simulate": ("experiments.calculator:simulate", "Show how often each method finds what is not there."),
        "events": ("experiments.traffic:events", "Show the events of an experiment and which of them count."),
    },
)
def experiment() -> None:
    """A/B tests: create and run them, and read results you can trust.

    REF is a number (3 or '#3'), an id, or the first 4 or more digits of one.
    """


_FIELDS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--description",), {"help": "What it does; - reads standard input."}),
    (("--hypothesis",), {"help": "What you expect, and why; frozen by the start."}),
    (("--weights",), {"metavar": "50/50", "help": "Shares of users, the control's first."}),
    (
        ("--kind",),
        {"type": Word(MetricKind), "help": "What is compared: a rate, a mean, revenue, or a ratio of events."},
    ),
    (("--better",), {"type": Word(Direction), "help": "Which way of the metric is better."}),
    (("--within",), {"metavar": "7d", "help": "Conversion window: only events so long after the assignment."}),
    (("--cap",), {"metavar": "VALUE", "help": "Largest value of a mean or revenue that a user counts with."}),
    (
        ("--before/--no-before",),
        {"type": bool, "default": None, "help": "Adjust revenue by the users' value from before (CUPED)."},
    ),
    (
        ("--secondary",),
        {
            "metavar": "METRIC",
            "multiple": True,
            "help": "EVENT[:KIND][:down][:within=7d][:cap=500][:before], a further metric.",
        },
    ),
    (
        ("--guardrail", "guardrails"),
        {
            "metavar": "METRIC",
            "multiple": True,
            "help": "EVENT[:KIND][:down][:1%], a metric that must not get worse, or by at most 1 %.",
        },
    ),
    (("--confidence",), {"metavar": "0.95", "help": "Of intervals and verdicts alike."}),
    (("--min-sample",), {"metavar": "100", "help": "Planned users per variant."}),
    (("--min-days",), {"metavar": "7", "help": "Shortest run in days."}),
    (
        ("--surface",),
        {
            "type": Word(Surface),
            # Spelled out as a choice, they were wider than a terminal.
            "metavar": "SURFACE",
            "help": f"The place of this program that it changes: {', '.join(Surface)}.",
        },
    ),
    (("--ramp",), {"metavar": "PER_CENT", "help": "Share of users who enter."}),
    (("--holdout",), {"metavar": "PER_CENT", "help": "Share of users kept out of every experiment."}),
    (
        ("--measures-holdout/--no-measures-holdout",),
        {"type": bool, "default": None, "help": "The control are those whom a holdout of its weight keeps out."},
    ),
    (
        ("--max-events",),
        {"metavar": "N", "help": "Leave out users with more than N events of one metric, such as robots."},
    ),
    (
        ("--auto-pause/--no-auto-pause",),
        {"type": bool, "default": None, "help": "Pause when a guardrail got worse."},
    ),
    (("--group",), {"metavar": "NAME", "help": "A user is in one running experiment of a group at most."}),
)


def fields(command: Command) -> Command:
    """Add an option for every field of an experiment that need not be given."""
    for names, options in reversed(_FIELDS):
        command = click.option(*names, **{"type": TEXT, **options})(command)
    return command


def typed(**given: Any) -> dict[str, str]:
    """Return the fields that were given, as texts."""
    texts = {}
    for name, value in given.items():
        if isinstance(value, tuple):
            if value:
                texts[name] = (", " if name == "test" else "; ").join(value)
        elif isinstance(value, bool):
            texts[name] = "yes" if value else "no"
        elif value is not None:
            texts[name] = value
    return texts


@experiment.command()
@click.option("--name", required=True, type=TEXT, help="What it is called.")
@click.option("--control", required=True, type=TEXT, metavar="NAME", help="The control, as it is today.")
@click.option(
    "--test", required=True, multiple=True, type=TEXT, metavar="NAME", help="A test variant; repeat for more."
)
@click.option(
    "--metric", required=True, type=TEXT, metavar="EVENT", help="The event that counts; EVENT,EVENT for several."
)
@fields
@json_option
@click.pass_context
def create(ctx: click.Context, /, form: str | None, **given: Any) -> None:
    """Add an experiment, as a draft."""
    new = new_experiment(typed(**given))
    with open_desk(ctx) as desk:
        created = desk.experiments.create(new)
    if form == "json":
        say_json(experiment_document(created))
    else:
        say(
            f"experiment #{created.number} created (id {created.id}); start it with: "
            f"supportdesk experiment start {created.number}"
        )


@experiment.command("list")
@click.option("--status", type=STATUS, help="Only these.")
@cursors.page_options
@list_formats
@click.pass_context
def list_experiments(ctx: click.Context, status: str | None, limit: int, cursor: str | None, form: str | None) -> None:
    """List experiments, newest first."""
    seek = cursors.read("experiments", cursor)
    wanted = None if status is None else _status(status)
    with open_desk(ctx, existing=True) as desk:
        found = desk.experiments.page(wanted, seek, limit + 1)
        page, next_cursor = cursors.split(found, limit, "experiments", lambda each: (each.number,))
        arms = desk.experiments.arms(page)
        looks = desk.experiments.last_looks(page)
        total = desk.experiments.count(wanted)
        days = desk.experiments.days(page)
        # For people: a script asks `experiment check`.
        alerts = [] if form else desk.experiments.alerts(page)
    if form:
        documents = [experiment_document(each) for each in page]
        say_rows(form, documents, EXPERIMENT, name="experiments", next_cursor=next_cursor)
    else:
        say_table(
            EXPERIMENT_HEADINGS,
            [experiment_row(each, arms[each.number], looks.get(each.number), days.get(each.number)) for each in page],
        )
        say(list_summary(len(page), total, "experiments", wanted or "", next_cursor))
        for alert in alerts:
            say(f"! {alert.kind}: {alert.sentence}")


@experiment.command()
@click.argument("ref", type=TEXT)
@json_option
@click.pass_context
def show(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show an experiment: what it is about, who is in it, and what was counted."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.experiments.get(ref)
        if form == "json":
            say_json(experiment_document(found))
            return
        arms, looks, days = (
            desk.experiments.arms([found]),
            desk.experiments.last_looks([found]),
            desk.experiments.days([found]),
        )
        number = found.number
        say(experiment_text(found, arms[number], desk.experiments.events(ref), looks.get(number), days.get(number)))


@experiment.command()
@click.argument("ref", type=TEXT)
@click.option("--name", type=TEXT, help="What it is called.")
@click.option("--control", type=TEXT, metavar="NAME", help="The control, as it is today.")
@click.option("--test", multiple=True, type=TEXT, metavar="NAME", help="A test variant; repeat for more.")
@click.option("--metric", type=TEXT, metavar="EVENT", help="The event that counts; EVENT,EVENT for several.")
@fields
@click.option("--if-version", metavar="N", type=Whole(MAX_NUMBER), help="Only if it has this version still.")
@json_option
@click.pass_context
def update(ctx: click.Context, /, ref: str, if_version: int | None, form: str | None, **given: Any) -> None:
    """Change a draft; of a running experiment, only --weights and --ramp, which open a new phase."""
    texts = typed(**given)
    if not texts:
        raise click.UsageError("Nothing to change: give at least one option, such as --metric.")
    with open_desk(ctx, existing=True) as desk:
        old = desk.experiments.get(ref)
        seen = old.version if if_version is None else if_version
        new = desk.experiments.update(ref, texts, seen=seen)
    if form == "json":
        say_json(experiment_document(new))
    elif new.version == old.version:
        say(f"experiment #{new.number} is that already")
    elif new.phase != old.phase:
        say(f"experiment #{new.number}: phase {new.phase} has begun; users keep what they see")
    else:
        say(f"experiment #{new.number} changed (version {new.version})")


@experiment.command()
@click.argument("ref", type=TEXT)
@click.option("--yes", is_flag=True, help="Without asking.")
@json_option
@click.pass_context
def delete(ctx: click.Context, ref: str, yes: bool, form: str | None) -> None:
    """Delete a draft; `supportdesk undo` brings it back."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.experiments.get(ref)
        if not yes:
            confirm_deletion(f"experiment #{found.number} {found.name}")
        deleted = desk.experiments.delete(ref, seen=found.version)
    say_done(
        form, experiment_document(deleted), f"experiment #{deleted.number} deleted; supportdesk undo brings it back"
    )


@experiment.command()
@click.argument("ref", type=TEXT)
@click.option("--name", type=TEXT, help="What the clone is called.")
@click.option("--metric", type=TEXT, metavar="EVENT", help="The event that counts; EVENT,EVENT for several.")
@fields
@json_option
@click.pass_context
def clone(ctx: click.Context, /, ref: str, form: str | None, **given: Any) -> None:
    """Add a draft like another experiment, such as a completed one to run again.

    Options change fields of the clone.
    """
    with open_desk(ctx, existing=True) as desk:
        cloned = desk.experiments.clone(ref, typed(**given))
    say_done(form, experiment_document(cloned), f"experiment #{cloned.number} created, a draft like {ref}")


def _status(text: str) -> ExperimentStatus:
    try:
        return ExperimentStatus(text.strip().lower())
    except ValueError:
        raise invalid("status", text, one_of(ExperimentStatus)) from None
