"""Taking in tickets from a CSV file: all of them or none, or the good ones while the bad ones are set aside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from supportdesk.domain.errors import InvalidValue, quoted
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.moment import to_text
from supportdesk.domain.text import clean_line
from supportdesk.services.columns import ColumnChoice, RowReader
from supportdesk.services.context import Context, new_id
from supportdesk.services.csv_file import CsvFile, open_csv
from supportdesk.services.import_progress import WATCH_EVERY, Step, Watch, unwatched
from supportdesk.services.refused_rows import Refusals, SetAside, StopAtFirst
from supportdesk.services.ticket_columns import TICKET, Values
from supportdesk.services.whole_file import whole_file
from supportdesk.storage import journal
from supportdesk.storage.ticket_staging import Clash, Identity, StagedTicket, Staging, staging

IDENTITIES: tuple[Identity, ...] = ("id", "number")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many tickets went in and how many rows were set aside; the lowest and highest number given."""

    tickets: int
    rejected: int
    first: int | None = None
    last: int | None = None


class TicketImport:
    """The use case of taking in tickets."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def run(
        self,
        source: Path | BinaryIO,
        choice: ColumnChoice,
        *,
        encoding: str = "",
        delimiter: str = "",
        rejects: Path | None = None,
        dry_run: bool = False,
        watch: Watch = unwatched,
    ) -> Imported:
        """Files the tickets of a CSV file, or of a stream of its bytes, in one transaction; nobody is mailed.

        With `rejects`, bad rows go into that file, with the reason; without it, raises `InvalidValue` that
        names line, field and value of the first one. `dry_run` does everything but change the desk.
        """
        name = clean_line(source.name) if isinstance(source, Path) else "standard input"
        with ExitStack() as closing:
            file = closing.enter_context(open_csv(source, name, encoding=encoding, delimiter=delimiter))
            reader = RowReader(TICKET, choice, file.header)
            refused: Refusals = StopAtFirst()
            if rejects is not None:
                inputs = [source] if isinstance(source, Path) else []
                target = closing.enter_context(whole_file("rejects", rejects, self._database.path, *inputs))
                refused = SetAside(target, file.header)
            staged = closing.enter_context(staging(self._database))

            # Read, checked and staged first: others wait only while finished rows move in.
            identities = [field for field in IDENTITIES if field in reader.fields]
            keep_cells = rejects is not None and bool(identities)
            staged.fill(self._checked(file, reader, refused, watch, keep_cells=keep_cells))
            if not staged.count() + refused.count:
                raise InvalidValue(f"file: {name} has a header, but no rows", field="file")
            for field in identities:
                staged.index(field)
                _refuse(staged.repeated(field), field, "an earlier line has it", refused)
                _refuse(staged.taken(field), field, "a ticket of this desk has it", refused)
            if dry_run:
                refused.finish()
                return Imported(staged.count(), refused.count)
            with self._database.writing():
                for field in identities:
                    # Looked up again, now that nobody else can take one.
                    _refuse(staged.taken(field), field, "a ticket of this desk has it", refused)
                imported = self._save(staged, name, refused.count, watch)
                # Before the commit: no import without its bad rows in the file.
                refused.finish()
            return imported

    def _checked(
        self, file: CsvFile, reader: RowReader, refused: Refusals, watch: Watch, *, keep_cells: bool
    ) -> Iterator[StagedTicket]:
        now = to_text(self._context.now())
        for count, row in enumerate(file):
            if count % WATCH_EVERY == 0:
                watch(Step.READING, *(file.position() or (count, None)))
            try:
                if row.problem:
                    raise InvalidValue(row.problem)
                ticket = Values(**reader.read(row.cells))
            except InvalidValue as error:
                refused.add(row.place, row.cells, error)
                continue
            created_at = ticket.created_at or now
            yield StagedTicket(
                ticket.number,
                ticket.id or new_id(),
                ticket.title,
                ticket.description,
                ticket.priority,
                ticket.status,
                ticket.contact_email,
                created_at,
                ticket.updated_at or created_at,
                new_id(),
                int(row.place),
                json.dumps(row.cells) if keep_cells else None,
            )

    def _save(self, staged: Staging, name: str, rejected: int, watch: Watch) -> Imported:
        if not staged.count():
            return Imported(0, rejected)
        context, at = self._context, self._context.now()
        inserted = staged.insert(
            context.actor, f"imported from {name}", at, lambda done, total: watch(Step.SAVING, done, total)
        )
        journal.add(
            self._database,
            at=at,
            actor=context.actor,
            kind=EntryKind.TICKETS_IMPORTED,
            after={
                "tickets": str(inserted.tickets),
                "first": str(inserted.first),
                "last": str(inserted.last),
                "file": name,
            },
        )
        return Imported(inserted.tickets, rejected, inserted.first, inserted.last)


def _refuse(clashes: Iterable[Clash], field: Identity, reason: str, refused: Refusals) -> None:
    for clash in clashes:
        error = InvalidValue(f"{field}: {quoted(clash.value)} is taken; {reason}", field=field)
        refused.add(clash.line, json.loads(clash.cells or "[]"), error)
