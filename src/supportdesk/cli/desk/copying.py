"""Commands on the place of the desk."""

from __future__ import annotations

import click

from supportdesk.cli.context import session_of
from supportdesk.cli.io.output import json_option, say_done
from supportdesk.domain.errors import InvalidValue


@click.group()
def desk() -> None:
    """The desk as a whole: copy it to another place."""


@desk.command()
@click.option("--to", "target", required=True, metavar="PATH_OR_URL", help="A new or empty desk.")
@json_option
@click.pass_context
def copy(ctx: click.Context, target: str, form: str | None) -> None:
    """Copy the whole desk, with its files, to a file or a PostgreSQL server.

    All of it or nothing: counts and checksums are compared before the copy is saved. Leave the apps on the old desk
    first, and open the new one afterwards. Mail that waits becomes `unknown` in the copy, so that it is not sent twice.
    """
    from supportdesk.cli.io.progress import Progress
    from supportdesk.domain.desk_address import parse_desk_address
    from supportdesk.services.desk_copy import copy_desk

    settings = session_of(ctx).settings
    settings.check_desk()
    try:
        address = parse_desk_address(target)
    except InvalidValue as error:
        raise InvalidValue(error.message.replace("db: ", "to: ", 1), field="to") from error
    with Progress(allowed=form is None) as progress:
        copied = copy_desk(settings.db, address, lambda table, rows: progress.say(f"{table}: {rows:,} rows"))
    rows = sum(copied.rows.values())
    say_done(
        form,
        {"from": str(settings.db), "to": str(address), "rows": copied.rows, "files": copied.files},
        f"copied {settings.db} to {address}: {rows:,} rows and {copied.files:,} files, all compared",
    )
