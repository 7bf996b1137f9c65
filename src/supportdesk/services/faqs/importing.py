"""Import of FAQs from CSV files and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from supportdesk.domain.errors import InvalidValue, quoted
from supportdesk.domain.faq import question_key
from supportdesk.domain.index_text import index_form
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.moment import to_text
from supportdesk.services.context import Context
from supportdesk.services.faqs.fields import FAQ, Values
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.transfer.column_mapping import ColumnChoice
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
from supportdesk.services.transfer.markdown_reader import MarkdownFolder
from supportdesk.services.transfer.rows import Row, RowSource
from supportdesk.storage.faqs import bulk as faq_bulk
from supportdesk.storage.faqs.bulk import FaqToInsert

COUNT_LIMIT = 20_000
"""Many times what people can look after; they are held in memory."""


@dataclass(frozen=True, slots=True)
class Imported:
    """Result of an import: FAQs, rejected rows, duplicates, first and last number."""

    faqs: int
    rejected: int
    duplicates: int
    first: int | None = None
    last: int | None = None
    detected: Detected | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A valid row that may still clash with others."""

    place: int | str
    cells: Sequence[str]
    values: Values
    key: str
    indexed_question: str | None
    indexed_answer: str | None


class FaqImport:
    """Use case: import FAQs."""

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
        """Add the FAQs of Markdown (a folder or a file), a CSV file, or a stream of its bytes, in one transaction.

        Raises `InvalidValue` that names place, field and value of the first bad row, unless `rejects` takes them.
        """
        with ExitStack() as closing:
            rows: RowSource
            if isinstance(source, Path) and (source.is_dir() or source.suffix.lower() == ".md"):
                rows = MarkdownFolder(source, "question", "answer", encoding=options.encoding)
            else:
                rows = closing.enter_context(open_csv(source, encoding=options.encoding, delimiter=options.delimiter))
            file = closing.enter_context(open_import(rows, source, options, self._database.files))
            reader = file.reader(FAQ, choice)

            # Rows are read and checked before the desk is locked.
            candidates = list(
                file.checked(
                    lambda number, row: _candidate(row, Values(**reader.read(row.cells))),
                    _not_too_many(rows),
                )
            )
            file.check_any(len(candidates))
            if isinstance(rows, MarkdownFolder):
                # File names say nothing of what came first.
                now = to_text(self._context.now())
                candidates.sort(key=lambda candidate: candidate.values.created_at or now)
            with self._database.reading() if options.dry_run else self._database.writing():
                good, same = self._without_clashes(candidates, duplicates, file)
                first = last = None
                if good and not options.dry_run:
                    first, last = self._save(good, file)
                file.finish()
            return Imported(len(good), file.rejected, same, first, last, file.detected)

    def _without_clashes(
        self, candidates: Sequence[_Candidate], duplicates: Duplicates, file: ImportSession
    ) -> tuple[list[FaqToInsert], int]:
        """Return the FAQs to insert and the number of duplicates."""
        now = to_text(self._context.now())
        ids = dict.fromkeys(faq_bulk.known_ids(self._database), "an FAQ of this desk has or had it")
        asked = {key: f"FAQ #{number} of this desk" for key, number in faq_bulk.asked(self._database).items()}
        good, same = [], 0
        for candidate in candidates:
            values, key = candidate.values, candidate.key
            if values.id in ids:
                error = InvalidValue(f"id: {quoted(values.id)} is taken; {ids[values.id]}", field="id")
                file.refuse(candidate.place, candidate.cells, error)
                continue
            if key in asked:
                same += 1
                if duplicates is Duplicates.SKIP:
                    continue
                if duplicates is Duplicates.REFUSE:
                    file.refuse(candidate.place, candidate.cells, _asked_already(values.question, asked[key]))
                    continue
            where = f"{file.place} {candidate.place}"
            asked.setdefault(key, where)
            if values.id:
                ids[values.id] = f"{where} has it"
            created_at = values.created_at or now
            good.append(
                FaqToInsert(
                    values.id or self._context.new_id(),
                    values.question,
                    values.answer,
                    values.category,
                    created_at,
                    values.updated_at or created_at,
                    key,
                    candidate.indexed_question,
                    candidate.indexed_answer,
                )
            )
        return good, same

    def _save(self, faqs: Sequence[FaqToInsert], file: ImportSession) -> tuple[int, int]:
        context, at = self._context, self._context.now()
        file.saving(0, len(faqs))
        first, last = faq_bulk.insert_all(self._database, faqs, context.actor, at)
        write_entry(
            context,
            EntryKind.FAQS_IMPORTED,
            at=at,
            after={"faqs": str(len(faqs)), "first": str(first), "last": str(last), "file": file.name},
        )
        return first, last


def _candidate(row: Row, values: Values) -> _Candidate:
    """Return a row with all that can be computed before the desk is locked."""
    return _Candidate(
        row.place,
        row.cells,
        values,
        question_key(values.question),
        index_form(values.question),
        index_form(values.answer),
    )


def _not_too_many(rows: RowSource) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count == COUNT_LIMIT:
            raise InvalidValue(
                f"file: {rows.name} has more than {COUNT_LIMIT:,} rows; are they FAQs? Import them in parts",
                field="file",
            )
        yield row


def _asked_already(question: str, other: str) -> InvalidValue:
    return InvalidValue(f"question: {quoted(question)} already exists: {other}; {OPTIONS}", field="question")
