"""The text indexes of the tickets: what was said in them, and the notes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from peewee import SQL, Expression, NodeList
from playhouse.sqlite_ext import FTS5Model, RowIDField, SearchField

from supportdesk.storage.pending_messages import are_messages_pending, pending_messages
from supportdesk.storage.sqlite.match_expression import match_of
from supportdesk.storage.sqlite.text_match import TextMatch

if TYPE_CHECKING:
    from peewee import ColumnBase, Field

    from supportdesk.domain.query.tree import Node
    from supportdesk.storage.engine import Engine


class TicketTextRow(FTS5Model):  # type: ignore[misc]
    """Full-text index `tickets_text`, kept by triggers."""

    rowid = RowIDField()
    title = SearchField()
    description = SearchField()
    contact_email = SearchField()

    class Meta:
        table_name = "tickets_text"


_SAID = "number, title, description, contact_email FROM tickets_said WHERE number IN (SELECT value FROM json_each(?))"
_NOTED = (
    "(SELECT value FROM messages AS m JOIN tickets AS t ON t.id = m.ticket_id "
    "JOIN ticket_families AS f ON f.number = t.number, json_each(f.continuing) "
    "WHERE m.seq IN (SELECT rowid FROM notes_text WHERE notes_text MATCH ?))"
)
MANY = 2_000
"""Notes with a word from which on not all of them are read."""
_COMMON = f"SELECT count(*) FROM (SELECT 1 FROM notes_text WHERE notes_text MATCH ? LIMIT {MANY})"
# CROSS JOIN: SQLite reads these tables in this order.
_NOTED_HERE = (
    "EXISTS (SELECT 1 FROM tickets AS t CROSS JOIN messages AS m CROSS JOIN notes_text "
    "WHERE m.ticket_id = t.id AND notes_text.rowid = m.seq AND m.kind = 'note' AND (t.number ="
)
_OF_MERGED = "OR t.number IN (SELECT value FROM ticket_families AS f, json_each(f.merged) WHERE f.number ="
_NOTES_HERE = "AND notes_text MATCH ?)"


class TicketText:
    """Finds tickets by what was said in them; notes are found apart from it.

    Messages are indexed before the next search: a reply is saved faster without it, and the words of a long
    conversation are indexed once and not with every message.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_behind(self) -> bool:
        """Return whether messages were saved, removed or moved since the last update."""
        return are_messages_pending(self._engine)

    def update(self) -> None:
        """Index some of the messages that are not, inside the caller's transaction."""
        wanted = pending_messages(self._engine)
        touched = json.dumps(sorted({number for _, *places in wanted for number in places if number}))
        self._engine.run(
            "INSERT INTO tickets_text (tickets_text, rowid, title, description, contact_email) "
            f"SELECT 'delete', {_SAID}",
            (touched,),
        )
        self._engine.run_many(
            "UPDATE messages SET indexed = ?, pending = 0 WHERE seq = ?", [(now, seq) for seq, _, now in wanted]
        )
        self._engine.run(
            f"INSERT INTO tickets_text (rowid, title, description, contact_email) SELECT {_SAID}", (touched,)
        )

    def matching(self, key: Field, tree: Node) -> TextMatch:
        """Return the tickets that a query finds; `key` is their number."""
        return TextMatch.of(TicketTextRow, key, tree)

    def noted(self, key: Field, tree: Node) -> ColumnBase:
        """Return the condition that a note of a ticket matches; common words are looked up ticket by ticket."""
        words = match_of(tree).expression
        if self._engine.run(_COMMON, (words,))[0][0] < MANY:
            return Expression(key, "IN", SQL(_NOTED, (words,)))
        return NodeList((SQL(_NOTED_HERE), key, SQL(_OF_MERGED), key, SQL("))"), SQL(_NOTES_HERE, (words,))))
