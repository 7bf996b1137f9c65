"""The text indexes of the tickets: what was said in them, and the notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peewee import SQL, Expression

from supportdesk.storage.pending_messages import are_messages_pending, pending_messages
from supportdesk.storage.postgres.text_match import TextMatch

if TYPE_CHECKING:
    from peewee import Field

    from supportdesk.domain.query.tree import Node
    from supportdesk.storage.engine import Engine

_NOTED = (
    "(SELECT unnest(f.continuing) FROM messages AS m JOIN tickets AS t ON t.id = m.ticket_id "
    "JOIN ticket_families AS f ON f.number = t.number WHERE m.note_words @@ ({condition}))"
)


class TicketText:
    """Finds tickets by what was said in them; notes are found apart from it.

    Messages are indexed before the next search, since the words of a long conversation are one entry of the index.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_behind(self) -> bool:
        """Return whether messages were saved, removed or moved since the last update."""
        return are_messages_pending(self._engine)

    def update(self) -> None:
        """Index some of the messages that are not, inside the caller's transaction."""
        wanted = pending_messages(self._engine)
        self._engine.run_many(
            "UPDATE messages SET indexed = ?, pending = 0 WHERE seq = ?", [(now, seq) for seq, _, now in wanted]
        )
        touched = sorted({number for _, *places in wanted for number in places if number})
        self._engine.run("SELECT index_tickets(VARIADIC CAST(? AS bigint[]))", (touched,))

    def matching(self, key: Field, tree: Node) -> TextMatch:
        """Return the tickets that a query finds; `key` is their number."""
        return TextMatch.of(key, tree, "desk_phrase")

    def noted(self, key: Field, tree: Node) -> Expression:
        """Return the condition that a note of a ticket matches."""
        match = TextMatch.of(key, tree, "desk_phrase")
        return Expression(key, "IN", SQL(_NOTED.format(condition=match.condition), match.parameters))
