"""The text index of the mail log, brought up to date before it is searched: a mail is queued faster without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supportdesk.domain.index_text import index_text
from supportdesk.storage.pending_messages import PORTION
from supportdesk.storage.postgres.text_match import TextMatch

if TYPE_CHECKING:
    from peewee import Field

    from supportdesk.domain.query.tree import Node
    from supportdesk.storage.engine import Engine

_WORDS = "desk_plain_words(recipient_email || U&' \\16E5 ' || {subject})"
# As in `index_text`: everything else is indexed as it is.
_PLAIN = "subject ~ '^[ -~]*$' AND subject !~ '[+#&]|(^|[^[:alnum:]_.])[.][A-Za-z]'"


class MailText:
    """Finds messages by the words of recipient and subject."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def matching(self, key: Field, tree: Node) -> TextMatch:
        """Return the messages that a query finds; `key` is their seq."""
        return TextMatch.of(key, tree, "desk_plain_phrase")

    def is_behind(self) -> bool:
        """Return whether messages were queued since the last update."""
        return bool(self._engine.run("SELECT EXISTS (SELECT 1 FROM notifications WHERE words IS NULL)")[0][0])

    def update(self) -> None:
        """Index some of the messages that are not, oldest first, inside the caller's transaction."""
        some = f"SELECT seq FROM notifications WHERE words IS NULL ORDER BY seq LIMIT {PORTION}"
        ((first, last),) = self._engine.run(f"SELECT min(seq), max(seq) FROM ({some}) AS portion")
        if first is None:
            return
        these = "words IS NULL AND seq BETWEEN ? AND ?"
        words = _WORDS.format(subject="subject")
        self._engine.run(f"UPDATE notifications SET words = {words} WHERE {these} AND {_PLAIN}", (first, last))
        self._engine.run_many(
            f"UPDATE notifications SET words = {_WORDS.format(subject='?')} WHERE seq = ?",
            [
                (index_text(subject), seq)
                for seq, subject in self._engine.run(
                    f"SELECT seq, subject FROM notifications WHERE {these}", (first, last)
                )
            ],
        )

    def change_subject(self, seq: int, subject: str) -> None:
        """Index a message with another subject, inside the caller's transaction."""
        self._engine.run(
            f"UPDATE notifications SET words = {_WORDS.format(subject='?')} WHERE seq = ?", (index_text(subject), seq)
        )
