"""Commands on saved views."""

from __future__ import annotations

from collections.abc import Sequence

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.io.documents import VIEW, document, documents
from supportdesk.cli.io.output import json_option, list_formats, say_done, say_rows, say_table
from supportdesk.cli.io.param_types import TEXT


@click.group()
def view() -> None:
    """Views: queries saved under a name, for you or for the team.

    `supportdesk help query` has the language of queries.
    """


@view.command("list")
@list_formats
@click.pass_context
def list_views(ctx: click.Context, form: str | None) -> None:
    """List your views and the team's."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.views.list()
    if form:
        say_rows(form, documents(found, VIEW), VIEW)
    else:
        columns = 4 if any(each.fault for each in found) else 3
        rows = [(each.name, "team" if each.is_team else "mine", each.query, each.fault)[:columns] for each in found]
        say_table(("NAME", "OF", "QUERY", "CANNOT BE USED")[:columns], rows, empty="no views")


@view.command()
@click.argument("name", type=TEXT)
@click.argument("query", nargs=-1, required=True, type=TEXT)
@click.option("--team", is_flag=True, help="For everybody.")
@json_option
@click.pass_context
def save(ctx: click.Context, name: str, query: Sequence[str], team: bool, form: str | None) -> None:
    """Save QUERY as a view, replacing the one of this name. Put -- before a -word."""
    with changing_desk(ctx) as desk:
        saved = desk.views.save(name, " ".join(query), team=team)
    say_done(form, document(saved, VIEW), f"view {saved.name} saved{' for the team' if team else ''}: {saved.query}")


@view.command()
@click.argument("name", type=TEXT)
@json_option
@click.pass_context
def delete(ctx: click.Context, name: str, form: str | None) -> None:
    """Delete your view of this name, or else the team's."""
    with changing_desk(ctx, existing=True) as desk:
        deleted = desk.views.delete(name)
    say_done(
        form,
        {"name": deleted.name, "deleted": True},
        f"{'the team view' if deleted.is_team else 'view'} {deleted.name} deleted",
    )
