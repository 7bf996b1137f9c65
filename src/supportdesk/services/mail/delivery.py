"""Delivery: messages that are due go to the mail service, each from one process and once.

A message is leased, so that nobody else takes it; marked as handed over, before the service gets it; and settled,
when the service has answered. When a process dies before the second step, its lease ends and another one takes the
message. When it dies after it, nobody knows whether the message arrived: it becomes `unknown`, and is sent again only
if somebody asks for it.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic, sleep
from types import TracebackType
from typing import Self

from supportdesk.domain.errors import Locked, Unavailable
from supportdesk.domain.mail.notification import DeliveryStatus, Notification
from supportdesk.domain.mail.retry import FAILURES_IN_A_ROW, LEASE, service_backoff
from supportdesk.domain.moment import to_text
from supportdesk.services.context import Context
from supportdesk.services.mail import carrier, digests
from supportdesk.services.mail.delivery_report import DeliveryReport
from supportdesk.services.mail.sender import Sender, SendResult
from supportdesk.services.mail.suppressions import HELD
from supportdesk.storage.mail import notifications, outbox, provider_state
from supportdesk.storage.mail.digests import Waiting
from supportdesk.storage.mail.outbox import Outcome
from supportdesk.storage.mail.provider_state import ServiceState
from supportdesk.storage.tickets import queries as tickets

PATIENCE = timedelta(minutes=3)
"""How long mail may wait for other processes before an app that cannot deliver it says so."""
BATCH = 50
"""Messages leased at a time. Each is marked handed over in the transaction that settles the one before it."""
PAGE = 500
LOCK_RETRY_SECONDS = 0.05
INDEX_SECONDS = 1.0
"""How long a delivery indexes the log before it looks again for what is due."""
RECHECK_SECONDS = 30.0
"""How often an idle desk is looked at all the same: a clock may have jumped."""

OUTCOME_LOST = "the process that sent it ended before the service answered; it may have arrived"


@dataclass(frozen=True, slots=True)
class _Idle:
    """That there was nothing to do at a version of the desk, and when there is next."""

    version: int
    due: datetime | None
    until: float
    report: DeliveryReport


class Courier:
    """Delivers the mail of a desk, from one thread; several may work at once, in any processes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database
        self._owner = context.new_id()
        self._sender = Sender(context)
        self._random = random.Random()
        self._lease_ends = 0.0
        # From the last read of the state, so that a success need not read it again.
        self._service_failing = False
        self._idle: _Idle | None = None

    def deliver_if_due(
        self, *, patience: timedelta = timedelta(), stop: Callable[[], bool] = lambda: False
    ) -> DeliveryReport:
        """Do as `deliver_due` does, for who asks every second; one cheap question while nothing has changed or is due.

        Returns the last report again while there is nothing to do.
        """
        version, now = self._database.data_version(), self._context.now()
        idle = self._idle
        if idle and idle.version == version and monotonic() < idle.until and (idle.due is None or now < idle.due):
            return idle.report
        self._idle = None
        report = self.deliver_due(patience=patience, stop=stop)
        if not report.changed:
            self._idle = _Idle(version, self.next_due(), monotonic() + RECHECK_SECONDS, report)
        return report

    def deliver_due(
        self,
        *,
        limit: int | None = None,
        newer_than: int = 0,
        patience: timedelta = timedelta(),
        stop: Callable[[], bool] = lambda: False,
    ) -> DeliveryReport:
        """Build the digests that are due and send what is due, at most `limit` messages, until told to `stop`.

        With `newer_than` only messages with a higher seq, and no digests.

        Never waits for the rate limit or for the end of a pause, and takes no lock with nothing to do. Raises a
        `DeskError` when the desk fails, never for what a mail service does; and `Unavailable` when mail of a real
        service has been due for `patience` and these settings only have the default mock.
        """
        report = DeliveryReport()
        if reason := carrier.delivery_blocked_reason(self._context):
            if outbox.has_due(self._database, self._context.now(), newer_than, patience):
                raise _waiting(reason)
            return report
        for waiting in () if newer_than else digests.due(self._context):
            if stop():
                return report
            report.digests += digests.build(self._context, waiting)
        tried = 0
        while not stop() and (limit is None or tried < limit) and self._has_work(report, newer_than):
            # What the mock takes leaves for nowhere: no power cut can send it twice.
            with self._database.relaxed() if self._name == carrier.MOCK else nullcontext():
                batch = self._claim(BATCH if limit is None else min(BATCH, limit - tried), report, newer_than)
                if not batch:
                    break
                tried += len(batch)
                self._deliver(batch, report, stop)
        if report.changed:
            # Here it delays nobody, and searches do it too.
            with suppress(Locked):
                notifications.update_text_index(self._database, INDEX_SECONDS)
        return report

    def next_due(self) -> datetime | None:
        """Return when a message or a digest is due, or a lease or a pause ends; None when nothing waits."""
        now = self._context.now()
        state = provider_state.get_state(self._database, self._name, now)
        message = outbox.next_due(self._database, now)
        if message is not None and state.paused_until is not None:
            message = max(message, state.paused_until)
        moments = [moment for moment in (message, digests.next_due(self._context)) if moment is not None]
        return min(moments, default=None)

    def plan(self) -> Iterator[Notification | Waiting]:
        """Yield what would go out now, changing nothing: digests that are due, then messages.

        Raises `Unavailable` when these settings do not deliver the desk's mail.
        """
        if reason := carrier.delivery_blocked_reason(self._context):
            raise _waiting(reason)
        yield from digests.due(self._context)
        now, after = self._context.now(), ("", 0)
        while page := outbox.due_page(self._database, now, after, PAGE):
            yield from page
            after = (to_text(page[-1].due_at), page[-1].seq)

    def close(self) -> None:
        """Close the connection to the mail service."""
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
        # Read before claiming: with nothing to do, or in a pause, the write lock is not taken.
        now = self._context.now()
        state = provider_state.get_state(self._database, self._name, now)
        paused = state.paused_until is not None and state.paused_until > now
        report.paused_until = report.more_at = state.paused_until if paused else None
        report.error = state.error
        self._service_failing = bool(state.failures)
        return not paused and outbox.has_due(self._database, now, newer_than)

    def _claim(self, wanted: int, report: DeliveryReport, newer_than: int) -> list[Notification]:
        """Lease what may go now."""
        now, rate = self._context.now(), self._context.mail.rate / 60
        with self._database.writing():
            carrier.remember(self._context)
            report.unknown += outbox.mark_lost_unknown(self._database, now, OUTCOME_LOST)
            if rate:
                wanted = provider_state.take_tokens(self._database, self._name, wanted, rate, now)
                report.more_at = provider_state.next_token(self._database, self._name, rate, now)
            while wanted and (found := outbox.claim(self._database, self._owner, now, now + LEASE, wanted, newer_than)):
                if kept := outbox.hold_suppressed(self._database, found, HELD):
                    return kept
            return []

    def _deliver(self, batch: list[Notification], report: DeliveryReport, stop: Callable[[], bool]) -> None:
        """Send what is leased; release the rest."""
        result: SendResult | None = None
        left = deque(batch)
        try:
            numbers = self._ticket_numbers(batch)
            while left and not stop():
                now = self._context.now()
                # One transaction settles a message and marks the next: commits cost most.
                with self._saving(result):
                    paused_until = self._settle(result)
                    ours = paused_until is None and outbox.mark_handed_over(
                        self._database, left[0].seq, self._owner, self._name, now, now + LEASE
                    )
                report.add(result, paused_until)
                result = None
                if paused_until is not None:
                    break
                message = left.popleft()
                if ours:
                    self._lease_ends = monotonic() + LEASE.total_seconds()
                    # Remains when sending is interrupted, as by ctrl+c.
                    result = SendResult(Outcome(message.seq, DeliveryStatus.UNKNOWN, now, error=OUTCOME_LOST))
                    result = self._sender.send(message, numbers.get(message.ticket_id))
        finally:
            with self._saving(result):
                paused_until = self._settle(result)
                outbox.release(self._database, self._owner, [message.seq for message in left])
            report.add(result, paused_until)

    @contextmanager
    def _saving(self, result: SendResult | None) -> Iterator[None]:
        """Open a write transaction; for a result, keep trying while the desk is locked, until the lease ends.

        A service does not take back what it has accepted: giving up earlier would make its outcome unknown.
        """
        begun = False
        while True:
            try:
                with self._database.writing():
                    self._database.take_turn()
                    begun = True
                    yield
                return
            except Locked as error:
                if begun or result is None:
                    raise
                if monotonic() >= self._lease_ends:
                    raise _unsaved(result) from error
                sleep(LOCK_RETRY_SECONDS)

    def _ticket_numbers(self, batch: list[Notification]) -> Mapping[str | None, int]:
        """Return the tickets' numbers that the address for answers carries; nothing without one."""
        if not self._context.mail.reply_to:
            return {}
        return tickets.numbers(self._database, [message.ticket_id for message in batch])

    def _settle(self, result: SendResult | None) -> datetime | None:
        """Save what became of a message and of the service; return until when sending pauses."""
        if result is None:
            return None
        now = self._context.now()
        outbox.settle(self._database, self._owner, result.outcome, now)
        if result.service_failed:
            state = provider_state.get_state(self._database, self._name, now)
            failures = state.failures + 1
            paused_until = None
            if result.service_down or failures >= FAILURES_IN_A_ROW or state.paused_until is not None:
                nth = failures if result.service_down else failures - FAILURES_IN_A_ROW + 1
                paused_until = now + service_backoff(nth, self._random.random(), result.retry_after)
            provider_state.save_state(
                self._database, ServiceState(self._name, failures, paused_until, result.outcome.error), now
            )
            self._service_failing = True
            return paused_until
        if self._service_failing:
            provider_state.save_state(self._database, ServiceState(self._name), now)
            self._service_failing = False
        return None


def _unsaved(result: SendResult) -> Unavailable:
    status = result.outcome.status
    what = "was accepted by the mail service" if status is DeliveryStatus.SENT else f"is {status}"
    return Unavailable(f"a message {what}, but the desk was locked for too long to save that; it will show as unknown")


def _waiting(reason: str) -> Unavailable:
    return Unavailable(f"{reason}; set mail.provider, or leave delivery to agents who have it")
