"""Import of tickets from CSV files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace

from supportdesk.domain.address import display_name
from supportdesk.domain.errors import Conflict, InvalidValue, quoted
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.moment import to_text
from supportdesk.domain.text import clean_line
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.tickets.fields import TICKET, Values
from supportdesk.services.tickets.publishing import purge_stale_imports, save_tickets
from supportdesk.services.transfer.column_mapping import ColumnChoice, RowReader
from supportdesk.services.transfer.duplicates import OPTIONS, Duplicates
from supportdesk.services.transfer.import_session import (
    PLAIN,
    Detected,
    ImportOptions,
    ImportSession,
    Source,
    open_csv_import,
)
from supportdesk.services.transfer.rows import Row
from supportdesk.storage.tickets.publishing import Origin, TicketMover
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
        """Import the tickets of a CSV file, or of a stream of its bytes, all or none; nobody is mailed.

        Raises `InvalidValue` that names line, field and value of the first bad row, unless `rejects` takes them.
        """
        if not options.dry_run:
            purge_stale_imports(self._database)
        with ExitStack() as stack:
            file = stack.enter_context(open_csv_import(source, options, self._database.files))
            reader = file.reader(TICKET, choice)
            staged = stack.enter_context(staging(self._database))

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
            if not staged.count():
                file.finish()
                return Imported(0, file.rejected, duplicates=known, detected=file.detected)
            return replace(self._save(staged, identities, file), duplicates=known)

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
                clean_line(display_name(reader.cell("contact_email", row.cells))),
                created_at,
                ticket.updated_at or created_at,
                self._context.new_id(),
                int(row.place),
                json.dumps(row.cells) if keep_cells else None,
                ticket.created_at is not None,
            )

        return ticket_of

    def _save(self, staged: Staging, identities: Sequence[Identity], file: ImportSession) -> Imported:
        context, at, import_id = self._context, self._context.now(), self._context.new_id()
        origin = Origin(context.actor, context.account.login, f"imported from {file.name}", at)

        def check() -> None:
            for name in identities:
                if value := staged.first_taken(name):
                    raise Conflict(f"{name}: {quoted(value)} was taken meanwhile; nothing was imported", field=name)

        with closing(TicketMover(self._database, import_id, origin)) as mover:

            def finish() -> None:
                after = {"tickets": mover.total, "first": mover.first, "last": mover.last}
                write_entry(
                    context,
                    EntryKind.TICKETS_IMPORTED,
                    at=at,
                    after={
                        **{name: str(value) for name, value in after.items()},
                        "file": file.name,
                        "import": import_id,
                    },
                )
                file.finish()

            save_tickets(self._database, mover, import_id, check=check, finish=finish, watch=file.saving)
            return Imported(mover.total, file.rejected, mover.first, mover.last, detected=file.detected)


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
