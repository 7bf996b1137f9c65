"""The command that checks experiments, for cron."""

from __future__ import annotations

from dataclasses import asdict

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.io.output import counted, json_option, say, say_json
from supportdesk.cli.io.param_types import TEXT
from supportdesk.domain.errors import DeskError, Unavailable
from supportdesk.domain.experiments.experiment import ExperimentStatus


@click.command()
@click.argument("refs", metavar="[REF]...", nargs=-1, type=TEXT)
@json_option
@click.pass_context
def check(ctx: click.Context, refs: tuple[str, ...], form: str | None) -> None:
    """Check the experiments that run, or those named: split, users in several variants, traffic, guardrails.

    It calculates them anew and keeps the results, and pauses those with --auto-pause whose guardrail got worse. Exits
    75 when something needs attention or cannot be calculated, so that cron tells somebody.
    """
    paused, failed = [], []
    with open_desk(ctx, existing=True) as desk:
        asked = [desk.experiments.get(ref) for ref in refs] if refs else desk.experiments.running()
        running = [each for each in asked if each.status is ExperimentStatus.RUNNING]
        for experiment in running:
            # What cannot be calculated must not hide what is wrong with the others.
            try:
                desk.experiments.calculate(str(experiment.number))
            except DeskError as error:
                failed.append({"experiment": experiment.number, "message": error.message})
            if desk.experiments.get(str(experiment.number)).status is ExperimentStatus.PAUSED:
                paused.append(experiment.number)
        # As they were before this check: what it has paused is to be said.
        found = desk.experiments.alerts(running)
    if form == "json":
        alerts = [asdict(each) for each in found]
        say_json({"checked": len(running), "alerts": alerts, "paused": paused, "failed": failed})
    else:
        for failure in failed:
            say(f"#{failure['experiment']} cannot be calculated: {failure['message']}")
        for each in found:
            say(f"{each.kind}: {each.sentence}{' (paused)' if each.experiment in paused else ''}")
        if not found and not failed:
            say(f"{len(running):,} running, nothing needs attention")
    if found or failed:
        parts = ((found, "alert"), (failed, "failed calculation"))
        raise Unavailable(f"{' and '.join(counted(len(each), noun) for each, noun in parts if each)} of experiments")
