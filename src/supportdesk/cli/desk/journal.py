"""Commands on the journal: history of the desk, undo and redo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.desk.text import ENTRY_HEADINGS, entry_row, entry_words, undone_words
from supportdesk.cli.io import cursor as cursors
from supportdesk.cli.io.confirmation import confirm_undo
from supportdesk.cli.io.documents import ENTRY, TICKET, documents
from supportdesk.cli.io.output import json_option, list_formats, list_summary, say, say_json, say_rows, say_table
from supportdesk.services.journal import UndoBlocked, UndoResult

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk


@click.command()
@cursors.page_options
@list_formats
@click.pass_context
def history(ctx: click.Context, limit: int, cursor: str | None, form: str | None) -> None:
    """Show what happened on the desk, newest first."""
    seek = cursors.read("history", cursor)
    with open_desk(ctx, existing=True) as desk:
        found = desk.journal.page(seek, limit + 1)
        total = desk.journal.count()
    page, next_cursor = cursors.split(found, limit, "history", lambda entry: (entry.seq,))
    if form:
        say_rows(form, documents(page, ENTRY), ENTRY, name="entries", next_cursor=next_cursor)
    else:
        say_table(ENTRY_HEADINGS, [entry_row(entry) for entry in page])
        say(list_summary(len(page), total, "entries", "", next_cursor))


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask when a requester is told again.")
@json_option
@click.pass_context
def undo(ctx: click.Context, yes: bool, form: str | None) -> None:
    """Undo your last change; the history keeps both.

    Passes over changes that cannot be undone, also since somebody has changed the same, and says so; refused when none
    is left. When a requester was told of the change already, it says so first, and asks where there is a terminal.
    """
    with changing_desk(ctx, existing=True) as desk:
        undone, blocked = _undo(desk, yes=yes)
        if form == "json":
            say_json(
                {
                    "undone": documents(undone.entries, ENTRY),
                    "passed_over": documents(undone.passed_over, ENTRY),
                    "tickets": documents(undone.tickets, TICKET),
                }
            )
        else:
            for each in blocked:
                say(f"cannot be undone, passed over: {each.reason}")
            for entry in undone.passed_over:
                if entry.change in {each.change for each in blocked}:
                    continue
                say(f"cannot be undone, passed over: {entry_words(entry)}")
            for entry in undone.entries:
                say(f"undone: {undone_words(entry)}")


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask when a requester is told again.")
@json_option
@click.pass_context
def redo(ctx: click.Context, yes: bool, form: str | None) -> None:
    """Do again what you undid last, unless you have changed something else since.

    Requesters hear of it as if it were done for the first time; `undo` takes it back.
    """
    with changing_desk(ctx, existing=True) as desk:
        preview = desk.journal.preview_redo()
        if preview.warning:
            confirm_undo(f"{preview.redone}; {preview.warning}", yes=yes)
        redone = desk.journal.redo(change=preview.change)
    if form == "json":
        say_json({"redone": documents(redone.entries, ENTRY), "tickets": documents(redone.tickets, TICKET)})
    else:
        for entry in redone.entries:
            say(f"redone: {entry_words(replace(entry, notes=''))}")


def _undo(desk: Desk, *, yes: bool) -> tuple[UndoResult, Sequence[UndoBlocked]]:
    """Undo the last change that nothing blocks; return the blocked ones too."""
    blocked: list[UndoBlocked] = []
    while True:
        preview = desk.journal.preview_undo(blocked)
        if preview.warning:
            confirm_undo(f"{preview.summary}; {preview.warning}", yes=yes)
        try:
            return desk.journal.undo(change=preview.change, blocked=blocked), blocked
        except UndoBlocked as found:
            blocked.append(found)
