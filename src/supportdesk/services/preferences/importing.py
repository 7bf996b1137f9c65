"""Import of preferences from CSV files."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field

from supportdesk.domain.address import address_key
from supportdesk.domain.errors import InvalidValue, quoted
from supportdesk.domain.journal import EntryKind
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.preferences.fields import PREFERENCE, Values
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import PLAIN, Detected, ImportOptions, Source, open_csv_import
from supportdesk.services.transfer.rows import Row
from supportdesk.storage.preferences.staging import StagedPreference, staging


@dataclass(frozen=True, slots=True)
class Imported:
    """Result of an import: people whose preferences were set, and rejected rows."""

    preferences: int
    rejected: int
    detected: Detected | None = field(default=None, compare=False)


class PreferenceImport:
    """Use case: import preferences."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def run(self, source: Source, choice: ColumnChoice, options: ImportOptions = PLAIN) -> Imported:
        """Set the preferences of a CSV file, or of a stream of its bytes, in one transaction.

        What a row does not say stays as it is for this person. Mail that waits follows, as when one is set by hand.
        Raises `InvalidValue` that names line, field and value of the first bad row, unless `rejects` takes them.
        """
        with ExitStack() as closing:
            file = closing.enter_context(open_csv_import(source, options, self._database.files))
            reader = file.reader(PREFERENCE, choice)
            staged = closing.enter_context(staging(self._database))

            # Rows are read and checked before the desk is locked.
            staged.fill(
                file.checked(
                    lambda number, row: _preference(self._context.new_id(), row, Values(**reader.read(row.cells)))
                )
            )
            for line, email, cells in staged.repeated():
                again = InvalidValue(f"email: {quoted(email)} is named twice; an earlier line has it", field="email")
                file.refuse(line, cells, again)
            count = staged.count()
            file.check_any(count)
            if options.dry_run:
                file.finish()
                return Imported(count, file.rejected, file.detected)
            with self._database.writing():
                if count:
                    file.saving(0, count)
                    entry = write_entry(
                        self._context,
                        EntryKind.PREFERENCES_IMPORTED,
                        after={"preferences": str(count), "file": file.name},
                    )
                    staged.save(self._context.now(), entry)
                file.finish()
            return Imported(count, file.rejected, file.detected)


def _preference(new_id: str, row: Row, values: Values) -> StagedPreference:
    return StagedPreference(
        new_id,
        values.email,
        address_key(values.email),
        values.email_notifications,
        values.sms_notifications,
        values.notification_frequency,
        values.preferred_language,
        int(row.place),
        row.cells,
    )
