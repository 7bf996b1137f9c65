"""The command that reports on an experiment."""

from __future__ import annotations

from pathlib import Path

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.io.export_options import file_of
from supportdesk.cli.io.output import Stdout, say
from supportdesk.cli.io.param_types import FILE, TEXT, Word
from supportdesk.domain.text import clean_line

# Not taken from the service: help need not import it.
FORMATS = ("markdown", "html")


@click.command()
@click.argument("ref", type=TEXT)
@click.option("--format", "form", type=Word(FORMATS), help="[default: html for a FILE.html, else markdown]")
@click.option("--output", type=FILE, metavar="FILE", help="Write to FILE, which appears when complete.")
@click.pass_context
def report(ctx: click.Context, ref: str, form: str | None, output: Path | None) -> None:
    """Report on an experiment, as Markdown or HTML to send.

    It has question, plan, verdict, figures, plots, health, decision and methods.

    It is one file that runs nothing and loads nothing, so that it can be sent to somebody.
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.services.experiments.reporting.service import format_of, parse_format

    file = file_of(output)
    wanted = format_of(file) if form is None else parse_format(form)
    with open_desk(ctx, existing=True) as desk:
        if file is None:
            out = Stdout()
            out.write(desk.experiment_report.write(ref, wanted))
            out.flush()
            return
        desk.experiment_report.save(ref, wanted, file)
    say(f"report written to {clean_line(str(file))}")
