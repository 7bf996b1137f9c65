"""Sending one message, and what the service's answer means for the message and for the service."""

from __future__ import annotations

import random
from dataclasses import dataclass

from supportdesk.domain.errors import DeskError
from supportdesk.domain.mail.notification import DeliveryStatus, Notification, NotificationType
from supportdesk.domain.mail.retry import MAX_ATTEMPTS, message_backoff
from supportdesk.domain.text import NOTES_LIMIT, clean_line
from supportdesk.email.messages.headers import marker, named_sender, threading_headers
from supportdesk.email.provider import (
    DeliveryFailed,
    OutcomeUnknown,
    OutgoingFile,
    OutgoingMail,
    Provider,
    ServiceDown,
    TryLater,
)
from supportdesk.services.context import Context
from supportdesk.storage.mail import replies
from supportdesk.storage.mail.outbox import Outcome


@dataclass(frozen=True, slots=True)
class SendResult:
    """The outcome of a message, whether the service failed or is down, and the seconds it asked to wait."""

    outcome: Outcome
    service_failed: bool = False
    service_down: bool = False
    retry_after: float | None = None


class Sender:
    """Sends messages through the mail service, which is opened with the first one."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._provider: Provider | None = None
        self._random = random.Random()

    def send(self, message: Notification, ticket_number: int | None) -> SendResult:
        """Send a message and return its outcome; `ticket_number` is that of its ticket, if it has one."""
        settings = self._context.mail
        is_reply = message.notification_type is NotificationType.REPLY
        reply = replies.envelope(self._context.database, message.seq) if is_reply else None
        try:
            files = self._files(reply.message) if reply else ()
        except OSError as failure:
            error = f"a file of the reply cannot be read: {failure.strerror}"
            return self._ended(message, DeliveryStatus.FAILED, error)
        mail = OutgoingMail(
            sender=named_sender(settings.sender, reply.author) if reply else settings.sender,
            recipient=message.recipient_email,
            subject=message.subject,
            text=message.content,
            html=message.html,
            message_id=message.message_id,
            headers=threading_headers(
                settings.sender,
                reply_to=settings.reply_to,
                ticket_number=ticket_number,
                references=self._references(message, is_reply=is_reply),
                marker=marker(message.message_id),
                automatic=reply is None,
            ),
            to=reply.to if reply else (),
            cc=reply.cc if reply else (),
            files=files,
        )
        try:
            if self._provider is None:
                self._provider = self._context.open_provider()
            receipt = self._provider.send(mail)
        except ServiceDown as failure:
            # Not an attempt of the message: sending pauses. It is due again from now, behind the others, because a
            # sendmail may call itself unavailable for one mailbox only.
            return self._later(message, failure, counts=False)
        except TryLater as failure:
            return self._later(message, failure, counts=True)
        except OutcomeUnknown as failure:
            return self._ended(message, DeliveryStatus.UNKNOWN, _words(failure), service_failed=True)
        except DeliveryFailed as failure:
            return self._ended(message, DeliveryStatus.FAILED, _words(failure))
        except DeskError as failure:
            # The settings name no usable service.
            return self._later(message, ServiceDown(failure.message), counts=False)
        except Exception as failure:
            # A bug of ours, at any point of sending. Its text may contain what only the service should see.
            what = f"the mail service {settings.provider} failed unexpectedly ({type(failure).__name__})"
            error = f"{what}; it may have arrived"
            return self._ended(message, DeliveryStatus.UNKNOWN, error, service_failed=True)
        return SendResult(
            Outcome(
                message.seq,
                DeliveryStatus.SENT,
                self._context.now(),
                answer=_cleaned(receipt.answer),
                provider_message_id=_cleaned(receipt.message_id),
            )
        )

    def _files(self, message: str) -> tuple[OutgoingFile, ...]:
        """Return the files of a reply; raises `OSError`."""
        # Lazy import: keeps start-up fast.
        from supportdesk.storage.content_store import ContentStore
        from supportdesk.storage.conversation import attachments

        store = ContentStore(self._context.database.files_folder / "attachments")
        found = attachments.of_message(self._context.database, message)
        return tuple(OutgoingFile(file.name, file.content_type, store.get(file.sha256)) for file in found)

    def _references(self, message: Notification, *, is_reply: bool) -> list[str]:
        """Return the Message-IDs that a mail follows: our first one, and for a reply what the requester wrote."""
        first = [message.in_reply_to] if message.in_reply_to else []
        return first + (replies.incoming_ids(self._context.database, message.ticket_id) if is_reply else [])

    def _ended(
        self, message: Notification, status: DeliveryStatus, error: str, *, service_failed: bool = False
    ) -> SendResult:
        return SendResult(Outcome(message.seq, status, self._context.now(), error=error), service_failed=service_failed)

    def _later(self, message: Notification, failure: TryLater, *, counts: bool) -> SendResult:
        attempts = message.attempts + counts
        if attempts >= MAX_ATTEMPTS:
            error = f"given up after {attempts} attempts: {_words(failure)}"
            return self._ended(message, DeliveryStatus.FAILED, error, service_failed=True)
        retry_after, due = failure.retry_after, self._context.now()
        if counts:
            due += message_backoff(attempts, self._random.random(), retry_after)
        outcome = Outcome(message.seq, DeliveryStatus.PENDING, due, error=_words(failure), counts=counts)
        return SendResult(outcome, service_failed=True, service_down=not counts, retry_after=retry_after)

    def close(self) -> None:
        """Close the connection to the mail service."""
        if self._provider is not None:
            self._provider.close()
            self._provider = None


def _words(failure: DeliveryFailed) -> str:
    return _cleaned(str(failure)) or type(failure).__name__


def _cleaned(words: str) -> str:
    return clean_line(words)[:NOTES_LIMIT]
