"""Import session: reads rows, sets bad ones aside, and imports all good rows or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.time_formats import TimeReader
from supportdesk.services.transfer.atomic_file import atomic_file
from supportdesk.services.transfer.column_mapping import ColumnChoice, Fields, RowReader
from supportdesk.services.transfer.csv_reader import open_csv
from supportdesk.services.transfer.delimiters import delimiter_name
from supportdesk.services.transfer.progress import WATCH_EVERY, Step, Watch, unwatched
from supportdesk.services.transfer.rejects import RejectFile, RejectSink, StopAtFirst
from supportdesk.services.transfer.rows import Row, RowSource

Source = Path | BinaryIO
"""A file, or a stream of its bytes."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Options of an import that do not depend on the subject.

    `encoding`, `delimiter` and `date_format` are detected where they are empty. With `rejects`, bad rows go into that
    file, with the reason; without it, the first one stops everything. `dry_run` does everything but change the desk.
    """

    encoding: str = ""
    delimiter: str = ""
    rejects: Path | None = None
    dry_run: bool = False
    watch: Watch = unwatched
    date_format: str = ""


PLAIN = ImportOptions()
"""Everything is detected, and the first bad row ends the import."""


@dataclass(frozen=True, slots=True)
class Detected:
    """How a file was read: its encoding, the name of its delimiter (empty for none), and the formats of its times.

    `unused` has the headers of the columns that no field was read from.
    """

    encoding: str
    delimiter: str
    date_formats: tuple[str, ...]
    unused: tuple[str, ...] = ()


class DryRun(Exception):
    """Rolls back what a dry run has done; its arguments are the result."""


class ImportSession:
    """An import of one file in progress."""

    def __init__(self, rows: RowSource, rejects: RejectSink, options: ImportOptions) -> None:
        self.name = rows.name
        self.header = rows.header
        self.times = TimeReader(options.date_format)
        self.place = rows.place
        self._rows = rows
        self._rejects = rejects
        self._watch = options.watch
        self._unused: tuple[str, ...] = ()

    def reader(self, known: Fields, choice: ColumnChoice) -> RowReader:
        """Return what reads the fields of its rows; raises `InvalidValue` when the choice does not fit the header."""
        reader = RowReader(known, choice, self.header, self.times)
        self._unused = reader.unused
        return reader

    @property
    def rejected(self) -> int:
        """Return how many rows were rejected."""
        return self._rejects.count

    @property
    def detected(self) -> Detected:
        """Return how the file was read so far."""
        delimiter = delimiter_name(self._rows.delimiter) if self._rows.delimiter else ""
        return Detected(self._rows.encoding, delimiter, tuple(self.times.seen), self._unused)

    def checked(self, make: Callable[[int, Row], Made], rows: Iterable[Row] | None = None) -> Iterator[Made]:
        """Yield what `make` returns for each row and its number, from 1; rows it refuses are rejected.

        `rows` are those of the file, where somebody else has a word about them first.
        """
        for number, row in enumerate(self._rows if rows is None else rows, 1):
            if number % WATCH_EVERY == 1:
                self._watch(Step.READING, *(self._rows.position() or (number - 1, None)))
            try:
                if row.problem:
                    raise InvalidValue(row.problem)
                made = make(number, row)
            except InvalidValue as error:
                self._rejects.add(row.place, row.cells, error)
            else:
                yield made

    def refuse(self, place: int | str, cells: Sequence[str], error: InvalidValue) -> None:
        """Reject a row that could be read: raises `InvalidValue` that names its place, or sets it aside."""
        self._rejects.add(place, cells, error)

    def check_any(self, good: int) -> None:
        """Raise `InvalidValue` when there was no row at all, neither a `good` nor a rejected one."""
        if not good + self.rejected:
            raise InvalidValue(f"file: {self.name} has a header, but no rows", field="file")

    def saving(self, done: int, total: int) -> None:
        """Report how many of how many things are saved."""
        self._watch(Step.SAVING, done, total)

    def finish(self) -> None:
        """Publish the rejects file. Called before the commit: no import without it."""
        self._rejects.finish()


@contextmanager
def open_import(
    rows: RowSource, source: Source, options: ImportOptions, desk_files: Sequence[Path]
) -> Iterator[ImportSession]:
    """Open an import session; raises `InvalidValue` when the rejects would replace the source or the desk."""
    with ExitStack() as closing:
        rejects: RejectSink = StopAtFirst(rows.place)
        if options.rejects is not None:
            never = [*desk_files, source] if isinstance(source, Path) else desk_files
            target = closing.enter_context(atomic_file("rejects", options.rejects, *never))
            rejects = RejectFile(target, rows.header, rows.place)
        yield ImportSession(rows, rejects, options)


@contextmanager
def open_csv_import(source: Source, options: ImportOptions, desk_files: Sequence[Path]) -> Iterator[ImportSession]:
    """Open an import session on a CSV file; raises `InvalidValue` like `open_csv` and `open_import`."""
    with (
        open_csv(source, encoding=options.encoding, delimiter=options.delimiter) as rows,
        open_import(rows, source, options, desk_files) as file,
    ):
        yield file
