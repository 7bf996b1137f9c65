"""Commands that import and export preferences."""

from __future__ import annotations

from pathlib import Path

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.io.export_options import export_options, file_of, say_exported, to_stdout
from supportdesk.cli.io.import_options import Typed, import_options
from supportdesk.cli.io.param_types import FILE, source
from supportdesk.cli.io.progress import Progress
from supportdesk.domain.preference import PreferenceQuery


@click.command("import")
@click.argument("file", type=FILE)
@import_options
@click.pass_context
def import_preferences(ctx: click.Context, file: Path, typed: Typed) -> None:
    """Import preferences from a CSV file, plain or gzipped; - reads standard input.

    All rows go in, or none when one is bad. Fields are email, email_notifications, sms_notifications,
    notification_frequency and preferred_language; headers of these names need no --column. What has no column
    stays as it is for each person.

    \b
        supportdesk preference import people.csv --column email=Address \\
            --column notification_frequency=Mails \\
            --value notification_frequency:never=none
    """
    with changing_desk(ctx) as desk, Progress() as progress:
        imported = desk.preference_import.run(source(file), typed.choice(), typed.options(progress, "preferences"))
    typed.say("preference", imported.preferences, imported.rejected, detected=imported.detected)


@click.command("export")
@export_options
@click.pass_context
def export_preferences(ctx: click.Context, form: str, output: Path | None) -> None:
    """Export the stored preferences, by address.

    The CSV of one desk, imported into another, gives the same preferences.
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.services.transfer.export_format import Form

    file = file_of(output)
    with open_desk(ctx, existing=True) as desk:
        if file is None:
            to_stdout(lambda out: desk.preference_export.write(PreferenceQuery(), Form(form), out))
            return
        done = desk.preference_export.save(PreferenceQuery(), Form(form), file)
    say_exported(done, "preference", file)
