"""Delivery: messages that are due go to the mail service, each by one process and once.

The way of a message: it is leased, so that nobody else takes it; marked as handed over, before the service gets it;
and settled, when the service has answered. A process that dies before the second step loses its lease in time, and
another one takes the message. One that dies after it leaves a message of which nobody knows whether it arrived: that
is said, and it is not sent again unless somebody asks for it.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from supportdesk.domain.errors import DeskError, Unavailable
from supportdesk.domain.moment import to_text
from supportdesk.domain.notification import DeliveryStatus, Notification
from supportdesk.domain.retry import ATTEMPTS, FAILURES_IN_A_ROW, pause_of_message, pause_of_service
from supportdesk.domain.text import NOTES_LIMIT, clean_line
from supportdesk.email.headers import threading_headers
from supportdesk.email.provider import (
    DeliveryFailed,
    OutcomeUnknown,
    OutgoingMail,
    Provider,
    ServiceDown,
    TryLater,
)
from supportdesk.services import carrier, digests
from supportdesk.services.context import Context, new_id
from supportdesk.storage import mail_services, notifications, outbox, tickets
from supportdesk.storage.mail_services import ServiceState
from supportdesk.storage.outbox import Outcome, Waiting

LEASE = timedelta(minutes=2)
"""Longer than any service takes for a message; it begins anew with each one that is handed over."""
PATIENCE = timedelta(minutes=3)
"""How long mail may wait for others who deliver before an app that cannot says that it waits."""
BATCH = 50
"""Messages leased at a time. Each is marked by itself, in the transaction that settles the one before it."""
PAGE = 500

NOBODY_KNOWS = "who delivered it never said what became of it; it may have arrived"


@dataclass(slots=True)
class DeliveryReport:
    """What a delivery did: how many messages were accepted, failed for good, have an unknown fate, are to be tried
    again; and how many digests were made.

    `paused_until` is set while nothing is sent because the service fails, and `error` is what it said last.
    `more_at` is when more of what is due may go, where the rate limit or a pause keeps it back.
    """

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    later: int = 0
    digests: int = 0
    paused_until: datetime | None = None
    more_at: datetime | None = None
    error: str = ""

    def note(self, answer: _Answer | None, paused_until: datetime | None) -> None:
        """Adds what became of one message, and until when the service pauses for it."""
        if paused_until is not None:
            self.paused_until = self.more_at = paused_until
        if answer is None:
            return
        self.error = answer.outcome.error or self.error
        match answer.outcome.status:
            case DeliveryStatus.SENT:
                self.sent += 1
            case DeliveryStatus.FAILED:
                self.failed += 1
            case DeliveryStatus.UNKNOWN:
                self.unknown += 1
            case _:
                self.later += 1

    def plus(self, later: DeliveryReport) -> DeliveryReport:
        """Both together, as it stands after the later one."""
        return DeliveryReport(
            self.sent + later.sent,
            self.failed + later.failed,
            self.unknown + later.unknown,
            self.later + later.later,
            self.digests + later.digests,
            later.paused_until,
            later.more_at,
            later.error,
        )

    @property
    def handled(self) -> int:
        """How many messages are done with."""
        return self.sent + self.failed + self.unknown

    @property
    def changed(self) -> bool:
        """Whether there is anything new to see in the log."""
        return bool(self.handled or self.later or self.digests)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of a message, and what that says of the service: in trouble, `down`, `wished` seconds to wait."""

    outcome: Outcome
    trouble: bool = False
    down: bool = False
    wished: float | None = None


