"""Health and backup of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import time

from supportdesk import __version__
from supportdesk.domain import moment
from supportdesk.domain.desk_address import DeskAddress, SqliteFile, files_folder, sqlite_file
from supportdesk.domain.errors import DeskError, InvalidValue, NotAllowed, Unavailable
from supportdesk.domain.mail.incoming import Outcome
from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.domain.moment import to_text
from supportdesk.domain.query import TicketQuery
from supportdesk.services.context import Context
from supportdesk.services.conversation.attachments import content_store
from supportdesk.services.intake.alarms import alarms
from supportdesk.services.intake.storing import store_of
from supportdesk.services.mail import carrier
from supportdesk.services.transfer.atomic_file import check_own_link
from supportdesk.storage.conversation.attachments import contents
from supportdesk.storage.desk_files import FilesAdded, add_missing, remove_others
from supportdesk.storage.intake import queries as intake
from supportdesk.storage.mail import notifications, provider_state
from supportdesk.storage.sqlite import restore
from supportdesk.storage.sqlite.restore import CopyContent, Restored
from supportdesk.storage.tickets import queries as tickets


@dataclass(frozen=True, slots=True)
class Backup:
    """The size of a copy in bytes, how many raw mails and attachments are beside it, and how many of them are new."""

    bytes: int
    files: int
    added: int


def check_copy(desk: DeskAddress, copy: Path) -> CopyContent:
    """Return what a backup holds; raise a `DeskError` when it cannot take the place of the desk."""
    file = sqlite_file(desk)
    if copy.exists() and file.exists() and copy.samefile(file):
        raise InvalidValue(f"file: {copy} is the desk itself", field="file")
    return restore.check_copy(copy)


def restore_desk(desk: DeskAddress, copy: Path) -> Restored:
    """Put a backup in the place of the desk, which is set aside; open apps open the new file."""
    return restore.restore(sqlite_file(desk), copy, moment.now())


class Maintenance:
    """Use cases of an administrator."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def health(self) -> Mapping[str, object]:
        """Return the state of a desk that can be read and written; raise a `DeskError` when it cannot.

        Its status is `ALARM`, with the reason as its message, when mail that should come in does not.
        """
        with self._database.writing():
            self._database.prove_writable()
            mails = notifications.counts(self._database)
            oldest = notifications.oldest_waiting(self._database)
            service = provider_state.get_state(self._database, self._context.mail.provider, self._context.now())
            incoming = intake.outcome_counts(self._database)
            count = tickets.count(self._database, TicketQuery())
        store = store_of(self._database)
        alarm = next(alarms(self._context, store), None)
        return {
            "status": "ALARM" if alarm else "OK",
            "message": alarm.sentence if alarm else "Support desk is running",
            "version": __version__,
            "db": self._database.name,
            "tickets": count.rows,
            "notifications_waiting": mails[DeliveryStatus.PENDING],
            "oldest_waiting_since": oldest,
            "notifications_failed": mails[DeliveryStatus.FAILED],
            "notifications_unknown": mails[DeliveryStatus.UNKNOWN],
            "mail_provider": self._context.mail.provider,
            "mail_paused_until": to_text(service.paused_until) if service.paused_until else None,
            "experiment_alerts": _experiment_alerts(self._context) or None,
            "mails_to_file": sum(1 for _ in store.waiting()),
            "mails_parked": incoming.get(Outcome.PARKED, 0),
            "mails_failed": incoming.get(Outcome.FAILED, 0),
            "mail_error": carrier.delivery_blocked_reason(self._context) or service.error or None,
        }

    def backup(self, target: Path, *, replace: bool = False) -> Backup:
        """Copy the desk as of one moment while others work on, with its raw mails and attachments.

        The copy appears under its name only when it is whole, and its files beside it; those that an earlier copy of
        this name has are not copied again. Raises `NotAllowed` when the target exists
        and is not to be replaced, `InvalidValue` when no copy can have that name, `Unavailable` when it
        cannot be written.
        """
        try:
            self._check_target(target, replace=replace)
            if not self._database.is_read_only and self._files_folder() is not None:
                content_store(self._context).remove_unused(
                    lambda: {name for name, _ in contents(self._database)}, time()
                )
            source, kept = self._files_folder(), files_folder(SqliteFile(target))
            files = FilesAdded(0, 0)

            def add_files() -> None:
                nonlocal files
                if source is not None:
                    files = add_missing(source, kept)

            self._database.copy_to(target, add_files)
            if source is not None:
                remove_others(source, kept)
            return Backup(target.stat().st_size, files.files, files.added)
        except OSError as error:
            raise Unavailable(f"the copy {target} cannot be written: {error.strerror}", field="file") from error

    def _files_folder(self) -> Path | None:
        """Return the folder of mails and attachments; None where the address names none, so that there are none."""
        try:
            return self._database.files_folder
        except Unavailable:
            return None

    def _check_target(self, target: Path, *, replace: bool) -> None:
        check_own_link("file", target)
        if target.exists() and any(target.samefile(file) for file in self._database.files if file.exists()):
            raise InvalidValue(f"file: {target} is the desk itself", field="file")
        if target.is_dir():
            raise InvalidValue(f"file: {target} is a folder; it must be a file", field="file")
        if target.exists() and not target.is_file():
            raise InvalidValue(f"file: {target} is not a regular file; choose another name", field="file")
        if target.exists() and not replace:
            raise NotAllowed(f"file: {target} exists; choose another name or pass --replace", field="file")
        if not target.parent.is_dir():
            raise InvalidValue(f"file: the folder {target.parent} does not exist", field="file")


def _experiment_alerts(context: Context) -> list[str]:
    # Lazy import: only `health` looks at experiments.
    from supportdesk.services.experiments.alerts import alerts

    try:
        return [each.sentence for each in alerts(context)]
    except DeskError as error:
        # A row that cannot be read costs the alerts, not the desk its health.
        return [error.message]
