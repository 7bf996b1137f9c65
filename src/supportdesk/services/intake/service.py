"""The intake service."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from supportdesk.domain.errors import AmbiguousReference, NotAllowed, NotFound, Unavailable, invalid, quoted
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.mail.incoming import WAITING, Filed, IncomingMail, Outcome
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.services.conversation.attachments import content_store
from supportdesk.services.intake.inbox import Inbox
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.tickets.changes import check_not_deleted
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.intake import queries as intake
from supportdesk.storage.intake import sources
from supportdesk.storage.intake.raw_store import PREFIXES, HeldMail, RawStore

if TYPE_CHECKING:
    from supportdesk.domain.finding import Finding
    from supportdesk.email.fetching.source import Source
    from supportdesk.email.receiving.parsed import ParsedMail
    from supportdesk.email.receiving.reader import Limits
    from supportdesk.services.intake.alarms import Alarm
    from supportdesk.services.intake.fetching import Fetcher

_REFERENCE = re.compile("[0-9]{1,18}|[0-9a-f]{4,64}")
"""A number, or the first digits of an id, which is a SHA-256; fewer would name a mail that was not meant."""


class Intake:
    """Use cases on mail that comes in."""

    def __init__(self, context: Context, tickets: Tickets, folder: Path, limits: Limits | None = None) -> None:
        """`folder` is where raw mails are kept; `limits` are what reading one may cost."""
        self._context = context
        self._database = context.database
        self._tickets = tickets
        self._store = RawStore(folder)
        self._inbox = Inbox(context, tickets, self._store, limits)

    def close(self) -> None:
        """End the process that reads mails."""
        self._inbox.close()

    def file(self, held: HeldMail) -> Filed:
        """File a mail that was stored just now; never raises: what cannot be filed now stays `STORED`.

        `process` files it later.
        """
        return self._inbox.file(held)

    def has_waiting(self) -> bool:
        """Return whether mails are stored and not filed yet; costs microseconds."""
        return self._store.has_waiting()

    def check_setup(self, command: str, *, send: bool) -> Iterator[Finding]:
        """Yield the findings about how mail comes in; `command` is what a mail system runs to hand one over.

        With `send` a mail is written to the desk itself, where this machine has a mail system.
        """
        # Lazy import: only `doctor mail` looks.
        from supportdesk.services.intake.setup import Setup

        return Setup(self._context, self, command=command).examine(send=send)

    def alarms(self) -> Sequence[Alarm]:
        """Return what is wrong with mail that should come in."""
        # Lazy import: keeps start-up fast.
        from supportdesk.services.intake.alarms import alarms

        return tuple(alarms(self._context, self._store))

    def put_back_orphans(self) -> int:
        """Have raw mails that no record knows wait to be filed, and return how many.

        After a backup was restored, these are the mails that came in between.
        """
        found = 0
        for prefix in PREFIXES:
            known = intake.stored_names(self._database, prefix)
            for mail in sorted(set(self._store.kept(prefix)) - known.keys()):
                try:
                    self._store.put_back(mail)
                except OSError as error:
                    raise Unavailable(f"the raw mail {mail} cannot be moved: {error.strerror}") from error
                found += 1
        return found

    def process(self, stop: Callable[[], bool] = lambda: False) -> Iterator[Filed]:
        """File what is stored and not filed yet, oldest first; yield what became of each mail."""
        return self._inbox.process(stop)

    def sources(self) -> Sequence[Source]:
        """Return the mailboxes of the settings; raise `InvalidValue` when there are none, or one cannot be used."""
        # Lazy import: keeps start-up fast.
        from supportdesk.services.intake.fetching import open_sources

        return open_sources(self._context)

    def fetcher(self, file_waiting: Callable[[Callable[[], bool]], object]) -> Fetcher:
        """Return what fetches from mailboxes; `file_waiting` files what was stored, until it is told to stop."""
        # Lazy import: keeps start-up fast.
        from supportdesk.services.intake.fetching import Fetcher

        return Fetcher(self._context, self._store, file_waiting)

    def forget_source(self, name: str) -> None:
        """Forget a mailbox that nobody fetches from any more; raises `NotFound`."""
        with self._database.writing():
            if not sources.remove(self._database, name):
                known = ", ".join(each.name for each in sources.every(self._database)) or "none"
                raise NotFound(f"no mail was ever fetched from {name!r}; there are: {known}")

    def list(self, outcomes: Sequence[Outcome] = WAITING, limit: int = 100) -> list[IncomingMail]:
        """Return the newest mails with one of these outcomes."""
        return intake.page(self._database, outcomes, limit)

    def get(self, reference: str) -> IncomingMail:
        """Return the mail that its number, or the beginning of its id, names; raises `NotFound`, `InvalidValue`."""
        word = reference.strip().removeprefix("#").lower()
        if not _REFERENCE.fullmatch(word):
            allowed = "it must be a number such as 12, or the first 4 or more digits of an id"
            raise invalid("reference", reference, allowed)
        found = intake.find(self._database, word)
        if not found:
            raise NotFound(f"there is no mail {quoted(reference)}", field="reference")
        if len({each.id for each in found}) > 1:
            raise AmbiguousReference(
                f"reference: {quoted(reference)} names several mails; type more of the id", field="reference"
            )
        return found[0]

    def raw(self, reference: str) -> bytes:
        """Return the raw bytes of a mail."""
        mail = self.get(reference)
        try:
            return self._store.get(mail.id)
        except OSError as error:
            raise Unavailable(f"the raw mail {mail.seq} cannot be read: {error.strerror}") from error

    def raw_of_ticket(self, ticket: str) -> bytes:
        """Return the newest mail of a ticket as it came in; raises `NotFound` for a ticket without mail."""
        found = self._tickets.get(ticket)
        mails = intake.of_ticket(self._database, found.id)
        if not mails:
            raise NotFound(f"no mail came in for #{found.number}")
        try:
            return self._store.get(mails[-1])
        except OSError as error:
            raise Unavailable(f"the raw mail of #{found.number} cannot be read: {error.strerror}") from error

    def read(self, reference: str) -> ParsedMail:
        """Return what a mail holds; of one that cannot be read, its head."""
        return self._inbox.read(self.raw(reference))

    def accept(self, reference: str, ticket: str | None = None) -> Ticket:
        """Make a ticket of a parked mail, or add it to one; nobody is mailed about it."""
        # Lazy imports: keep start-up fast.
        from supportdesk.services.intake.contents import add_message, attach, store_files
        from supportdesk.services.intake.threading import role_in

        parsed = self._inbox.read(self.raw(reference))
        try:
            files = store_files(content_store(self._context), parsed)
        except OSError as error:
            raise Unavailable(f"the files of the mail were not stored: {error.strerror}") from error
        with self._database.writing():
            mail = self._parked(reference)
            filing = self._inbox.filing()
            entry = self._write_decision(EntryKind.MAIL_ACCEPTED, mail)
            if ticket is None:
                target = filing.make_ticket(parsed, entry=entry)
                attach(self._context, target, "", files)
                intake.settle(self._database, mail.seq, Outcome.NEW_TICKET, target.id)
            else:
                target = self._tickets.get_continuing(ticket)
                check_not_deleted(target)
                kind, added = role_in(self._context, target, parsed.sender.address), EntryKind.TICKET_MAIL_ADDED
                message, _ = add_message(
                    self._context, filing.desk, target, parsed, kind, entry_kind=added, entry=entry
                )
                attach(self._context, target, message.id, files)
                intake.settle(self._database, mail.seq, Outcome.APPENDED, target.id, message.id)
        return target

    def discard(self, reference: str) -> IncomingMail:
        """Discard a parked mail; its raw bytes are kept."""
        with self._database.writing():
            mail = self._parked(reference)
            intake.settle(self._database, mail.seq, Outcome.DISCARDED, None)
            self._write_decision(EntryKind.MAIL_DISCARDED, mail)
        return replace(mail, outcome=Outcome.DISCARDED)

    def _write_decision(self, kind: EntryKind, mail: IncomingMail) -> int:
        before = {"outcome": mail.outcome, "from": mail.from_email}
        return write_entry(self._context, kind, mail, before, {"subject": mail.subject})

    def _parked(self, reference: str) -> IncomingMail:
        mail = self.get(reference)
        if mail.outcome not in WAITING:
            raise NotAllowed(f"mail {mail.seq} does not wait for a decision; it is {mail.outcome}")
        return mail
