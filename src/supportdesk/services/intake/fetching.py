"""Fetching: mail of a mailbox is stored durably, then marked there, then filed like any other."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from threading import Event
from time import monotonic

from supportdesk.domain.errors import DeskError, DeskReplaced, InvalidValue
from supportdesk.domain.mail.incoming import Envelope
from supportdesk.domain.mail.retry import fetch_backoff
from supportdesk.email.fetching.source import Fetched, Position, Source, SourceFailed
from supportdesk.email.settings import MailSettings
from supportdesk.services.context import Context
from supportdesk.services.crash_report import write_crash_report
from supportdesk.services.intake.storing import store_mail
from supportdesk.storage.intake import sources
from supportdesk.storage.intake.raw_store import RawStore

HEARTBEAT = timedelta(seconds=50)
"""A success is saved no more often than this, so that looking at an empty mailbox wakes no app."""
SHORTEST_PASS = 0.5
"""Seconds between two looks at least, whatever a server says."""


@dataclass(frozen=True, slots=True)
class FetchReport:
    """The result of fetching from a mailbox once; `error` is empty when all of it was read."""

    source: str
    fetched: int
    error: str = ""


def open_sources(context: Context) -> list[Source]:
    """Return the mailboxes of the settings; raise `InvalidValue` when there are none, or one cannot be used here."""
    settings, found = context.mail, list[Source]()
    if settings.intake_maildir is not None:
        # Lazy import: most commands fetch nothing.
        from supportdesk.email.fetching.maildir import Maildir

        found.append(Maildir(settings.intake_maildir))
    if settings.intake_imap_host:
        found.append(_imap_folder(context, settings))
    if not found:
        raise InvalidValue(
            "mail.intake: there is nothing to fetch from; set mail.intake.maildir or mail.intake.imap.host",
            field="mail.intake",
        )
    return found


def _imap_folder(context: Context, settings: MailSettings) -> Source:
    try:
        # Lazy import: needs the extra `imap`.
        from supportdesk.email.fetching.imap import ImapFolder, source_name
    except ImportError as error:
        raise InvalidValue(
            "mail.intake.imap.host: IMAP needs the library IMAPClient; pip install 'supportdesk[imap]'",
            field="mail.intake.imap.host",
        ) from error
    known = sources.find(context.database, source_name(settings))
    return ImapFolder(settings, (known.added_at if known else context.now()).date())


class Fetcher:
    """Fetches from mailboxes into the desk of a context; used from one thread."""

    def __init__(self, context: Context, store: RawStore, file_waiting: Callable[[Callable[[], bool]], object]) -> None:
        """`file_waiting` files what is stored, until it is told to stop."""
        self._context = context
        self._database = context.database
        self._store = store
        self._file_waiting = file_waiting

    def fetch(self, source: Source, stop: Callable[[], bool] = lambda: False) -> FetchReport:
        """Store what is new in a mailbox, and note that it could be read; raises only `DeskReplaced`."""
        taken = 0

        def store(fetched: Fetched) -> None:
            nonlocal taken
            # The same mail has the same name, whoever fetches it and however often: it is filed once.
            content = sha256(fetched.raw).hexdigest()
            name = sha256(f"{fetched.place}\0{content}".encode()).hexdigest()[:40]
            store_mail(self._store, fetched.raw, Envelope(cause=fetched.cause), name).release()
            taken += 1

        try:
            position = self._position(source.name)
            before = (position.uid_validity, position.last_uid)
            try:
                source.take(position, store, stop)
            finally:
                if (position.uid_validity, position.last_uid) != before:
                    self._save_position(source.name, position)
            self._note_success(source.name, taken)
        except DeskReplaced:
            raise
        except (DeskError, SourceFailed) as error:
            return self._failed(source.name, taken, str(error))
        except Exception as error:
            return self._failed(source.name, taken, write_crash_report(error).message)
        return FetchReport(source.name, taken)

    def watch(self, source: Source, stop: Event, report: Callable[[FetchReport], None]) -> None:
        """Fetch and file until `stop` is set; `report` gets each result that is news."""
        failures, last_error = 0, ""

        def tell(found: FetchReport) -> None:
            nonlocal last_error
            if found.fetched or found.error != last_error:
                report(found)
            last_error = found.error

        while not stop.is_set():
            began = monotonic()
            found = self.fetch(source, stop.is_set)
            self._file_waiting(stop.is_set)
            tell(found)
            if not found.error and not stop.is_set() and (found := self._wait(source, stop)).error:
                tell(found)
            failures = failures + 1 if found.error else 0
            if failures:
                stop.wait(fetch_backoff(failures, random.random()).total_seconds())
            stop.wait(max(0.0, SHORTEST_PASS - (monotonic() - began)))
        source.close()

    def _wait(self, source: Source, stop: Event) -> FetchReport:
        seconds = self._context.mail.intake_poll
        try:
            if not source.wait(seconds, stop.is_set):
                stop.wait(seconds)
        except SourceFailed as error:
            return self._failed(source.name, 0, str(error))
        return FetchReport(source.name, 0)

    def _position(self, name: str) -> Position:
        alarm, now = self._context.mail.intake_alarm, self._context.now()
        known = sources.find(self._database, name)
        if known is None or known.alarm_minutes != alarm:
            with self._database.writing():
                sources.add(self._database, name, alarm, now)
        if known is None or (known.succeeded_at is None and not known.last_uid):
            return Position()
        return Position(known.uid_validity, known.last_uid, is_new=False)

    def _save_position(self, name: str, position: Position) -> None:
        with self._database.writing():
            sources.save_position(self._database, name, position.uid_validity, position.last_uid)

    def _note_success(self, name: str, taken: int) -> None:
        known, now = sources.find(self._database, name), self._context.now()
        last = known.succeeded_at if known and not known.error else None
        if taken or last is None or not timedelta() <= now - last < HEARTBEAT:
            with self._database.writing():
                sources.save_success(self._database, name, now)

    def _failed(self, name: str, taken: int, error: str) -> FetchReport:
        try:
            known = sources.find(self._database, name)
            if known is not None and known.error != error:
                with self._database.writing():
                    sources.save_error(self._database, name, error)
        except DeskError:
            # It is told all the same.
            pass
        return FetchReport(name, taken, error)
