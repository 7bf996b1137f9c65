"""Commands that take FAQs in from files and write them out to some."""

from __future__ import annotations

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
from supportdesk.cli.values import CATEGORY, Word
from supportdesk.domain.faq import FaqQuery, parse_category
from supportdesk.domain.text import clean_line

# Not taken from the service: help need not import it.
DUPLICATES = Word(("refuse", "skip", "keep"))


@click.command("import")
@click.argument("path", type=FILE)
@click.option(
    "--duplicates",
    default="refuse",
    show_default=True,
    type=DUPLICATES,
    help="What to do with rows that ask what another row or an FAQ of the desk asks.",
)
@import_options
@click.pass_context
def import_faqs(
    ctx: click.Context,
    path: Path,
    duplicates: str,
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
    """Import FAQs from a CSV file, a Markdown file or a folder of them; - reads CSV from standard input.

    All of them go in, or none when one is bad. Fields are id, question, answer, category, created_at and
    updated_at. Headers of these names need no --column, except that id and the times count only when no --column
    is given at all. A Markdown file has its fields between two lines of three dashes, one on a line, and its
    answer below.

    \b
        supportdesk faq import old.csv --ignore id --duplicates skip \\
            --value category:payment=billing --value 'category:*=technical'
        supportdesk faq import answers/ --column question=title \\
            --default category=general
    """
    # Imported here: only this command needs it.
    from supportdesk.services.columns import ColumnChoice
    from supportdesk.services.faq_import import parse_duplicates

    choice = ColumnChoice(columns, values, defaults, ignored)
    policy = parse_duplicates(duplicates)
    with open_desk(ctx) as desk, Progress() as progress:
        imported = desk.faq_import.run(
            source(path),
            choice,
            encoding=encoding,
            delimiter=delimiter,
            duplicates=policy,
            rejects=rejects,
            dry_run=dry_run,
            watch=watching(progress, "FAQs"),
        )
    if form == "json":
        say_json(
            {
                "good": imported.faqs,
                "rejected": imported.rejected,
                "duplicates": imported.duplicates,
                "imported": 0 if dry_run else imported.faqs,
                "first": imported.first,
                "last": imported.last,
                "rejects": None if rejects is None else str(rejects),
            }
        )
        return
    done = told(counted(imported.faqs, "FAQ"), imported.first, imported.last, dry_run=dry_run)
    if imported.duplicates:
        fate = {"skip": "left out", "keep": "among them", "refuse": "refused"}[policy]
        done += f", {counted(imported.duplicates, 'duplicate')} {fate}"
    say(done + told_rejects(imported.rejected, rejects))


@click.command("export")
@click.option("--category", type=CATEGORY, help="Only these.")
@export_options
@click.option("--folder", type=FILE, metavar="FOLDER", help="Write a Markdown file for each into this new folder.")
@click.pass_context
def export_faqs(ctx: click.Context, category: str | None, form: str, output: Path | None, folder: Path | None) -> None:
    """Export FAQs as CSV, JSON or a folder of Markdown files, by number.

    The CSV or the folder of one desk, imported into an empty one, gives the same FAQs.
    """
    # Imported here: only this command needs it.
    from supportdesk.services.export_form import Form

    if folder is not None and output is not None:
        raise click.UsageError("--output is a file and --folder has many: give one of them.")
    query = FaqQuery(None if category is None else parse_category(category))
    with open_desk(ctx) as desk:
        if folder is not None:
            done = desk.faq_export.save_folder(query, folder)
        elif output is not None and str(output) != "-":
            done = desk.faq_export.save(query, Form(form), output)
        else:
            out = Stdout()
            desk.faq_export.write(query, Form(form), out)
            out.flush()
            return
    click.echo(f"{counted(done, 'FAQ')} exported to {clean_line(str(folder or output))}", err=True)
