"""Commands that take preferences in from a file and write them out to one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from supportdesk.cli.context import changing_desk, open_desk
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
from supportdesk.domain.preference import PreferenceQuery
from supportdesk.domain.text import clean_line


@click.command("import")
@click.argument("file", type=FILE)
@import_options
@click.pass_context
def import_preferences(
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
    """Import preferences from a CSV file, plain or gzipped; - reads standard input.

    All rows go in, or none when one is bad. Fields are email, email_notifications, sms_notifications,
    notification_frequency and preferred_language; headers of these names need no --column. What has no column
    stays as it is for each person.

    \b
        supportdesk preference import people.csv --column email=Address \\
            --column notification_frequency=Mails \\
            --value notification_frequency:never=none
    """
    # Imported here: only this command needs it.
    from supportdesk.services.columns import ColumnChoice

    choice = ColumnChoice(columns, values, defaults, ignored)
    with changing_desk(ctx) as desk, Progress() as progress:
        imported = desk.preference_import.run(
            source(file),
            choice,
            encoding=encoding,
            delimiter=delimiter,
            rejects=rejects,
            dry_run=dry_run,
            watch=watching(progress, "preferences"),
        )
    if form == "json":
        say_json(
            {
                "good": imported.preferences,
                "rejected": imported.rejected,
                "imported": 0 if dry_run else imported.preferences,
                "rejects": None if rejects is None else str(rejects),
            }
        )
    else:
        many = told(counted(imported.preferences, "preference"), None, None, dry_run=dry_run)
        say(many + told_rejects(imported.rejected, rejects))


@click.command("export")
@export_options
@click.pass_context
def export_preferences(ctx: click.Context, form: str, output: Path | None) -> None:
    """Export the stored preferences, by address.

    The CSV of one desk, imported into another, gives the same preferences.
    """
    # Imported here: only this command needs it.
    from supportdesk.services.export_form import Form

    with open_desk(ctx, existing=True) as desk:
        if output is None or str(output) == "-":
            out = Stdout()
            desk.preference_export.write(PreferenceQuery(), Form(form), out)
            out.flush()
            return
        done = desk.preference_export.save(PreferenceQuery(), Form(form), output)
    click.echo(f"{counted(done, 'preference')} exported to {clean_line(str(output))}", err=True)
