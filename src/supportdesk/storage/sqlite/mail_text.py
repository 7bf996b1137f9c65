"""The text index of the mail log, brought up to date before it is searched: a mail is queued faster without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playhouse.sqlite_ext import FTS5Model, RowIDField, SearchField

from supportdesk.domain.index_text import index_text
from supportdesk.storage.pending_messages import PORTION
from supportdesk.storage.sqlite.text_match import TextMatch

if TYPE_CHECKING:
    from peewee import Field

    from supportdesk.domain.query.tree import Node
    from supportdesk.storage.engine import Engine

_INDEXED_SUBJECT = "coalesce(index_form(subject), subject)"
_NOT_INDEXED = "seq > (SELECT coalesce(max(id), 0) FROM notifications_text_docsize)"


class NotificationTextRow(FTS5Model):  # type: ignore[misc]
    """Full-text index `notifications_text`."""

    rowid = RowIDField()
    recipient_email = SearchField()
    subject = SearchField()

    class Meta:
        table_name = "notifications_text"


class MailText:
    """Finds messages by the words of recipient and subject."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def matching(self, key: Field, tree: Node) -> TextMatch:
        """Return the messages that a query finds; `key` is their seq."""
        return TextMatch.of(NotificationTextRow, key, tree)

    def is_behind(self) -> bool:
        """Return whether messages were queued since the last update."""
        return bool(self._engine.run(f"SELECT EXISTS (SELECT 1 FROM notifications WHERE {_NOT_INDEXED})")[0][0])

    def update(self) -> None:
        """Index some of the messages that are not, oldest first, inside the caller's transaction."""
        self._engine.run(
            "INSERT INTO notifications_text (rowid, recipient_email, subject) "
            f"SELECT seq, recipient_email, {_INDEXED_SUBJECT} FROM notifications WHERE {_NOT_INDEXED} "
            f"ORDER BY seq LIMIT {PORTION}"
        )

    def change_subject(self, seq: int, subject: str) -> None:
        """Index a message with another subject, inside the caller's transaction and before the table has it."""
        if not self._engine.run("SELECT EXISTS (SELECT 1 FROM notifications_text_docsize WHERE id = ?)", (seq,))[0][0]:
            return
        # The index keeps no texts: to forget a row, it must be told what it was given.
        self._engine.run(
            "INSERT INTO notifications_text (notifications_text, rowid, recipient_email, subject) "
            f"SELECT 'delete', seq, recipient_email, {_INDEXED_SUBJECT} FROM notifications WHERE seq = ?",
            (seq,),
        )
        self._engine.run(
            "INSERT INTO notifications_text (rowid, recipient_email, subject) "
            "SELECT seq, recipient_email, ? FROM notifications WHERE seq = ?",
            (index_text(subject), seq),
        )
