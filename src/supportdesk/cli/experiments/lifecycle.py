"""Commands on the life of experiments."""

from __future__ import annotations

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.experiments.text import CHECK_HEADINGS, check_rows, experiment_document
from supportdesk.cli.io.documents import documents
from supportdesk.cli.io.output import json_option, say, say_json, say_table
from supportdesk.cli.io.param_types import TEXT, Word
from supportdesk.domain.errors import invalid, one_of
from supportdesk.domain.experiments.experiment import Decision, Experiment, ExperimentStatus

REASON = click.option("--reason", default="", type=TEXT, help="Reason, for the journal.")


@click.command()
@click.argument("ref", type=TEXT)
@REASON
@click.option("--check", is_flag=True, help="Only show the checklist.")
@json_option
@click.pass_context
def start(ctx: click.Context, ref: str, reason: str, check: bool, form: str | None) -> None:
    """Start a draft, which freezes it, or resume a paused experiment.

    It shows what to know before the start; only another experiment on the same surface keeps it from starting.
    """
    with open_desk(ctx, existing=True) as desk:
        draft = desk.experiments.get(ref)
        checks = desk.experiments.checklist(ref) if check or draft.status is ExperimentStatus.DRAFT else []
        if form != "json":
            say_table(CHECK_HEADINGS, check_rows(checks))
        started = None if check else desk.experiments.start(ref, reason=reason, seen=draft.version)
    if form == "json":
        listed = {"checklist": documents(checks, ("name", "state", "says"))}
        say_json({**experiment_document(started or draft), **listed})
    elif started is not None:
        frozen = "; hypothesis, metric, confidence, sample and weights are frozen" if checks else ""
        say(f"experiment #{started.number} is running{frozen}")


@click.command()
@click.argument("ref", type=TEXT)
@REASON
@json_option
@click.pass_context
def pause(ctx: click.Context, ref: str, reason: str, form: str | None) -> None:
    """Pause an experiment: no new users are enrolled; enrolled users still count."""
    with open_desk(ctx, existing=True) as desk:
        paused = desk.experiments.pause(ref, reason=reason)
    _say(paused, f"experiment #{paused.number} is paused", form)


@click.command()
@click.argument("ref", type=TEXT)
@click.option("--decision", type=Word(Decision), help="What it leads to.  [default: what the verdict says]")
@click.option("--reason", default="", type=TEXT, help="The sentence for it.  [default: the verdict]")
@json_option
@click.pass_context
def complete(ctx: click.Context, ref: str, decision: str | None, reason: str, form: str | None) -> None:
    """End an experiment with a decision and a sentence, which the verdict proposes."""
    with open_desk(ctx, existing=True) as desk:
        done = desk.experiments.complete(ref, None if decision is None else _decision(decision), reason)
    _say(done, f"experiment #{done.number} is completed: {done.decision} ({done.decision_reason})", form)


def _decision(text: str) -> Decision:
    try:
        return Decision(text.strip().lower())
    except ValueError:
        raise invalid("decision", text, one_of(Decision)) from None


def _say(experiment: Experiment, words: str, form: str | None) -> None:
    if form == "json":
        say_json(experiment_document(experiment))
    else:
        say(words)
