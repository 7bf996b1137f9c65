"""Copy of a desk to another place: from a file to a server, back, or to another of the same kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from supportdesk.domain.desk_address import DeskAddress, SqliteFile, files_folder
from supportdesk.domain.errors import InvalidValue, NotAllowed, Unavailable
from supportdesk.storage import desk_copy
from supportdesk.storage.database import Database
from supportdesk.storage.desk_files import add_missing


@dataclass(frozen=True, slots=True)
class CopiedDesk:
    """How many rows each table of a copy has, and how many files lie beside it."""

    rows: dict[str, int]
    files: int


def copy_desk(source: DeskAddress, target: DeskAddress, watch: Callable[[str, int], None]) -> CopiedDesk:
    """Copy a whole desk, with its files, into a new or empty one; all of it, or nothing.

    Others may work on the source meanwhile: the copy is as of one moment. Raises a `DeskError`.
    """
    if source.identity == target.identity:
        raise InvalidValue("to: that is the desk itself", field="to")
    if isinstance(target, SqliteFile) and target.path.exists():
        raise NotAllowed(f"to: {target} exists; choose another name", field="to")
    with closing(Database(source, create=False)) as desk, _place(target) as place:
        files = _copy_files(source, target)
        with closing(Database(place)) as copy:
            rows = desk_copy.copy_desk(desk, copy, watch)
    return CopiedDesk(rows, files)


def _copy_files(source: DeskAddress, target: DeskAddress) -> int:
    """Copy mails and attachments before any row names them; return how many there are."""
    try:
        folder = files_folder(source)
    except Unavailable:
        # A desk that has never had any.
        return 0
    if not folder.is_dir():
        return 0
    try:
        return add_missing(folder, files_folder(target)).files
    except OSError as error:
        raise Unavailable(f"the desk's files cannot be copied: {error.strerror}", field="to") from error


@contextmanager
def _place(target: DeskAddress) -> Iterator[DeskAddress]:
    """Yield where to write a copy; a file appears under its name when the block has ended well.

    A server rolls back what was not completed, whatever became of this program.
    """
    if not isinstance(target, SqliteFile):
        yield target
        return
    try:
        with TemporaryDirectory(prefix=".supportdesk-", dir=target.path.parent) as folder:
            partial = SqliteFile(Path(folder) / target.path.name)
            yield partial
            partial.path.rename(target.path)
    except OSError as error:
        raise Unavailable(f"the copy {target} cannot be written: {error.strerror}", field="to") from error
