"""Writing preferences out one by one: as the CSV that an import takes, or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from supportdesk.domain.preference import Preference, PreferenceQuery
from supportdesk.services.context import Context
from supportdesk.services.export_form import Document, Form, Writable, write_documents
from supportdesk.services.preference_columns import FIELDS
from supportdesk.services.preferences import Preferences
from supportdesk.services.whole_file import whole_file


class PreferenceExport:
    """The use case of writing preferences out."""

    def __init__(self, context: Context, preferences: Preferences) -> None:
        self._desk_file = context.database.path
        self._preferences = preferences

    def write(self, query: PreferenceQuery, form: Form, out: Writable) -> int:
        """Writes the stored preferences of a query as of one moment, by address; gives how many they are."""
        done = 0

        def documents(found: Iterable[Preference]) -> Iterator[Document]:
            nonlocal done
            for preference in found:
                yield {name: getattr(preference, name) for name in FIELDS}
                done += 1

        # Closed here, so that a reader who leaves does not keep the desk in its transaction.
        with closing(self._preferences.stream(query)) as found:
            write_documents(form, "preferences", FIELDS, documents(found), out)
        return done

    def save(self, query: PreferenceQuery, form: Form, path: Path) -> int:
        """Like `write`, into a file that appears, or is replaced, when it is complete.

        Raises `InvalidValue` when there cannot be such a file, `Unavailable` when the disk does not take it.
        """
        with whole_file("output", path, self._desk_file) as file:
            done = self.write(query, form, file.text)
            file.finish()
        return done
