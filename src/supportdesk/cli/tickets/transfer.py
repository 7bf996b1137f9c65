"""Commands that import and export tickets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.io.export_options import export_options, file_of, say_exported, to_stdout
from supportdesk.cli.io.import_options import FATES, Typed, import_options
from supportdesk.cli.io.param_types import FILE, TEXT, Word, source
from supportdesk.cli.io.progress import Progress
from supportdesk.domain.query import parse_query


@click.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--duplicates",
    default="refuse",
    show_default=True,
    type=Word(FATES),
    help="What to do with tickets that the desk has already: of the same number or id, or of the same requester, "
    "title, text and time.",
)
@import_options
@click.pass_context
def import_tickets(ctx: click.Context, file: Path, duplicates: str, typed: Typed) -> None:
    """Import tickets from a CSV file, plain or gzipped; - reads standard input.

    All rows go in, or none when one is bad; nobody is mailed. Fields are number, id, title, description,
    priority, status, contact_email, created_at and updated_at. Headers of these names need no --column,
    except that number, id and the times count only when no --column is given at all.

    \b
        supportdesk ticket import old.csv --column title="Ticket Subject" \\
            --column description=Body --column contact_email=Email \\
            --column priority=Urgency --value priority:Critical=high
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.services.transfer.duplicates import parse_duplicates

    policy = parse_duplicates(duplicates)
    with open_desk(ctx) as desk, Progress() as progress:
        imported = desk.ticket_import.run(
            source(file), typed.choice(), typed.options(progress, "tickets"), duplicates=policy
        )
    typed.say(
        "ticket",
        imported.tickets,
        imported.rejected,
        detected=imported.detected,
        numbers=(imported.first, imported.last),
        duplicates=imported.duplicates,
        fate=FATES[policy],
    )


@click.command("export")
@click.argument("query", nargs=-1, type=TEXT)
@export_options
@click.pass_context
def export_tickets(ctx: click.Context, query: Sequence[str], form: str, output: Path | None) -> None:
    """Export tickets, all or those that QUERY finds, by number.

    QUERY is what `ticket list` takes. The CSV of one desk, imported into an empty one, gives the same tickets.
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.services.transfer.export_format import Form

    wanted, file = parse_query(" ".join(query)), file_of(output)
    allowed = file is not None or not sys.stdout.isatty()
    with open_desk(ctx, existing=True) as desk, Progress(allowed=allowed) as progress:

        def watch(done: int) -> None:
            progress.say(f"Writing: {done:,} tickets")

        if file is None:
            to_stdout(lambda out: desk.ticket_export.write(wanted, Form(form), out, watch=watch))
            return
        done = desk.ticket_export.save(wanted, Form(form), file, watch=watch)
    say_exported(done, "ticket", file)
