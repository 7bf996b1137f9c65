"""The text index of the tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playhouse.sqlite_ext import FTS5Model, RowIDField, SearchField

from supportdesk.storage.sqlite.text_match import TextMatch

if TYPE_CHECKING:
    from peewee import Field

    from supportdesk.domain.query.tree import Node


class TicketTextRow(FTS5Model):  # type: ignore[misc]
    """Full-text index `tickets_text`, kept by triggers."""

    rowid = RowIDField()
    title = SearchField()
    description = SearchField()
    contact_email = SearchField()

    class Meta:
        table_name = "tickets_text"


class TicketText:
    """Finds tickets by their words."""

    def matching(self, key: Field, tree: Node) -> TextMatch:
        """Return the tickets that a query finds; `key` is their number."""
        return TextMatch.of(TicketTextRow, key, tree)
