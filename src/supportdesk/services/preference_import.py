"""Taking in preferences from a CSV file: all of them, or the good ones with the bad set aside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from supportdesk.domain.address import address_key
from supportdesk.domain.errors import InvalidValue, quoted
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.text import clean_line
from supportdesk.services.columns import ColumnChoice, RowReader
from supportdesk.services.context import Context, new_id
from supportdesk.services.csv_file import CsvFile, open_csv
from supportdesk.services.import_progress import WATCH_EVERY, Step, Watch, unwatched
from supportdesk.services.preference_columns import PREFERENCE, Values
from supportdesk.services.refused_rows import Refusals, SetAside, StopAtFirst
from supportdesk.services.whole_file import whole_file
from supportdesk.storage import journal
from supportdesk.storage.preference_staging import StagedPreference, staging


@dataclass(frozen=True, slots=True)
class Imported:
    """For how many people preferences went in, and how many rows were set aside."""

    preferences: int
    rejected: int


class PreferenceImport:
    """The use case of taking in preferences."""

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
        """Sets the preferences of a CSV file, or of a stream of its bytes, in one transaction.

        What a row does not say stays as it is for this person. Mail that waits follows, as when one is set by hand.
        With `rejects`, bad rows go into that file, with the reason; without it, raises `InvalidValue` that names
        line, field and value of the first one. `dry_run` does everything but change the desk.
        """
        name = clean_line(source.name) if isinstance(source, Path) else "standard input"
        with ExitStack() as closing:
            file = closing.enter_context(open_csv(source, name, encoding=encoding, delimiter=delimiter))
            reader = RowReader(PREFERENCE, choice, file.header)
            refused: Refusals = StopAtFirst()
            if rejects is not None:
                inputs = [source] if isinstance(source, Path) else []
                target = closing.enter_context(whole_file("rejects", rejects, self._database.path, *inputs))
                refused = SetAside(target, file.header)
            staged = closing.enter_context(staging(self._database))

            # Read and checked first: others wait only while finished rows go in.
            staged.fill(_checked(file, reader, refused, watch))
            for line, email, cells in staged.repeated():
                again = InvalidValue(f"email: {quoted(email)} is named twice; an earlier line has it", field="email")
                refused.add(line, cells, again)
            count = staged.count()
            if not count + refused.count:
                raise InvalidValue(f"file: {name} has a header, but no rows", field="file")
            if dry_run:
                refused.finish()
                return Imported(count, refused.count)
            with self._database.writing():
                if count:
                    watch(Step.SAVING, 0, count)
                    entry = journal.add(
                        self._database,
                        at=self._context.now(),
                        actor=self._context.actor,
                        kind=EntryKind.PREFERENCES_IMPORTED,
                        after={"preferences": str(count), "file": name},
                    )
                    staged.save(self._context.now(), entry)
                # Before the commit: no import without its bad rows in the file.
                refused.finish()
            return Imported(count, refused.count)


def _checked(file: CsvFile, reader: RowReader, refused: Refusals, watch: Watch) -> Iterator[StagedPreference]:
    for count, row in enumerate(file):
        if count % WATCH_EVERY == 0:
            watch(Step.READING, *(file.position() or (count, None)))
        try:
            if row.problem:
                raise InvalidValue(row.problem)
            values = Values(**reader.read(row.cells))
        except InvalidValue as error:
            refused.add(row.place, row.cells, error)
            continue
        yield StagedPreference(
            new_id(),
            values.email,
            address_key(values.email),
            values.email_notifications,
            values.sms_notifications,
            values.notification_frequency,
            values.preferred_language,
            int(row.place),
            row.cells,
        )
