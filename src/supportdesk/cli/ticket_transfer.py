"""Commands that take tickets in from a file and write them out to one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.output import say, say_json
from supportdesk.cli.progress import Progress
from supportdesk.cli.transfer import (
    FILE,
    Stdout,
    counted,
    export_options,
    import_options,
    source,
    told,
    told_rejects,
    watching,
)
from supportdesk.cli.values import TEXT
from supportdesk.domain.query import parse_query
from supportdesk.domain.text import clean_line


@click.command("import")
@click.argument("file", type=FILE)
@import_options
@click.pass_context
def import_tickets(
    ctx: click.Context,
    file: Path,
    columns: Sequence[tuple[str, str]],
    values: Sequence[tuple[str, str, str]],
    defaults: Sequence[tuple[str, str]],
    ignored: Sequence[str],
    rejects: Path | None,
    delimiter: str,
    encoding: str,
    dry_run: bool,
    form: str | None,
) -> None:
    """Import tickets from a CSV file, plain or gzipped; - reads standard input.

    All rows go in, or none when one is bad; nobody is mailed. Fields are number, id, title, description,
    priority, status, contact_email, created_at and updated_at. Headers of these names need no --column,
    except that number, id and the times count only when no --column is given at all.

    \b
        supportdesk ticket import old.csv --column title="Ticket Subject" \\
            --column description=Body --column contact_email=Email \\
            --column priority=Urgency --value priority:Critical=high
    """
    # Imported here: only this command needs it.
    from supportdesk.services.columns import ColumnChoice

    choice = ColumnChoice(columns, values, defaults, ignored)
    with open_desk(ctx) as desk, Progress() as progress:
        imported = desk.ticket_import.run(
            source(file),
            choice,
            encoding=encoding,
            delimiter=delimiter,
            rejects=rejects,
            dry_run=dry_run,
            watch=watching(progress, "tickets"),
        )
    if form == "json":
        say_json(
            {
                "good": imported.tickets,
                "rejected": imported.rejected,
                "imported": 0 if dry_run else imported.tickets,
                "first": imported.first,
                "last": imported.last,
                "rejects": None if rejects is None else str(rejects),
            }
        )
    else:
        many = told(counted(imported.tickets, "ticket"), imported.first, imported.last, dry_run=dry_run)
        say(many + told_rejects(imported.rejected, rejects))


@click.command("export")
@click.argument("query", nargs=-1, type=TEXT)
@export_options
@click.pass_context
def export_tickets(ctx: click.Context, query: Sequence[str], form: str, output: Path | None) -> None:
    """Export tickets, all or those that QUERY finds, by number.

    QUERY is what `ticket list` takes. The CSV of one desk, imported into an empty one, gives the same tickets.
    """
    # Imported here: only this command needs it.
    from supportdesk.services.export_form import Form

    wanted = parse_query(" ".join(query))
    if str(output) == "-":
        output = None
    beside = output is not None or not sys.stdout.isatty()
    with open_desk(ctx, existing=True) as desk, Progress(beside=beside) as progress:

        def watch(done: int) -> None:
            progress.say(f"Writing: {done:,} tickets")

        if output is None:
            out = Stdout()
            desk.ticket_export.write(wanted, Form(form), out, watch=watch)
            out.flush()
            return
        done = desk.ticket_export.save(wanted, Form(form), output, watch=watch)
    click.echo(f"{counted(done, 'ticket')} exported to {clean_line(str(output))}", err=True)
