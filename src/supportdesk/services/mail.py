"""Mail on its way out: queued with the change it tells of, handed to the provider afterwards."""

from __future__ import annotations

from datetime import timedelta

from supportdesk.domain.errors import AmbiguousReference, DeskError, NotFound, Unavailable, invalid, one_of
from supportdesk.domain.notification import DeliveryStatus, Notification, NotificationType
from supportdesk.domain.page import START, Count, RowKey, Seek
from supportdesk.domain.reference import parse_reference
from supportdesk.domain.text import NOTES_LIMIT, clean_line
from supportdesk.domain.ticket import Ticket
from supportdesk.email.provider import DeliveryFailed, OutgoingMail
from supportdesk.services.context import Context, new_id
from supportdesk.storage import notifications

LEASE = timedelta(minutes=2)


def queue(context: Context, ticket: Ticket, kind: NotificationType, subject: str, text: str) -> None:
    """Puts a mail to the ticket's requester into the outbox, inside the caller's transaction."""
    message = new_id()
    notifications.add(
        context.database,
        Notification(
            seq=0,
            id=message,
            ticket_id=ticket.id,
            recipient_email=ticket.contact_email,
            notification_type=kind,
            subject=subject,
            content=text,
            status=DeliveryStatus.PENDING,
            message_id=f"<{message}@supportdesk>",
            error="",
            sent_at=None,
            created_at=context.now(),
        ),
    )


class Mail:
    """Use cases on notifications."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def deliver(self) -> int:
        """Hands every waiting message to the provider, each once; gives how many were handled.

        Each is leased first, so that several processes never send one twice. A process that dies loses its
        lease in time, and the message is tried again; so it is when the provider fails without a word that
        it should give, which raises `Unavailable` after the other messages had their turn.
        """
        # Looked up before claiming: with nothing to do, nobody takes the write lock.
        if not notifications.waiting(self._database)[0]:
            return 0
        handled, last, failures = 0, 0, []
        while message := self._claim(last):
            last = message.seq
            try:
                self._deliver_one(message)
                handled += 1
            except DeskError:
                raise
            except Exception as error:
                failures.append(error)
        if failures:
            raise Unavailable(
                f"the mail service {self._context.provider.name} failed unexpectedly "
                f"({clean_line(repr(failures[0]))}); messages handled: {handled}, to be tried again: {len(failures)}"
            ) from failures[0]
        return handled

    def _claim(self, after: int) -> Notification | None:
        # One at a time, so that a slow service never outlasts the lease of messages it has not come to.
        now = self._context.now()
        return notifications.claim(self._database, after, now, now + LEASE)

    def _deliver_one(self, message: Notification) -> None:
        try:
            self._context.provider.send(
                OutgoingMail(
                    sender="supportdesk@localhost",
                    recipient=message.recipient_email,
                    subject=message.subject,
                    text=message.content,
                    html="",
                    message_id=message.message_id,
                )
            )
        except DeliveryFailed as refusal:
            outcome, error, sent_at = DeliveryStatus.FAILED, clean_line(str(refusal))[:NOTES_LIMIT], None
        else:
            outcome, error, sent_at = DeliveryStatus.SENT, "", self._context.now()
        with self._database.writing():
            notifications.settle(self._database, message.seq, outcome, error, sent_at)

    def count(self) -> Count:
        """How many messages there are."""
        return notifications.count(self._database)

    def page(
        self, seek: Seek = START, limit: int = 50, *, status: str | None = None, ticket_id: str | None = None
    ) -> list[Notification]:
        """Up to `limit` messages, newest first; raises `InvalidValue` for an unknown status."""
        return notifications.page(
            self._database,
            seek,
            limit,
            status=None if status is None else _parse_status(status),
            ticket_id=ticket_id,
        )

    def position(self, key: RowKey) -> int:
        """How many messages stand before this one, newest first."""
        return self.count().rows - int(key[0])

    def get(self, reference: str) -> Notification:
        """The message whose id begins like the reference; raises `NotFound` or `AmbiguousReference`."""
        wanted = parse_reference(reference)
        # Messages have no numbers for people: a reference of digits only is the start of an id too.
        found = notifications.find(self._database, wanted.id_prefix or wanted.text.lower())
        if not found:
            raise NotFound(f"there is no notification {wanted.text}", field="reference")
        if len(found) > 1:
            raise AmbiguousReference(
                f"reference: {wanted.text} fits several notifications: " + ", ".join(each.id for each in found),
                field="reference",
            )
        return found[0]


def _parse_status(text: str) -> DeliveryStatus:
    try:
        return DeliveryStatus(text.strip().lower())
    except ValueError:
        raise invalid("status", text, one_of(DeliveryStatus)) from None
