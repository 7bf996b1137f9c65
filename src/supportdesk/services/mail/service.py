"""The mail log: what was sent to whom, its outcome, and retries of what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from supportdesk.domain.errors import AmbiguousReference, DeskError, NotAllowed, NotFound, invalid, one_of
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.mail.notification import RETRIED, DeliveryStatus, Notification
from supportdesk.domain.page import START, Count, RowKey, Seek
from supportdesk.domain.reference import parse_id
from supportdesk.domain.text import clean_line
from supportdesk.services.context import Context
from supportdesk.services.crash_report import write_crash_report
from supportdesk.services.mail import variants as mail_variants
from supportdesk.services.mail.outbox import subject_of
from supportdesk.storage import journal, merges
from supportdesk.storage.mail import notifications, outbox
from supportdesk.storage.mail.notifications import NotificationFilter

if TYPE_CHECKING:
    from supportdesk.services.mail.delivery_report import DeliveryReport

OWN_MAIL_LIMIT = 20
"""Messages that one change delivers itself."""


class Mail:
    """Use cases on notifications."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def deliver(self, *, limit: int | None = None, newer_than: int = 0) -> DeliveryReport:
        """Deliver what is due on the desk's own connection; `Desk.courier` does it on another.

        With `newer_than` only messages with a higher seq, and no digests.
        """
        # Lazy import: keeps start-up fast.
        from supportdesk.services.mail.delivery import Courier

        with Courier(self._context) as courier:
            return courier.deliver_due(limit=limit, newer_than=newer_than)

    @contextmanager
    def deliver_afterwards(self, on_failure: Callable[[DeskError], None]) -> Iterator[None]:
        """Deliver, at the end of the block, what it queued: nobody waits for the mail of others.

        Never raises: `on_failure` gets the error, and the mail waits in the outbox. A large change leaves most of
        its mail to whoever delivers next.
        """
        newest = outbox.newest(self._database)
        yield
        try:
            self.deliver(limit=OWN_MAIL_LIMIT, newer_than=newest)
        except DeskError as error:
            on_failure(error)
        except Exception as error:
            on_failure(write_crash_report(error))

    def retry(self, reference: str, *, even_if_unknown: bool = False) -> Notification:
        """Queue a message that failed once more, under its old Message-ID.

        One with an unknown outcome may arrive twice and needs `even_if_unknown`: else raises `NotAllowed`, as for every
        message in another state. One whose template was faulty is rendered first; raises `TemplateFault` while the
        template is not fixed. Raises `NotFound` or `AmbiguousReference`.
        """
        with self._database.writing():
            message = self.get(reference)
            if message.status not in RETRIED:
                raise NotAllowed(f"the message is {message.status}; only failed and unknown ones can be sent again")
            if message.status is DeliveryStatus.UNKNOWN and not even_if_unknown:
                raise NotAllowed(
                    "it is unknown whether the message arrived; sent again, it may arrive twice: pass --yes to confirm"
                )
            if not message.subject:
                self._render_again(message)
            outbox.requeue(self._database, message.seq, self._context.now())
            journal.add(
                self._database,
                at=self._context.now(),
                actor=self._context.actor,
                account=self._context.account,
                kind=EntryKind.NOTIFICATION_RETRIED,
                subject=message.id,
                before={"status": message.status},
                after={"status": DeliveryStatus.PENDING, "email": message.recipient_email},
            )
            return self.get(message.id)

    def _render_again(self, message: Notification) -> None:
        values = notifications.get_template_values(self._database, message.seq)
        if not values:
            raise NotAllowed(f"the message has no text ({message.error}); it cannot be sent")
        # Lazy import: keeps start-up fast.
        from supportdesk.email.messages import messages

        tried = mail_variants.recorded_variant(message)
        words = messages.render(
            message.notification_type,
            message.language,
            values,
            folder=self._context.mail.templates,
            variant=tried.file_word if tried else "",
        )
        subject = words.subject
        if message.ticket_id is not None:
            thread = notifications.thread_start(self._database, message.ticket_id, before=message.seq)
            subject = subject_of(subject, str(values["title"]), int(str(values["number"])), thread)
        notifications.set_content(self._database, message.seq, subject, words.text, words.html)
        if tried is not None:
            mail_variants.record(self._context, message.id, tried, words)

    def counts(self) -> Mapping[DeliveryStatus, int]:
        """Return how many messages are in each state; kept by triggers, not counted."""
        return notifications.counts(self._database)

    def count(self, *, status: str | None = None, ticket_id: str | None = None, text: str = "") -> Count:
        """Return how many messages there are, or are found; raise `InvalidValue` for an unknown status."""
        return notifications.count(self._database, self._filter(status, ticket_id, text))

    def page(
        self,
        seek: Seek = START,
        limit: int = 50,
        *,
        status: str | None = None,
        ticket_id: str | None = None,
        text: str = "",
    ) -> list[Notification]:
        """Return up to `limit` messages, newest first; raise `InvalidValue` for an unknown status.

        `text` is words of recipient or subject, the last one possibly a prefix.
        """
        return notifications.page(self._database, self._filter(status, ticket_id, text), seek, limit)

    def position(self, key: RowKey, *, status: str | None = None, ticket_id: str | None = None, text: str = "") -> int:
        """Return how many messages precede this one, newest first."""
        return notifications.position(self._database, self._filter(status, ticket_id, text), int(key[0]))

    def get(self, reference: str) -> Notification:
        """Return the message that a reference names.

        Raises `InvalidValue` for what is no prefix of an id, `NotFound` or `AmbiguousReference`.
        """
        wanted = parse_id(reference)
        found = notifications.find(self._database, wanted)
        if not found:
            raise NotFound(f"there is no notification {wanted}", field="reference")
        if len(found) > 1:
            raise AmbiguousReference(
                f"reference: {wanted} matches several notifications: " + ", ".join(each.id for each in found),
                field="reference",
            )
        return found[0]

    def _filter(self, status: str | None, ticket_id: str | None, text: str) -> NotificationFilter:
        words = clean_line(text)
        if words:
            notifications.update_text_index(self._database)
        tickets = None if ticket_id is None else tuple(merges.members(self._database, ticket_id))
        return NotificationFilter(None if status is None else _parse_status(status), tickets, words)


def _parse_status(text: str) -> DeliveryStatus:
    try:
        return DeliveryStatus(text.strip().lower())
    except ValueError:
        raise invalid("status", text, one_of(DeliveryStatus)) from None
