"""Delivery: messages that are due go to the mail service, each by one process and once.

The way of a message: it is leased, so that nobody else takes it; marked as handed over, before the service gets it;
and settled, when the service has answered. A process that dies before the second step loses its lease in time, and
another one takes the message. One that dies after it leaves a message of which nobody knows whether it arrived: that
is said, and it is not sent again unless somebody asks for it.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from supportdesk.domain.errors import Unavailable
from supportdesk.domain.moment import to_text
from supportdesk.domain.notification import DeliveryStatus, Notification
from supportdesk.domain.retry import FAILURES_IN_A_ROW, service_backoff
from supportdesk.services.context import Context, new_id
from supportdesk.services.mail import carrier, digests
from supportdesk.services.mail.delivery_report import DeliveryReport
from supportdesk.services.mail.sender import Sender, SendResult
from supportdesk.storage.mail import notifications, outbox, provider_state
from supportdesk.storage.mail.outbox import Outcome, Waiting
from supportdesk.storage.mail.provider_state import ServiceState
from supportdesk.storage.tickets import queries as tickets

LEASE = timedelta(minutes=2)
"""Longer than any service takes for a message; it begins anew with each one that is handed over."""
PATIENCE = timedelta(minutes=3)
"""How long mail may wait for others who deliver before an app that cannot says that it waits."""
BATCH = 50
"""Messages leased at a time. Each is marked by itself, in the transaction that settles the one before it."""
PAGE = 500

NOBODY_KNOWS = "who delivered it never said what became of it; it may have arrived"


class Courier:
    """Delivers the mail of a desk, from one thread; several may be at it at once, in any processes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database
        self._owner = new_id()
        self._sender = Sender(context)
        self._random = random.Random()
        # Known from the last look, so that a success need not look again.
        self._ailing = False

    def deliver_due(
        self,
        *,
        limit: int | None = None,
        newer_than: int = 0,
        patience: timedelta = timedelta(),
        stop: Callable[[], bool] = lambda: False,
    ) -> DeliveryReport:
        """Makes the digests that are due and hands over what is due, at most `limit` messages, until told to `stop`.

        With `newer_than` only messages with a higher seq, and no digests.

        Never waits: neither for the rate limit nor for a pause to end. With nothing to do it only looks, which takes
        no lock. Raises a `DeskError` when the desk's file fails, never for what a mail service does; and `Unavailable`
        when mail has been due for `patience` that another service than an unchosen mock carries.
        """
        report = DeliveryReport()
        if reason := carrier.delivery_blocked_reason(self._context):
            if outbox.has_due(self._database, self._context.now() - patience, newer_than):
                raise _waiting(reason)
            return report
        for waiting in () if newer_than else digests.due(self._context):
            if stop():
                return report
            report.digests += digests.build(self._context, waiting)
        tried = 0
        while not stop() and (limit is None or tried < limit) and self._has_work(report, newer_than):
            batch = self._claim(BATCH if limit is None else min(BATCH, limit - tried), report, newer_than)
            if not batch:
                break
            tried += len(batch)
            self._deliver(batch, report, stop)
        if report.changed:
            # Here nobody waits for it.
            notifications.catch_up(self._database)
        return report

    def next_due(self) -> datetime | None:
        """When there will be something to do: a message or a digest is due, a lease or a pause ends; None for never."""
        state = provider_state.get_state(self._database, self._name)
        message = outbox.next_due(self._database)
        if message is not None and state.paused_until is not None:
            message = max(message, state.paused_until)
        moments = [moment for moment in (message, digests.next_due(self._context)) if moment is not None]
        return min(moments, default=None)

    def plan(self) -> Iterator[Notification | Waiting]:
        """What would go out now, changing nothing: the digests that are due, then the messages that are.

        Raises `Unavailable` when nothing would, because another service than an unchosen mock carries the mail.
        """
        if reason := carrier.delivery_blocked_reason(self._context):
            raise _waiting(reason)
        yield from digests.due(self._context)
        now, after = self._context.now(), ("", 0)
        while page := outbox.due_page(self._database, now, after, PAGE):
            yield from page
            after = (to_text(page[-1].due_at), page[-1].seq)

    def close(self) -> None:
        """Ends what is open to the mail service."""
        self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _name(self) -> str:
        return self._context.mail.provider

    def _has_work(self, report: DeliveryReport, newer_than: int) -> bool:
        # Looked up before claiming: with nothing to do, or in a pause, nobody takes the write lock.
        now = self._context.now()
        state = provider_state.get_state(self._database, self._name)
        paused = state.paused_until is not None and state.paused_until > now
        report.paused_until = report.more_at = state.paused_until if paused else None
        report.error = state.error
        self._ailing = bool(state.failures)
        return not paused and outbox.has_due(self._database, now, newer_than)

    def _claim(self, wanted: int, report: DeliveryReport, newer_than: int) -> list[Notification]:
        """Leases what may go now."""
        now, rate = self._context.now(), self._context.mail.rate / 60
        with self._database.writing():
            carrier.remember(self._context)
            report.unknown += outbox.give_up_lost(self._database, now, NOBODY_KNOWS)
            if rate:
                wanted = provider_state.take_tokens(self._database, self._name, wanted, rate, now)
                report.more_at = provider_state.next_token(self._database, self._name, rate, now)
            return outbox.claim(self._database, self._owner, now, now + LEASE, wanted, newer_than) if wanted else []

    def _deliver(self, batch: list[Notification], report: DeliveryReport, stop: Callable[[], bool]) -> None:
        """Delivers what is leased; gives back what it does not come to."""
        result: SendResult | None = None
        left = deque(batch)
        try:
            numbers = self._ticket_numbers(batch)
            while left and not stop():
                now = self._context.now()
                # One transaction for the end of one message and the beginning of the next: they are the dear part.
                with self._database.writing():
                    paused_until = self._settle(result)
                    ours = paused_until is None and outbox.hand_over(
                        self._database, left[0].seq, self._owner, self._name, now, now + LEASE
                    )
                report.add(result, paused_until)
                result = None
                if paused_until is not None:
                    break
                message = left.popleft()
                if ours:
                    # What it stays at when the service is left without an answer, as by ctrl+c.
                    result = SendResult(Outcome(message.seq, DeliveryStatus.UNKNOWN, now, error=NOBODY_KNOWS))
                    result = self._sender.send(message, numbers.get(message.ticket_id))
        finally:
            with self._database.writing():
                paused_until = self._settle(result)
                outbox.release(self._database, self._owner, [message.seq for message in left])
            report.add(result, paused_until)

    def _ticket_numbers(self, batch: list[Notification]) -> Mapping[str | None, int]:
        """What the address for answers names; nothing where there is none."""
        if not self._context.mail.reply_to:
            return {}
        return tickets.numbers(self._database, [message.ticket_id for message in batch])

    def _settle(self, result: SendResult | None) -> datetime | None:
        """Writes down what became of a message, and of the service; gives until when that one pauses now."""
        if result is None:
            return None
        outbox.settle(self._database, self._owner, result.outcome)
        if result.service_failed:
            state = provider_state.get_state(self._database, self._name)
            failures = state.failures + 1
            paused_until = None
            if result.service_down or failures >= FAILURES_IN_A_ROW or state.paused_until is not None:
                nth = failures if result.service_down else failures - FAILURES_IN_A_ROW + 1
                paused_until = self._context.now() + service_backoff(nth, self._random.random(), result.retry_after)
            provider_state.save_state(
                self._database, ServiceState(self._name, failures, paused_until, result.outcome.error)
            )
            self._ailing = True
            return paused_until
        if self._ailing:
            provider_state.save_state(self._database, ServiceState(self._name))
            self._ailing = False
        return None


def _waiting(reason: str) -> Unavailable:
    return Unavailable(f"{reason}; name it as mail.provider, or leave delivering to those who have it")
