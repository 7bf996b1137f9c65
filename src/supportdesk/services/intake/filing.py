"""Filing of one mail: all that becomes of it is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from supportdesk.domain.address import address_key
from supportdesk.domain.agent import Agent
from supportdesk.domain.conversation.attachment import Attachment
from supportdesk.domain.conversation.message import MessageKind
from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.mail.incoming import Envelope, Filed, Outcome
from supportdesk.domain.preference import Preference, PreferenceChange
from supportdesk.domain.ticket import AWAKE, NewTicket, Status, Ticket, TicketChange
from supportdesk.email.messages.headers import is_ours
from supportdesk.email.receiving.authentication import Authentication
from supportdesk.email.receiving.parsed import Automatic, ParsedMail
from supportdesk.services.context import Context
from supportdesk.services.intake import contents, rules
from supportdesk.services.intake.acknowledging import may_acknowledge
from supportdesk.services.intake.agents import agent_of, forwarded_by_agent
from supportdesk.services.intake.bouncing import file_bounce
from supportdesk.services.intake.threading import Thread, find_thread
from supportdesk.services.mail.suppressions import lift
from supportdesk.services.preferences import changes as preference_changes
from supportdesk.services.tickets import changes as ticket_changes
from supportdesk.services.tickets.notes import add_note
from supportdesk.services.tickets.relations import set_linked, write_link
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.intake import blocked
from supportdesk.storage.intake import queries as intake
from supportdesk.storage.intake.raw_store import again_name
from supportdesk.storage.mail import notifications
from supportdesk.storage.preferences import queries as preferences

TICKETS_PER_QUARTER = 5
"""New tickets of one address in 15 minutes; what comes beyond is parked."""


@dataclass(frozen=True, slots=True)
class Place:
    """What became of a mail, the ticket it is in, the id of its message there, and the name of who asked in it.

    In a forward that is not its sender.
    """

    filed: Filed
    ticket: Ticket | None = None
    message: str = ""
    from_name: str = ""
    is_forward: bool = False


class Filing:
    """Files mails into the desk of a context; every method is called inside the caller's transaction."""

    def __init__(self, context: Context, tickets: Tickets, addresses: frozenset[str]) -> None:
        """`addresses` are the keys of the desk's own addresses."""
        self._context = context
        self._database = context.database
        self._tickets = tickets
        self.desk = rules.Desk(
            addresses,
            lambda text: is_ours(text, context.database.secret),
            lambda address: blocked.is_blocked(context.database, address),
            context.mail.intake_trusted_authserv_id,
        )

    def file(
        self,
        mail_id: str,
        stored_as: str,
        raw: bytes,
        mail: ParsedMail,
        envelope: Envelope,
        files: Sequence[Attachment] = (),
    ) -> Filed:
        """File a mail, which is stored under a name, with its stored files, and record what became of it."""
        content = "\0".join((mail.message_id, address_key(mail.sender.address), mail.subject, mail.text))
        content_key = sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        if not mail.message_id:
            content_key = mail_id
        copy = intake.find_copy(self._database, mail_id, content_key)
        if copy is not None:
            cause = "the same mail came before"
            place = Place(Filed(mail_id, Outcome.DUPLICATE, ticket=copy[1], cause=cause))
            self._record(place, stored_as, mail, content_key, copy[0])
            return place.filed
        if stored_as == again_name(mail_id):
            # It was answered when it was filed first, before a backup took the place of the desk.
            self.desk = replace(self.desk, is_answering=False)
        place = self._place(mail_id, raw, mail, envelope)
        if place.ticket and place.filed.outcome is not Outcome.BOUNCE:
            contents.attach(self._context, place.ticket, place.message, files)
        self._record(place, stored_as, mail, content_key, place.ticket.id if place.ticket else None)
        return place.filed

    def make_ticket(self, mail: ParsedMail, *, notified: bool = False, entry: int | None = None) -> Ticket:
        """Create the ticket of a mail; raises `InvalidValue` when its sender cannot be written to."""
        return self._create(contents.ticket_of(mail), notified=notified, entry=entry)

    def _create(self, new: NewTicket, *, notified: bool = False, entry: int | None = None) -> Ticket:
        return ticket_changes.create(self._context, new, notified=notified, by_mail=True, entry=entry)

    def _place(self, mail_id: str, raw: bytes, mail: ParsedMail, envelope: Envelope) -> Place:
        """Put a mail where it belongs, by what the rules say it is."""
        if envelope.sender == "":
            # RFC 3834, 5.2: nobody wants to hear of it, whatever its head says.
            mail = replace(mail, automatic=Automatic.YES)
        verdict = rules.judge(mail, self.desk)
        match verdict.outcome:
            case Outcome.BOUNCE:
                return Place(*file_bounce(self._context, self._tickets, self.desk, mail_id, raw, mail))
            case Outcome.UNSUBSCRIBED:
                return self._park_forged(mail_id, mail) or self._unsubscribe(mail_id, mail)
            case Outcome.PARKED:
                return self._park(mail_id, mail, verdict.cause)
        recipients = [*envelope.recipients, *(each.address for each in (*mail.recipients, *mail.delivered_to))]
        own = [each for each in recipients if rules.untagged(each) in self.desk.addresses]
        thread = find_thread(self._context, self._tickets, mail, own)
        if verdict.automatic:
            return self._file_automatic(mail_id, mail, thread)
        return self._converse(mail_id, mail, thread)

    def _park(self, mail_id: str, mail: ParsedMail, cause: str) -> Place:
        return Place(Filed(mail_id, Outcome.PARKED, author=mail.sender.address, cause=cause))

    def _park_forged(self, mail_id: str, mail: ParsedMail) -> Place | None:
        """Return the place of a mail whose sender is not who it says, or None."""
        if rules.authentication(mail, self.desk) is not Authentication.FAIL:
            return None
        return self._park(mail_id, mail, f"it may not be from {mail.sender.address}: dmarc=fail")

    def _converse(self, mail_id: str, mail: ParsedMail, thread: Thread | None) -> Place:
        """File a person's mail: into its conversation, or as the beginning of one."""
        agent = agent_of(self._database, mail.sender.address)
        authentication = rules.authentication(mail, self.desk)
        takes_part = thread is not None and thread.kind is not MessageKind.THIRD_PARTY
        if (agent or takes_part) and (forged := self._park_forged(mail_id, mail)):
            return forged
        released = authentication is not Authentication.FAIL and lift(self._context, mail.sender.address)
        if thread is None:
            return self._begin(mail_id, mail, agent)
        if agent and thread.kind is MessageKind.NOTE:
            return self._file_agents(mail_id, mail, thread, agent, authentication)
        if self._is_too_old(thread):
            place = self._begin(mail_id, mail, agent)
            if place.ticket and set_linked(self._context, place.ticket, thread.ticket, linked=True):
                write_link(self._context, place.ticket, thread.ticket, linked=True)
            return place
        message, _ = contents.add_message(self._context, self.desk, thread.ticket, mail, thread.kind)
        # What looks like a note of absence is kept, and is no reason to work again.
        reopened = thread.ticket.status is Status.RESOLVED and takes_part and mail.automatic is not Automatic.WEAK
        woken = takes_part and thread.ticket.is_snoozed(self._context.now())
        if reopened or woken:
            change = TicketChange(
                status=Status.IN_PROGRESS if reopened else None,
                snoozed_until=AWAKE if woken else None,
                notes="answered by mail",
            )
            ticket_changes.apply(self._context, thread.ticket, change, mailed=False)
        cause = f"{mail.sender.address} gets mail again" if released else None
        filed = replace(_appended(mail_id, mail, thread), reopened=reopened, cause=cause)
        return Place(filed, thread.ticket, message.id)

    def _file_automatic(self, mail_id: str, mail: ParsedMail, thread: Thread | None) -> Place:
        if thread is None:
            return self._park(mail_id, mail, "automatic: a robot wrote it")
        thread = replace(thread, kind=MessageKind.AUTOMATIC)
        message, _ = contents.add_message(self._context, self.desk, thread.ticket, mail, thread.kind)
        return Place(_appended(mail_id, mail, thread), thread.ticket, message.id)

    def _file_agents(
        self, mail_id: str, mail: ParsedMail, thread: Thread, agent: Agent, authentication: Authentication
    ) -> Place:
        """File an agent's mail to a ticket: a note, or a reply where that is set and the mail is certainly theirs."""
        is_reply = self._context.mail.intake_agent_mail == "reply" and authentication is Authentication.PASS
        if not is_reply:
            message, _ = contents.add_message(self._context, self.desk, thread.ticket, mail, MessageKind.NOTE)
            return Place(_appended(mail_id, mail, thread), thread.ticket, message.id)
        # Lazy imports: notes are usual.
        from supportdesk.domain.conversation.message import Source
        from supportdesk.services.conversation.replying import send_reply

        thread = replace(thread, kind=MessageKind.REPLY)
        text, to = contents.body(mail.trimmed_text or contents.named_files(mail)), (thread.ticket.contact_email,)
        by_agent = replace(self._context, actor=agent.name)
        message, _ = send_reply(by_agent, thread.ticket, text, to=to, source=Source.MAIL)
        return Place(_appended(mail_id, mail, thread), thread.ticket, message.id)

    def _begin(self, mail_id: str, mail: ParsedMail, agent: Agent | None) -> Place:
        """Make a ticket of a mail: its sender's, or of whoever wrote what an agent forwards."""
        author, key, now = mail.sender.address, address_key(mail.sender.address), self._context.now()
        forwarded = forwarded_by_agent(self._database, mail, self.desk.addresses) if agent else None
        recent = 0 if agent else intake.count_recent(self._database, now, timedelta(minutes=15), from_key=key)
        if recent >= TICKETS_PER_QUARTER:
            return self._park(mail_id, mail, f"{author} has made {recent} tickets within 15 minutes")
        try:
            if agent and forwarded:
                ticket = self._create(contents.ticket_of_forward(forwarded, mail))
                if forwarded.above:
                    add_note(replace(self._context, actor=agent.name), ticket, contents.body(forwarded.above))
            else:
                ticket = self.make_ticket(mail, notified=may_acknowledge(self._context, mail, self.desk))
        except InvalidValue as fault:
            return self._park(mail_id, mail, fault.message)
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
        return Place(filed, ticket, from_name=(forwarded or mail).sender.name, is_forward=forwarded is not None)

    def _is_too_old(self, thread: Thread) -> bool:
        ticket = thread.ticket
        days = timedelta(days=self._context.mail.intake_reopen_days)
        return ticket.status is Status.RESOLVED and self._context.now() - ticket.updated_at > days

    def _unsubscribe(self, mail_id: str, mail: ParsedMail) -> Place:
        address = mail.sender.address
        old = preferences.find(self._database, address) or Preference(address)
        preference_changes.apply(self._context, old, PreferenceChange(email_notifications=False))
        return Place(Filed(mail_id, Outcome.UNSUBSCRIBED, author=address))

    def _record(self, place: Place, stored_as: str, mail: ParsedMail, content_key: str, ticket_id: str | None) -> None:
        intake.add(
            self._database,
            intake.Record(
                id=place.filed.mail,
                stored_as=stored_as,
                content_key=content_key,
                outcome=place.filed.outcome,
                cause=place.filed.cause or "",
                ticket_id=ticket_id,
                message=place.message,
                message_id=mail.message_id,
                # Whom an agent wrote to has nothing to do with who is helped.
                copied=() if place.is_forward else contents.others(mail, self.desk),
                from_key=address_key(mail.sender.address),
                from_email=mail.sender.address,
                from_name=place.from_name or mail.sender.name,
                subject=mail.subject,
                acknowledged=place.filed.acknowledged,
                received_at=self._context.now(),
            ),
        )


def _appended(mail_id: str, mail: ParsedMail, thread: Thread) -> Filed:
    return Filed(
        mail_id,
        Outcome.APPENDED,
        ticket=thread.ticket.number,
        message_kind=thread.kind,
        author=mail.sender.address,
        requester=thread.ticket.contact_email,
        by=thread.by,
    )
