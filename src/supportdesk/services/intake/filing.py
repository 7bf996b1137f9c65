"""Filing of one mail: all that becomes of it is one transaction."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from supportdesk.domain.address import address_key
from supportdesk.domain.conversation import RECIPIENTS_LIMIT, Message, MessageKind, Source, excerpt
from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.intake import Envelope, Filed, Outcome
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.preference import Preference, PreferenceChange
from supportdesk.domain.text import BODY_LIMIT, TITLE_LIMIT, clean_body, clean_line
from supportdesk.domain.ticket import AWAKE, Status, Ticket, TicketChange, new_ticket
from supportdesk.email.messages.headers import is_ours, notifications_named
from supportdesk.email.receiving.parsed import BounceKind, Mailbox, ParsedMail
from supportdesk.services.context import Context
from supportdesk.services.intake import rules
from supportdesk.services.intake.threading import Thread, find_thread
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.mail.suppressions import lift, suppress
from supportdesk.services.preferences import changes as preference_changes
from supportdesk.services.tickets import changes as ticket_changes
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.conversation import messages
from supportdesk.storage.intake import queries as intake
from supportdesk.storage.mail import notifications
from supportdesk.storage.preferences import queries as preferences

ACKNOWLEDGED_PER_HOUR = 2
"""Acknowledgements to one address in an hour: a robot that ignores every marker gets no more."""
ACKNOWLEDGED_PER_MINUTE = 20
"""Acknowledgements of the whole desk in a minute."""
TICKETS_PER_QUARTER = 5
"""New tickets of one address in 15 minutes; what comes beyond is parked."""
REOPEN_DAYS = 30
"""Days after which a word on a resolved ticket makes a new one."""


class Filing:
    """Files mails into the desk of a context; every method is called inside the caller's transaction."""

    def __init__(self, context: Context, tickets: Tickets, addresses: frozenset[str]) -> None:
        """`addresses` are the keys of the desk's own addresses."""
        self._context = context
        self._database = context.database
        self._tickets = tickets
        self._rules = rules.Desk(addresses, lambda text: is_ours(text, context.database.secret))

    def file(self, mail_id: str, stored_as: str, raw: bytes, mail: ParsedMail, envelope: Envelope) -> Filed:
        """File a mail, which is stored under a name, and record what became of it."""
        content = "\0".join((mail.message_id, address_key(mail.sender.address), mail.subject, mail.text))
        content_key = sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        copy = intake.find_copy(self._database, mail_id, content_key if mail.message_id else mail_id)
        if copy is not None:
            filed = Filed(mail_id, Outcome.DUPLICATE, ticket=copy[1], cause="the same mail came before")
            self._record(filed, stored_as, mail, content_key, copy[0], "")
            return filed
        verdict = rules.judge(mail, self._rules)
        ticket_id, message = "", ""
        match verdict.outcome:
            case Outcome.BOUNCE:
                filed, ticket_id = self._bounce(mail_id, raw, mail)
            case Outcome.UNSUBSCRIBED:
                filed = self._unsubscribe(mail_id, mail)
            case Outcome.PARKED:
                filed = Filed(mail_id, Outcome.PARKED, author=mail.sender.address, cause=verdict.cause)
            case _:
                filed, ticket_id, message = self._converse(mail_id, mail, envelope, automatic=verdict.automatic)
        self._record(filed, stored_as, mail, content_key, ticket_id or None, message)
        return filed

    def make_ticket(self, mail: ParsedMail, *, notified: bool) -> Ticket:
        """Create the ticket of a mail."""
        new = new_ticket(
            clean_line(mail.subject)[:TITLE_LIMIT] or "(no subject)",
            _body(mail.text or _named_files(mail)),
            mail.sender.address,
        )
        return ticket_changes.create(self._context, new, notified=notified)

    def append(self, ticket: Ticket, mail: ParsedMail, kind: MessageKind) -> Message:
        """Add a mail to a ticket's conversation."""
        full, trimmed = _body(mail.text or _named_files(mail)), _body(mail.trimmed_text or _named_files(mail))
        text = full if full.startswith(trimmed) else _body(f"{trimmed}\n\n{full}")
        message = Message(
            seq=0,
            id=self._context.new_id(),
            ticket_id=ticket.id,
            kind=kind,
            author=mail.sender.address or "unknown",
            author_name=mail.sender.name,
            to=(),
            cc=self._others(mail) if kind is not MessageKind.AUTOMATIC else (),
            subject=mail.subject,
            text=text,
            trimmed_at=min(len(trimmed), len(text)),
            source=Source.MAIL,
            message_id=mail.message_id,
            in_reply_to=mail.in_reply_to,
            created_at=self._context.now(),
            edited_at=None,
        )
        messages.add(self._database, message)
        after = {"message": message.id, "from": message.author, "text": excerpt(trimmed)}
        write_entry(self._context, EntryKind.TICKET_MAIL_RECEIVED, ticket, after=after)
        return message

    def _converse(
        self, mail_id: str, mail: ParsedMail, envelope: Envelope, *, automatic: bool
    ) -> tuple[Filed, str, str]:
        """File what belongs to a conversation, or begins one."""
        recipients = [*envelope.recipients, *(each.address for each in (*mail.recipients, *mail.delivered_to))]
        own = [each for each in recipients if rules.untagged(each) in self._rules.addresses]
        thread = find_thread(self._context, self._tickets, mail, own)
        if automatic:
            return self._file_automatic(mail_id, mail, thread)
        released = mail.sender.address if lift(self._context, mail.sender.address) else None
        if thread is None or self._is_too_old(thread):
            return self._begin(mail_id, mail)
        message = self.append(thread.ticket, mail, thread.kind)
        reopened = thread.ticket.status is Status.RESOLVED and thread.kind is not MessageKind.THIRD_PARTY
        woken = thread.ticket.is_snoozed(self._context.now()) and thread.kind is not MessageKind.THIRD_PARTY
        if reopened or woken:
            change = TicketChange(
                status=Status.IN_PROGRESS if reopened else None,
                snoozed_until=AWAKE if woken else None,
                notes="answered by mail",
            )
            ticket_changes.apply(self._context, thread.ticket, change, mailed=False)
        filed = Filed(
            mail_id,
            Outcome.APPENDED,
            ticket=thread.ticket.number,
            message_kind=thread.kind,
            author=mail.sender.address,
            requester=thread.ticket.contact_email,
            reopened=reopened,
            cause=f"{released} gets mail again" if released else None,
            by=thread.by,
        )
        return filed, thread.ticket.id, message.id

    def _file_automatic(self, mail_id: str, mail: ParsedMail, thread: Thread | None) -> tuple[Filed, str, str]:
        author = mail.sender.address
        if thread is None:
            return Filed(mail_id, Outcome.PARKED, author=author, cause="automatic: a robot wrote it"), "", ""
        message = self.append(thread.ticket, mail, MessageKind.AUTOMATIC)
        filed = Filed(
            mail_id,
            Outcome.APPENDED,
            ticket=thread.ticket.number,
            message_kind=MessageKind.AUTOMATIC,
            author=author,
            requester=thread.ticket.contact_email,
            by=thread.by,
        )
        return filed, thread.ticket.id, message.id

    def _begin(self, mail_id: str, mail: ParsedMail) -> tuple[Filed, str, str]:
        author, key, now = mail.sender.address, address_key(mail.sender.address), self._context.now()
        if intake.count_since(self._database, now - timedelta(minutes=15), from_key=key) >= TICKETS_PER_QUARTER:
            cause = f"{author} has made {TICKETS_PER_QUARTER} tickets within 15 minutes"
            return Filed(mail_id, Outcome.PARKED, author=author, cause=cause), "", ""
        try:
            ticket = self.make_ticket(mail, notified=self._may_acknowledge(mail, key))
        except InvalidValue as fault:
            return Filed(mail_id, Outcome.PARKED, author=author, cause=fault.message), "", ""
        acknowledgement = notifications.first_of_ticket(self._database, ticket.id)
        filed = Filed(
            mail_id,
            Outcome.NEW_TICKET,
            ticket=ticket.number,
            message_kind=MessageKind.REQUESTER,
            author=author,
            requester=ticket.contact_email,
            acknowledged=acknowledgement is not None,
            acknowledgement=acknowledgement,
        )
        return filed, ticket.id, ""

    def _may_acknowledge(self, mail: ParsedMail, key: str) -> bool:
        now = self._context.now()
        hour, minute = now - timedelta(hours=1), now - timedelta(minutes=1)
        mine = intake.count_since(self._database, hour, from_key=key, acknowledged=True)
        everybody = intake.count_since(self._database, minute, acknowledged=True)
        return rules.may_be_acknowledged(mail) and mine < ACKNOWLEDGED_PER_HOUR and everybody < ACKNOWLEDGED_PER_MINUTE

    def _is_too_old(self, thread: Thread) -> bool:
        ticket = thread.ticket
        resolved = ticket.status is Status.RESOLVED
        return resolved and self._context.now() - ticket.updated_at > timedelta(days=REOPEN_DAYS)

    def _bounce(self, mail_id: str, raw: bytes, mail: ParsedMail) -> tuple[Filed, str]:
        """Count a bounce only when it names a mail of ours by an id that nobody can guess."""
        named = notifications_named(raw, self._database.secret)
        failed = {address_key(each.recipient) for each in mail.bounces}
        ours = [
            (each, *found)
            for each in named
            if (found := intake.ticket_of_notification(self._database, each)) and address_key(found[1]) in failed
        ]
        if not ours or ours[0][1] is None:
            return Filed(mail_id, Outcome.PARKED, cause="a bounce of a mail that this desk did not send"), ""
        notification, ticket_id, recipient = ours[0]
        ticket = self._tickets.get(str(ticket_id))
        kinds = {each.kind for each in mail.bounces if address_key(each.recipient) == address_key(recipient)}
        suppressed = None
        if kinds != {BounceKind.DELAYED}:
            status = next((each.status for each in mail.bounces if each.status), "")
            reason = f"mail to {recipient} did not arrive {status}".strip()
            if BounceKind.HARD in kinds:
                suppressed = suppress(self._context, recipient, reason).address
            self.append(ticket, mail, MessageKind.AUTOMATIC)
            notifications.mark_bounced(self._database, notification, reason)
        filed = Filed(
            mail_id,
            Outcome.BOUNCE,
            ticket=ticket.number,
            message_kind="bounce",
            author=mail.sender.address,
            requester=ticket.contact_email,
            suppressed=suppressed,
            cause=", ".join(sorted(kinds)),
            by="our Message-ID",
        )
        return filed, ticket.id

    def _unsubscribe(self, mail_id: str, mail: ParsedMail) -> Filed:
        change = PreferenceChange(email_notifications=False)
        address = mail.sender.address
        old = preferences.find(self._database, address) or Preference(address)
        preference_changes.apply(self._context, old, change)
        return Filed(mail_id, Outcome.UNSUBSCRIBED, author=mail.sender.address)

    def _others(self, mail: ParsedMail) -> tuple[str, ...]:
        """Return whom a mail was addressed to beside the desk and its sender."""
        left_out = {*self._rules.addresses, address_key(mail.sender.address)}
        return tuple(
            dict.fromkeys(
                each.address
                for each in mail.recipients
                if _is_address(each) and rules.untagged(each.address) not in left_out
            )
        )[:RECIPIENTS_LIMIT]

    def _record(
        self,
        filed: Filed,
        stored_as: str,
        mail: ParsedMail,
        content_key: str,
        ticket_id: str | None,
        message: str,
    ) -> None:
        intake.add(
            self._database,
            intake.Record(
                id=filed.mail,
                stored_as=stored_as,
                content_key=content_key if mail.message_id else filed.mail,
                outcome=filed.outcome,
                cause=filed.cause or "",
                ticket_id=ticket_id,
                message=message,
                message_id=mail.message_id,
                copied=self._others(mail),
                from_key=address_key(mail.sender.address),
                from_email=mail.sender.address,
                subject=mail.subject,
                acknowledged=filed.acknowledged,
                received_at=self._context.now(),
            ),
        )


def _is_address(mailbox: Mailbox) -> bool:
    return "@" in mailbox.address and mailbox.address.isprintable()


def _body(text: str) -> str:
    clean = clean_body(text)
    return clean if len(clean) <= BODY_LIMIT else clean[: BODY_LIMIT - 1] + "…"


def _named_files(mail: ParsedMail) -> str:
    names = ", ".join(each.name or each.content_type for each in mail.attachments[:20])
    return f"(no text; attached: {names})" if names else "(no text)"
