"""The way of one mail from its file into the desk: read by a limited process, filed in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from supportdesk.domain.errors import DeskError, Unavailable
from supportdesk.domain.mail.incoming import Envelope, Filed, Outcome
from supportdesk.services.context import Context
from supportdesk.services.crash_report import write_crash_report
from supportdesk.services.intake.failures import record_failure
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.intake import queries as intake
from supportdesk.storage.intake.raw_store import HeldMail, RawStore, mail_id

if TYPE_CHECKING:
    from supportdesk.email.receiving.parsed import ParsedMail
    from supportdesk.email.receiving.reader import Limits, MailReader
    from supportdesk.services.intake.filing import Filing

UNREADABLE = "(the mail could not be read; see the raw mail)"


class Inbox:
    """Stored mails that are not filed yet."""

    def __init__(self, context: Context, tickets: Tickets, store: RawStore, limits: Limits | None = None) -> None:
        """`limits` are what reading one mail may cost; the usual ones without."""
        self._context = context
        self._database = context.database
        self._tickets = tickets
        self._store = store
        self._limits = limits
        self._reader: MailReader | None = None

    @property
    def reader(self) -> MailReader:
        """The process that reads mails; started when the first one is read."""
        if self._reader is None:
            # Lazy import: keeps start-up fast.
            from supportdesk.email.receiving.reader import MailReader

            self._reader = MailReader(self._limits)
        return self._reader

    def close(self) -> None:
        """End the process that reads mails."""
        if self._reader is not None:
            self._reader.close()

    def file(self, held: HeldMail) -> Filed:
        """File a mail that this process holds; never raises: what cannot be filed now stays `STORED`, with the cause.

        What can never be read or filed is recorded as `FAILED` and reported as parked.
        """
        return self._try(held) or Filed(held.file.stem, Outcome.DUPLICATE, cause="it was filed before")

    def process(self, stop: Callable[[], bool] = lambda: False) -> Iterator[Filed]:
        """File what is stored and not filed yet, oldest first; yield what became of each mail.

        What another process holds is left to it.
        """
        self._store.remove_unfinished()
        for file in self._store.waiting():
            if stop():
                return
            try:
                held = self._store.hold(file)
            except OSError as error:
                yield Filed(file.stem, Outcome.STORED, cause=f"it cannot be read: {error.strerror}")
                continue
            if held is not None and (filed := self._try(held)) is not None:
                yield filed

    def read(self, raw: bytes) -> ParsedMail:
        """Return what a mail holds, or only its head when the rest cannot be read; raises `Unavailable`."""
        # Lazy imports: keep start-up fast.
        from dataclasses import replace

        from supportdesk.email.receiving.reader import Unreadable

        try:
            return self.reader.read(raw)
        except Unreadable:
            try:
                return replace(self.reader.read_head(raw), text=UNREADABLE, trimmed_text=UNREADABLE)
            except Unreadable as error:
                raise Unavailable(f"the mail cannot be read: {error.message}") from error

    def filing(self) -> Filing:
        """Return what files mails, inside the caller's transaction."""
        # Lazy imports: keep start-up fast.
        from supportdesk.email.messages.mime import address_parts
        from supportdesk.services.intake.filing import Filing
        from supportdesk.services.intake.rules import untagged

        mail = self._context.mail
        own = [address for address in (mail.sender, mail.reply_to, *mail.intake_addresses) if address]
        return Filing(self._context, self._tickets, frozenset(untagged(address_parts(each)[1]) for each in own))

    def _try(self, held: HeldMail) -> Filed | None:
        with held:
            name = held.file.stem
            try:
                raw, envelope = self._store.read(held.file)
                name = mail_id(raw)
                return self._file(name, held, raw, envelope)
            except OSError as error:
                return Filed(name, Outcome.STORED, cause=f"it could not be filed: {error.strerror}")
            except DeskError as error:
                return Filed(name, Outcome.STORED, cause=error.message)
            except Exception as error:
                return Filed(name, Outcome.STORED, cause=write_crash_report(error).message)

    def _file(self, name: str, held: HeldMail, raw: bytes, envelope: Envelope) -> Filed | None:
        # First of all, so that it starts while the rest is loaded.
        self.reader.start()
        # Lazy imports: keep start-up fast.
        from supportdesk.email.receiving.reader import Unreadable
        from supportdesk.services.conversation.attachments import content_store
        from supportdesk.services.intake.contents import store_files

        filing = self.filing()
        try:
            if envelope.cause:
                raise Unreadable(envelope.cause)
            parsed = self.reader.read(raw)
        except Unreadable as error:
            return self._fail(name, held, raw, error.message)
        # Before the transaction, so that nobody waits for the disk; a full one leaves the mail waiting.
        files = store_files(content_store(self._context), parsed)
        try:
            return self._record(held, name, lambda: filing.file(name, held.name, raw, parsed, envelope, files))
        except Unavailable:
            raise
        except Exception as error:
            # The next try would fail in the same way.
            fault = error if isinstance(error, DeskError) else write_crash_report(error)
            return self._fail(name, held, raw, fault.message)

    def _fail(self, name: str, held: HeldMail, raw: bytes, cause: str) -> Filed | None:
        # Lazy import: keeps start-up fast.
        from supportdesk.email.receiving.reader import Unreadable

        try:
            head = self.reader.read_head(raw)
        except Unreadable:
            head = None
        return self._record(held, name, lambda: record_failure(self._context, name, held.name, head, cause))

    def _record(self, held: HeldMail, name: str, file: Callable[[], Filed]) -> Filed | None:
        """File a mail in one transaction, unless a process that ended has done it; then move it to its place."""
        with self._database.writing():
            filed = None if intake.is_filed(self._database, held.name) else file()
        # After the transaction: until then the mail must wait where `process` finds it.
        self._store.keep(held.file, name)
        return filed
