"""Copy of a desk to another place: from a file to a server, back, or to another of the same kind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

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
    with closing(Database(source, create=False)) as desk:
        files = _copy_files(source, target)
        try:
            with closing(Database(target)) as copy:
                rows = desk_copy.copy_desk(desk, copy, watch)
        except BaseException:
            _remove(target)
            raise
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


def _remove(target: DeskAddress) -> None:
    """Remove the file of a copy that was not completed; a server has rolled it back."""
    if isinstance(target, SqliteFile):
        for ending in ("", "-wal", "-shm"):
            Path(f"{target.path}{ending}").unlink(missing_ok=True)
