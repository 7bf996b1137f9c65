"""The command that reports on an experiment."""

from __future__ import annotations

from pathlib import Path

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.io.export_options import file_of
from supportdesk.cli.io.output import Stdout, json_option, say_done, say_json
from supportdesk.cli.io.param_types import FILE, TEXT, Word
from supportdesk.domain.text import clean_line

# Not taken from the service: help need not import it.
FORMATS = ("markdown", "html")


@click.command()
@click.argument("ref", type=TEXT)
@click.option("--format", "layout", type=Word(FORMATS), help="[default: html for a FILE.html, else markdown]")
@click.option("--output", type=FILE, metavar="FILE", help="Write to FILE, which appears when complete.")
@json_option
@click.pass_context
def report(ctx: click.Context, ref: str, layout: str | None, output: Path | None, form: str | None) -> None:
    """Report on an experiment, as Markdown or HTML to send.

    It has question, plan, verdict, figures, plots, health, decision and methods.

    It is one file that runs nothing and loads nothing, so that it can be sent to somebody.
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.services.experiments.reporting.service import format_of, parse_format

    file = file_of(output)
    wanted = format_of(file) if layout is None else parse_format(layout)
    with open_desk(ctx, existing=True) as desk:
        if file is not None:
            desk.experiment_report.save(ref, wanted, file)
            done = {"format": wanted, "file": str(file), "text": None}
            say_done(form, done, f"report written to {clean_line(str(file))}")
            return
        text = desk.experiment_report.write(ref, wanted)
    if form == "json":
        say_json({"format": wanted, "file": None, "text": text})
    else:
        out = Stdout()
        out.write(text)
        out.flush()
