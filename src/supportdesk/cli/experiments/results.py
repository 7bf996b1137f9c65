"""Commands that look at the results of experiments."""

from __future__ import annotations

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.experiments.text import not_counted, results_document, results_text
from supportdesk.cli.io.output import json_option, say, say_json
from supportdesk.cli.io.param_types import TEXT


@click.command()
@click.argument("ref", type=TEXT)
@json_option
@click.pass_context
def calculate(ctx: click.Context, ref: str, form: str | None) -> None:
    """Calculate the results of an experiment, and keep them."""
    _show(ctx, ref, form, anew=True)


@click.command()
@click.argument("ref", type=TEXT)
@json_option
@click.pass_context
def results(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show the results of an experiment as they were calculated last."""
    _show(ctx, ref, form, anew=False)


def _show(ctx: click.Context, ref: str, form: str | None, *, anew: bool) -> None:
    with open_desk(ctx, existing=True) as desk:
        look = desk.experiments.calculate(ref) if anew else desk.experiments.results(ref)
        experiment = desk.experiments.get(ref)
        if form == "json":
            say_json(results_document(experiment, look))
            return
        say(results_text(experiment.name, look.analysis))
        if left := not_counted(experiment, desk.experiments.events(ref)):
            say(left)
        if not anew:
            again = f"supportdesk experiment calculate {experiment.number}"
            say(f"look {look.look}, by {look.actor}; calculate it again with: {again}")
