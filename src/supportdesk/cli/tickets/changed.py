"""Which tickets a command changes, and what it says of them when it has changed them, or would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from supportdesk.cli.io.documents import TICKET, document, documents
from supportdesk.cli.io.output import say, say_json
from supportdesk.cli.io.param_types import decoded, standard_input
from supportdesk.domain.errors import InvalidValue

if TYPE_CHECKING:
    from supportdesk.domain.ticket import Ticket
    from supportdesk.services.conversation.actions import Preview
    from supportdesk.services.tickets.service import Updated

dry_run_option = click.option("--dry-run", is_flag=True, help="Say what it would do, and to how many.")


def typed_references(ctx: click.Context, refs: Sequence[str]) -> list[str]:
    """Return references as typed, with those of standard input instead of a `-`."""
    wanted = [word for ref in refs for word in (standard_input(ctx, "refs").split() if ref == "-" else [decoded(ref)])]
    if not wanted:
        raise InvalidValue("refs: standard input names no ticket", field="refs")
    return wanted


def say_updated(
    form: str | None, wanted: Sequence[str], updated: Updated, sentence: Callable[[Ticket, bool], str]
) -> None:
    """Print tickets as they are now: a `sentence` each, of the ticket and whether it has changed.

    As JSON, one reference gives its ticket, several give a list and the numbers of those that changed.
    """
    if form != "json":
        for each in updated.tickets:
            say(sentence(each, each.number in updated.changed))
    elif len(wanted) == 1:
        say_json(document(updated.tickets[0], TICKET))
    else:
        say_json({"tickets": documents(updated.tickets, TICKET), "changed": sorted(updated.changed)})


def say_preview(form: str | None, preview: Preview) -> None:
    """Print what some actions would do."""
    if form == "json":
        say_json({name: getattr(preview, name) for name in ("summary", "tickets", "changed", "mailed")})
    else:
        say(preview.summary)
