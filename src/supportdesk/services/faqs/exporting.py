"""Export of FAQs."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from supportdesk.domain.errors import InvalidValue, Unavailable
from supportdesk.domain.faq import Faq, FaqQuery
from supportdesk.domain.moment import to_text
from supportdesk.domain.page import END, Seek
from supportdesk.services.context import Context
from supportdesk.services.faqs.fields import FIELDS
from supportdesk.services.transfer import front_matter
from supportdesk.services.transfer.atomic_file import is_shared, partial_name, sync_folder, write_private
from supportdesk.services.transfer.csv_writer import Writable
from supportdesk.services.transfer.export_format import Document, Form, save_export, write_documents
from supportdesk.storage.faqs import queries as faqs

PAGE = 500
NAME_LIMIT = 50


class FaqExport:
    """Use case: export FAQs."""

    def __init__(self, context: Context) -> None:
        self._database = context.database

    def write(self, query: FaqQuery, form: Form, out: Writable) -> int:
        """Write the FAQs of a list as of one moment, by number; return how many they are."""
        return write_documents(form, "faqs", FIELDS, map(_document, self._all(query)), out)

    def save(self, query: FaqQuery, form: Form, path: Path) -> int:
        """Write FAQs into a file; see `save_export`."""
        return save_export(lambda out: self.write(query, form, out), path, self._database.files)

    def save_folder(self, query: FaqQuery, folder: Path) -> int:
        """Write one Markdown file for each FAQ, named after its question, into a new or empty folder.

        Raises `InvalidValue` when it is neither, `Unavailable` when the disk does not take it; then it is
        as it was.
        """
        names: set[str] = set()
        with _new_files(folder) as place:
            for faq in self._all(query):
                name = _file_name(faq.question, names)
                names.add(name)
                document = {field: str(value) for field, value in _document(faq).items() if field in FIELDS}
                answer = document.pop("answer")
                write_private(place / name, front_matter.written(document, answer))
        return len(names)

    def _all(self, query: FaqQuery) -> list[Faq]:
        # Together: nobody waits while a slow reader takes them, and there are not many.
        found: list[Faq] = []
        seek = END
        with self._database.reading():
            while page := faqs.page(self._database, query, seek, PAGE):
                found += reversed(page)
                seek = Seek(query.sort_key(page[0]), backwards=True)
        return found


@contextmanager
def _new_files(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder whose files are moved into `folder` when the block succeeds."""
    try:
        made = not folder.exists()
        if not made and not folder.is_dir():
            raise InvalidValue(f"folder: {folder} is a file; it must be a folder", field="folder")
        if not made and any(folder.iterdir()):
            raise InvalidValue(f"folder: {folder} is not empty; it must be a new or an empty folder", field="folder")
        if made and not folder.parent.is_dir():
            raise InvalidValue(f"folder: the folder {folder.parent} does not exist", field="folder")
        if made:
            folder.mkdir(mode=0o700)
            if is_shared(folder.parent):
                folder.chmod(0o2770)
        # Inside, so that moving is renaming; hidden, so that an import does not take what a killed export left.
        partial = partial_name(folder / "faqs")
        partial.mkdir(mode=0o700)
        try:
            yield partial
            for path in partial.iterdir():
                path.rename(folder / path.name)
            sync_folder(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
            if made and not any(folder.iterdir()):
                folder.rmdir()
    except OSError as error:
        raise Unavailable(f"folder: {folder} cannot be written: {error.strerror}", field="folder") from error


def _file_name(question: str, taken: set[str]) -> str:
    letters = "".join(
        letter for letter in unicodedata.normalize("NFKD", question.casefold()) if not unicodedata.combining(letter)
    )
    # Letters of any script stay; a file name may have 255 bytes, and a letter has up to four.
    slug = re.sub(r"[\W_]+", "-", letters)[:NAME_LIMIT].strip("-") or "faq"
    name, number = f"{slug}.md", 1
    while name in taken:
        number += 1
        name = f"{slug}-{number}.md"
    return name


def _document(faq: Faq) -> Document:
    return {
        "id": faq.id,
        "number": faq.number,
        "question": faq.question,
        "answer": faq.answer,
        "category": faq.category,
        "created_at": to_text(faq.created_at),
        "updated_at": to_text(faq.updated_at),
        "version": faq.version,
        "reads": faq.reads,
        "helpful": faq.helpful,
        "unhelpful": faq.unhelpful,
    }
