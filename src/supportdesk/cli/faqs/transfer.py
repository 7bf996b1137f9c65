"""Commands that import and export FAQs."""

from __future__ import annotations

from pathlib import Path

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.faqs.param_types import CATEGORY
from supportdesk.cli.io.export_options import export_options, file_of, say_exported, to_stdout
from supportdesk.cli.io.import_options import FATES, Typed, import_options
from supportdesk.cli.io.param_types import FILE, Word, source
from supportdesk.cli.io.progress import Progress
from supportdesk.domain.faq import FaqQuery, parse_category


@click.command("import")
@click.argument("path", type=FILE)
@click.option(
    "--duplicates",
    default="refuse",
    show_default=True,
    type=Word(FATES),
    help="What to do with rows whose question another row or an FAQ of the desk has.",
)
@import_options
@click.pass_context
def import_faqs(ctx: click.Context, path: Path, duplicates: str, typed: Typed) -> None:
    """Import FAQs from a CSV file, a Markdown file or a folder of them; - reads CSV from standard input.

    All of them go in, or none when one is bad. Fields are id, question, answer, category, created_at and
    updated_at. Headers of these names need no --column, except that id and the times count only when no --column
    is given at all. A Markdown file has its fields as YAML between two lines of three dashes, and its
    answer below.

    \b
        supportdesk faq import old.csv --ignore id --duplicates skip \\
            --value category:payment=billing --value 'category:*=technical'
        supportdesk faq import answers/ --column question=title \\
            --default category=general
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.services.transfer.duplicates import parse_duplicates

    policy = parse_duplicates(duplicates)
    with open_desk(ctx) as desk, Progress() as progress:
        imported = desk.faq_import.run(source(path), typed.choice(), typed.options(progress, "FAQs"), duplicates=policy)
    typed.say(
        "FAQ",
        imported.faqs,
        imported.rejected,
        detected=imported.detected,
        numbers=(imported.first, imported.last),
        duplicates=imported.duplicates,
        fate=FATES[policy],
    )


@click.command("export")
@click.option("--category", type=CATEGORY, help="Only these.")
@export_options
@click.option("--folder", type=FILE, metavar="FOLDER", help="Write a Markdown file for each into this new folder.")
@click.pass_context
def export_faqs(ctx: click.Context, category: str | None, form: str, output: Path | None, folder: Path | None) -> None:
    """Export FAQs as CSV, JSON or a folder of Markdown files, by number.

    The CSV or the folder of one desk, imported into an empty one, gives the same FAQs.
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.services.transfer.export_format import Form

    if folder is not None and output is not None:
        raise click.UsageError("--output is a file and --folder has many: give one of them.")
    query = FaqQuery(None if category is None else parse_category(category))
    place = folder or file_of(output)
    with open_desk(ctx, existing=True) as desk:
        if place is None:
            to_stdout(lambda out: desk.faq_export.write(query, Form(form), out))
            return
        if folder is not None:
            done = desk.faq_export.save_folder(query, folder)
        else:
            done = desk.faq_export.save(query, Form(form), place)
    say_exported(done, "FAQ", place)