class Courier:
    """Delivers the mail of a desk, from one thread; several may be at it at once, in any processes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database
        self._owner = new_id()
        self._provider: Provider | None = None
        self._chance = random.Random()
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
        if reason := carrier.waits(self._context):
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
        state = mail_services.state(self._database, self._name)
        message = outbox.next_due(self._database)
        if message is not None and state.paused_until is not None:
            message = max(message, state.paused_until)
        moments = [moment for moment in (message, digests.next_due(self._context)) if moment is not None]
        return min(moments, default=None)

    def plan(self) -> Iterator[Notification | Waiting]:
        """What would go out now, changing nothing: the digests that are due, then the messages that are.

        Raises `Unavailable` when nothing would, because another service than an unchosen mock carries the mail.
        """
        if reason := carrier.waits(self._context):
            raise _waiting(reason)
        yield from digests.due(self._context)
        now, after = self._context.now(), ("", 0)
        while page := outbox.due_page(self._database, now, after, PAGE):
            yield from page
            after = (to_text(page[-1].due_at), page[-1].seq)

    def close(self) -> None:
        """Ends what is open to the mail service."""
        if self._provider is not None:
            self._provider.close()
            self._provider = None

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
        state = mail_services.state(self._database, self._name)
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
                wanted = mail_services.take_tokens(self._database, self._name, wanted, rate, now)
                report.more_at = mail_services.next_token(self._database, self._name, rate, now)
            return outbox.claim(self._database, self._owner, now, now + LEASE, wanted, newer_than) if wanted else []

    def _deliver(self, batch: list[Notification], report: DeliveryReport, stop: Callable[[], bool]) -> None:
        """Delivers what is leased; gives back what it does not come to."""
        answer: _Answer | None = None
        left = deque(batch)
        try:
            while left and not stop():
                now = self._context.now()
                # One transaction for the end of one message and the beginning of the next: they are the dear part.
                with self._database.writing():
                    paused_until = self._settle(answer)
                    ours = paused_until is None and outbox.hand_over(
                        self._database, left[0].seq, self._owner, self._name, now, now + LEASE
                    )
                report.note(answer, paused_until)
                answer = None
                if paused_until is not None:
                    break
                message = left.popleft()
                if ours:
                    # What it stays at when the service is left without an answer, as by ctrl+c.
                    answer = _Answer(Outcome(message.seq, DeliveryStatus.UNKNOWN, now, error=NOBODY_KNOWS))
                    answer = self._give(message)
        finally:
            with self._database.writing():
                paused_until = self._settle(answer)
                outbox.release(self._database, self._owner, [message.seq for message in left])
            report.note(answer, paused_until)

    def _give(self, message: Notification) -> _Answer:
        """Hands a message to the service, and says what becomes of it."""
        settings = self._context.mail
        mail = OutgoingMail(
            sender=settings.sender,
            recipient=message.recipient_email,
            subject=message.subject,
            text=message.content,
            html=message.html,
            message_id=message.message_id,
            headers=threading_headers(
                settings.sender,
                reply_to=settings.reply_to,
                ticket_number=self._number(message) if settings.reply_to else None,
                references=[message.in_reply_to] if message.in_reply_to else [],
            ),
        )
        try:
            if self._provider is None:
                self._provider = self._context.open_provider()
            words = self._provider.send(mail)
        except ServiceDown as failure:
            # Not the message's fault, and the service gets its pause. Should it be the message's after all, as with a
            # sendmail that calls itself unavailable for one mailbox, it must not hold up the others: it goes behind.
            return self._later(message, failure, counts=False)
        except TryLater as failure:
            return self._later(message, failure, counts=True)
        except OutcomeUnknown as failure:
            return self._ended(message, DeliveryStatus.UNKNOWN, _words(failure), trouble=True)
        except DeliveryFailed as failure:
            return self._ended(message, DeliveryStatus.FAILED, _words(failure))
        except DeskError as failure:
            # The settings name no service that can be opened.
            return self._later(message, ServiceDown(failure.message), counts=False)
        except Exception as failure:
            # A mistake of ours, at any moment of the sending. Its text may hold what only the service should see.
            error = f"the mail service {self._name} failed unexpectedly ({type(failure).__name__}); it may have arrived"
            return self._ended(message, DeliveryStatus.UNKNOWN, error, trouble=True)
        return _Answer(Outcome(message.seq, DeliveryStatus.SENT, self._context.now(), answer=_cleaned(words)))

    def _number(self, message: Notification) -> int | None:
        return tickets.numbers(self._database, [message.ticket_id]).get(message.ticket_id)

    def _ended(self, message: Notification, status: DeliveryStatus, error: str, *, trouble: bool = False) -> _Answer:
        return _Answer(Outcome(message.seq, status, self._context.now(), error=error), trouble=trouble)

    def _later(self, message: Notification, failure: TryLater, *, counts: bool) -> _Answer:
        attempts = message.attempts + counts
        if attempts >= ATTEMPTS:
            error = f"given up after {attempts} attempts: {_words(failure)}"
            return self._ended(message, DeliveryStatus.FAILED, error, trouble=True)
        wished, due = failure.retry_after, self._context.now()
        if counts:
            due += pause_of_message(attempts, self._chance.random(), wished)
        outcome = Outcome(message.seq, DeliveryStatus.PENDING, due, error=_words(failure), counts=counts)
        return _Answer(outcome, trouble=True, down=not counts, wished=wished)

    def _settle(self, answer: _Answer | None) -> datetime | None:
        """Writes down what became of a message, and of the service; gives until when that one pauses now."""
        if answer is None:
            return None
        outbox.settle(self._database, self._owner, answer.outcome)
        if answer.trouble:
            state = mail_services.state(self._database, self._name)
            failures = state.failures + 1
            paused_until = None
            if answer.down or failures >= FAILURES_IN_A_ROW or state.paused_until is not None:
                nth = failures if answer.down else failures - FAILURES_IN_A_ROW + 1
                paused_until = self._context.now() + pause_of_service(nth, self._chance.random(), answer.wished)
            mail_services.save(self._database, ServiceState(self._name, failures, paused_until, answer.outcome.error))
            self._ailing = True
            return paused_until
        if self._ailing:
            mail_services.save(self._database, ServiceState(self._name))
            self._ailing = False
        return None


def _waiting(reason: str) -> Unavailable:
    return Unavailable(f"{reason}; name it as mail.provider, or leave delivering to those who have it")


def _words(failure: DeliveryFailed) -> str:
    return _cleaned(str(failure)) or type(failure).__name__


def _cleaned(words: str) -> str:
    return clean_line(words)[:NOTES_LIMIT]
