"""The queue service: how much waits, and what an agent has looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from supportdesk.domain.errors import DeskError
from supportdesk.services.context import Context
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.tickets import marks, queues


class Queues:
    """Use cases on the queues of `domain.query.QUEUES`."""

    def __init__(self, context: Context, tickets: Tickets) -> None:
        self._context = context
        self._tickets = tickets
        self._database = context.database

    def counts(self) -> Mapping[str, int]:
        """Return how many tickets each queue has, by its name; from kept counts, so it costs under a millisecond."""
        with self._database.reading():
            return queues.counts(self._database, self._context.actor, self._context.now())

    def failed_mails(self) -> int:
        """Return how many mails could not be delivered, without loading the mail service."""
        return queues.failed_mails(self._database)

    def mark_read(self, reference: str) -> None:
        """Mark a ticket as seen by the agent who has read it, unless the desk cannot be written just now."""
        with suppress(DeskError):
            self.mark_seen([self._tickets.get(reference).number])

    def mark_seen(self, numbers: Sequence[int]) -> bool:
        """Mark everything said in these tickets as seen by the agent; return whether anything was not.

        Writes only then, and never to a desk that cannot be written.
        """
        unseen = marks.unseen(self._database, self._context.actor, numbers)
        if not unseen or self._database.engine.is_read_only:
            return False
        with self._database.writing():
            marks.mark_seen(self._database, self._context.actor, unseen, self._context.now())
        return True
