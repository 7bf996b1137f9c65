"""The file of the demo desk: built completely or not at all."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from supportdesk.domain.errors import Unavailable
from supportdesk.sample.replay import fill

FILES_BESIDE = ("-wal", "-shm")


@contextmanager
def demo_desk(folder: Path, *, fresh: bool = False) -> Iterator[Path]:
    """Yield the demo desk's file in `folder`, kept in place while the block runs.

    It is built when it is missing, and anew when `fresh`. Raises `Unavailable` when it is to be built while
    another window uses it: a desk must not be replaced under somebody who works on it.
    """
    path = folder / "demo.db"
    try:
        lock = (folder / "demo.lock").open("w")
    except OSError as error:
        raise Unavailable(f"the demo desk cannot be made in {folder}: {error.strerror}") from error
    with lock:
        if fresh or not path.exists():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Unavailable("the demo desk is in use in another window; leave it there first") from None
            _build(path)
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield path


def _build(path: Path) -> None:
    partial = path.with_name("demo.partial.db")
    _remove(partial)
    fill(partial)
    # What a killed app left beside the old desk would be taken for a part of the new one.
    _remove(path)
    partial.replace(path)


def _remove(path: Path) -> None:
    for name in (path.name, *(path.name + ending for ending in FILES_BESIDE)):
        path.with_name(name).unlink(missing_ok=True)
