"""What every import does with a file: it reads row by row, refuses the bad ones, and lets all others in or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from supportdesk.domain.errors import InvalidValue
from supportdesk.services.transfer.atomic_file import whole_file
from supportdesk.services.transfer.progress import WATCH_EVERY, Step, Watch, unwatched
from supportdesk.services.transfer.rejects import Refusals, SetAside, StopAtFirst
from supportdesk.services.transfer.rows import Row, RowSource

Source = Path | BinaryIO
"""A file, or a stream of its bytes."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is taken in, whatever stands in it.

    `encoding` and `delimiter` are known by the file itself where they are empty. With `rejects`, bad rows go into that
    file, with the reason; without it, the first one stops everything. `dry_run` does everything but change the desk.
    """

    encoding: str = ""
    delimiter: str = ""
    rejects: Path | None = None
    dry_run: bool = False
    watch: Watch = unwatched


PLAIN = ImportOptions()
"""Nothing special is known of the file, and nothing bad is let pass."""


class Intake:
    """The rows of one file on their way in."""

    def __init__(self, rows: RowSource, refused: Refusals, watch: Watch) -> None:
        self.name = rows.name
        self.place = rows.place
        self._rows = rows
        self._refused = refused
        self._watch = watch

    @property
    def rejected(self) -> int:
        """How many rows were refused."""
        return self._refused.count

    def checked(self, make: Callable[[int, Row], Made], rows: Iterable[Row] | None = None) -> Iterator[Made]:
        """What `make` makes of each row and its number, from 1; those for which it raises `InvalidValue` are refused.

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
                self._refused.add(row.place, row.cells, error)
            else:
                yield made

    def refuse(self, place: int | str, cells: Sequence[str], error: InvalidValue) -> None:
        """Refuses a row that could be read: raises `InvalidValue` that names its place, or sets it aside."""
        self._refused.add(place, cells, error)

    def check_any(self, good: int) -> None:
        """Raises `InvalidValue` when there was no row at all, neither a `good` nor a refused one."""
        if not good + self.rejected:
            raise InvalidValue(f"file: {self.name} has a header, but no rows", field="file")

    def saving(self, done: int, total: int) -> None:
        """Tells who watches how many of how many things are saved."""
        self._watch(Step.SAVING, done, total)

    def finish(self) -> None:
        """Lets the file of bad rows appear. Called before the commit: no import without it."""
        self._refused.finish()


@contextmanager
def intake(rows: RowSource, source: Source, options: ImportOptions, desk_file: Path) -> Iterator[Intake]:
    """Takes in the rows read from a source; raises `InvalidValue` when bad ones would replace it, or the desk."""
    with ExitStack() as closing:
        refused: Refusals = StopAtFirst(rows.place)
        if options.rejects is not None:
            never = [desk_file, source] if isinstance(source, Path) else [desk_file]
            target = closing.enter_context(whole_file("rejects", options.rejects, *never))
            refused = SetAside(target, rows.header, rows.place)
        yield Intake(rows, refused, options.watch)
