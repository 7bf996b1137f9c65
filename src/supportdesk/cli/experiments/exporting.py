"""The command that exports the data of experiments."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.io.export_options import export_options, file_of, say_exported, to_stdout
from supportdesk.cli.io.param_types import TEXT
from supportdesk.cli.io.progress import Progress


@click.command()
@click.argument("ref", type=TEXT)
@click.option("--assignments", is_flag=True, help="Who saw which variant.  [default]")
@click.option("--events", is_flag=True, help="Who did what.")
@click.option("--daily", is_flag=True, help="Running totals per variant, day and metric; they name no user.")
@export_options
@click.pass_context
def export(
    ctx: click.Context, ref: str, assignments: bool, events: bool, daily: bool, form: str, output: Path | None
) -> None:
    """Export users, events or daily sums of an experiment, one at a time.

    Another experiment, such as a clone, imports the CSV as it is: `experiment import REF --assignments FILE`.
    """
    # Lazy imports: keep start-up fast.
    from supportdesk.services.experiments.exporting import Part
    from supportdesk.services.transfer.export_format import Form

    chosen = [
        part
        for part, is_chosen in ((Part.ASSIGNMENTS, assignments), (Part.EVENTS, events), (Part.DAILY, daily))
        if is_chosen
    ]
    if len(chosen) > 1:
        raise click.UsageError("A file holds one kind of rows: name one of --assignments, --events and --daily.")
    file = file_of(output)
    allowed = file is not None or not sys.stdout.isatty()
    with open_desk(ctx, existing=True) as desk, Progress(allowed=allowed) as progress:
        part = chosen[0] if chosen else desk.experiment_export.default_part(ref)

        def watch(done: int) -> None:
            progress.say(f"Writing: {done:,} rows")

        if file is None:
            to_stdout(lambda out: desk.experiment_export.write(ref, part, Form(form), out, watch=watch))
            return
        done = desk.experiment_export.save(ref, part, Form(form), file, watch=watch)
    say_exported(done, "row", file)
