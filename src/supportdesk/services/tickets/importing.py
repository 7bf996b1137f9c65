"""Import of tickets from CSV files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from supportdesk.domain.errors import InvalidValue, quoted
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.moment import to_text
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.tickets.fields import TICKET, Values
from supportdesk.services.transfer.column_mapping import ColumnChoice, RowReader
from supportdesk.services.transfer.csv_reader import open_csv
from supportdesk.services.transfer.duplicates import OPTIONS, Duplicates
from supportdesk.services.transfer.import_session import (
    PLAIN,
    Detected,
    ImportOptions,
    ImportSession,
    Source,
    open_import,
)
from supportdesk.services.transfer.rows import Row
from supportdesk.storage.tickets.staging import Clash, Identity, Known, StagedTicket, Staging, staging

IDENTITIES: tuple[Identity, ...] = ("id", "number")


@dataclass(frozen=True, slots=True)
class Imported:
    """Result of an import: tickets, rejected rows, lowest and highest number."""

    tickets: int
    rejected: int
    first: int | None = None
    last: int | None = None
    duplicates: int = 0
    detected: Detected | None = field(default=None, compare=False)


class TicketImport:
    """Use case: import tickets."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def run(
        self,
        source: Source,
        choice: ColumnChoice,
        options: ImportOptions = PLAIN,
        *,
        duplicates: Duplicates = Duplicates.REFUSE,
    ) -> Imported:
        """Import the tickets of a CSV file, or of a stream of its bytes, in one transaction; nobody is mailed.

        Raises `InvalidValue` that names line, field and value of the first bad row, unless `rejects` takes them.
        """
        with ExitStack() as closing:
            rows = closing.enter_context(open_csv(source, encoding=options.encoding, delimiter=options.delimiter))
            file = closing.enter_context(open_import(rows, source, options, self._database.path))
            reader = RowReader(TICKET, choice, rows.header, file.times)
            staged = closing.enter_context(staging(self._database))

            # Rows are read and checked in staging tables, without a lock on the desk.
            identities = [field for field in IDENTITIES if field in reader.fields]
            staged.fill(file.checked(self._ticket_of(reader, keep_cells=options.rejects is not None)))
            file.check_any(staged.count())
            for field in identities:
                staged.index(field)
                _refuse(staged.repeated(field), field, "an earlier line has it", file)
            known = self._resolve_duplicates(staged, identities, duplicates, file)
            if options.dry_run:
                file.finish()
                return Imported(staged.count(), file.rejected, duplicates=known, detected=file.detected)
            with self._database.writing():
                for field in identities:
                    # Checked again under the write lock.
                    _refuse(staged.taken(field), field, "a ticket of this desk has it", file)
                imported = self._save(staged, file)
                file.finish()
            return replace(imported, duplicates=known)

    def _resolve_duplicates(
        self, staged: Staging, identities: Sequence[Identity], policy: Duplicates, file: ImportSession
    ) -> int:
        """Refuse, drop or renew the tickets that the desk has already; return how many there are."""
        many = staged.find_known(identities, texts=policy is not Duplicates.KEEP)
        if policy is Duplicates.KEEP:
            staged.renew_identities(self._context.new_id)
            return many
        if policy is Duplicates.REFUSE:
            for known in staged.known():
                file.refuse(known.line, json.loads(known.cells or "[]"), _already_there(known, many))
        staged.drop_known()
        return many

    def _ticket_of(self, reader: RowReader, *, keep_cells: bool) -> Callable[[int, Row], StagedTicket]:
        now = to_text(self._context.now())

        def ticket_of(number: int, row: Row) -> StagedTicket:
            ticket = Values(**reader.read(row.cells))
            created_at = ticket.created_at or now
            return StagedTicket(
                ticket.number,
                ticket.id or self._context.new_id(),
                ticket.title,
                ticket.description,
                ticket.priority,
                ticket.status,
                ticket.contact_email,
                created_at,
                ticket.updated_at or created_at,
                self._context.new_id(),
                int(row.place),
                json.dumps(row.cells) if keep_cells else None,
                ticket.created_at is not None,
            )

        return ticket_of

    def _save(self, staged: Staging, file: ImportSession) -> Imported:
        if not staged.count():
            return Imported(0, file.rejected, detected=file.detected)
        context, at = self._context, self._context.now()
        inserted = staged.insert(context.actor, f"imported from {file.name}", at, file.saving)
        write_entry(
            context,
            EntryKind.TICKETS_IMPORTED,
            at=at,
            after={
                "tickets": str(inserted.tickets),
                "first": str(inserted.first),
                "last": str(inserted.last),
                "file": file.name,
            },
        )
        return Imported(inserted.tickets, file.rejected, inserted.first, inserted.last, detected=file.detected)


def _already_there(known: Known, many: int) -> InvalidValue:
    if known.field:
        what = f"{known.field}: {quoted(known.value)} is taken; a ticket of this desk has it"
    else:
        what = f"this desk has the ticket already, as #{known.number}"
    return InvalidValue(f"{what} ({many:,} of the file are there); {OPTIONS}", field=known.field or None)


def _refuse(clashes: Iterable[Clash], field: Identity, reason: str, file: ImportSession) -> None:
    for clash in clashes:
        error = InvalidValue(f"{field}: {quoted(clash.value)} is taken; {reason}", field=field)
        file.refuse(clash.line, json.loads(clash.cells or "[]"), error)
