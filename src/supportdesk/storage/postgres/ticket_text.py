"""The text index of the tickets, kept by a generated column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supportdesk.storage.postgres.text_match import TextMatch

if TYPE_CHECKING:
    from peewee import Field

    from supportdesk.domain.query.tree import Node


class TicketText:
    """Finds tickets by their words."""

    def matching(self, key: Field, tree: Node) -> TextMatch:
        """Return the tickets that a query finds; `key` is their number."""
        return TextMatch.of(key, tree, "desk_phrase")
