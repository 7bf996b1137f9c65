"""Export of preferences."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from supportdesk.domain.preference import Preference, PreferenceQuery
from supportdesk.services.context import Context
from supportdesk.services.preferences.fields import FIELDS
from supportdesk.services.preferences.service import Preferences
from supportdesk.services.transfer.csv_writer import Writable
from supportdesk.services.transfer.export_format import Document, Form, save_export, write_documents


class PreferenceExport:
    """Use case: export preferences."""

    def __init__(self, context: Context, preferences: Preferences) -> None:
        self._desk_files = context.database.files
        self._preferences = preferences

    def write(self, query: PreferenceQuery, form: Form, out: Writable) -> int:
        """Write the stored preferences of a query as of one moment, by address; return how many they are."""
        # Closed here, so that a reader who leaves does not keep the desk in its transaction.
        with closing(self._preferences.stream(query)) as found:
            return write_documents(form, "preferences", FIELDS, map(_document, found), out)

    def save(self, query: PreferenceQuery, form: Form, path: Path) -> int:
        """Write preferences into a file; see `save_export`."""
        return save_export(lambda out: self.write(query, form, out), path, self._desk_files)


def _document(preference: Preference) -> Document:
    return {name: getattr(preference, name) for name in FIELDS}
