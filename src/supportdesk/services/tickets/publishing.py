"""Saving of staged tickets: small imports at once, large ones in parts that nobody sees until all of them are there."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from supportdesk.domain.errors import DeskError, Unavailable
from supportdesk.storage.database import Database
from supportdesk.storage.tickets.publishing import TicketMover, purge, stale_imports

AT_ONCE = 10_000
"""Up to so many tickets are saved in one transaction, where others wait for its end."""
CHARACTERS_AT_ONCE = 10_000_000
FIRST_PART = 2_000
LARGEST_PART = 20_000
LOCKED = 0.4
"""Seconds that the write lock is held for a part, about; a part is made as large as that allows."""
PAUSE = 0.12
"""Seconds between two parts; who waits for the lock asks for it at least every tenth of a second."""


def save_tickets(
    database: Database,
    mover: TicketMover,
    import_id: str,
    *,
    check: Callable[[], None],
    finish: Callable[[], None],
    watch: Callable[[int, int], None],
) -> None:
    """Save the tickets of a staging table, all of them or none.

    `check` refuses what somebody else has taken since, and `finish` completes the import; each is called inside a
    write transaction.
    """
    hides_unsaved = database.engine.hides_unsaved
    with database.writing():
        check()
        mover.reserve()
        if mover.total <= (FIRST_PART if hides_unsaved else AT_ONCE) and mover.characters <= CHARACTERS_AT_ONCE:
            watch(mover.move_all(), mover.total)
            finish()
            return
        mover.move_last()
    try:
        if hides_unsaved:
            _save_before_turn(database, mover, finish, watch)
        else:
            _save_hidden(database, mover, finish, watch)
    except BaseException as error:
        # When that fails too, the next import does it.
        with suppress(DeskError):
            _purge(database, import_id)
        if isinstance(error, Unavailable):
            # Of what somebody else has taken between the parts, the database says no more than that it is there.
            with suppress(Unavailable), database.writing():
                check()
        raise


def _save_hidden(
    database: Database, mover: TicketMover, finish: Callable[[], None], watch: Callable[[int, int], None]
) -> None:
    """Save the tickets in short transactions, hidden, and show them in the last one."""
    done, part = 0, FIRST_PART
    while done < mover.total:
        time.sleep(PAUSE)
        with database.writing():
            began = time.monotonic()
            mover.move_hidden(done + 1, part)
        seconds = max(time.monotonic() - began, 0.001)
        done += part
        watch(min(done, mover.total), mover.total)
        part = min(max(int(part * min(LOCKED / seconds, 2)), 100), LARGEST_PART)
    time.sleep(PAUSE)
    with database.writing():
        mover.publish()
        finish()


def _save_before_turn(
    database: Database, mover: TicketMover, finish: Callable[[], None], watch: Callable[[int, int], None]
) -> None:
    """Save the tickets in one transaction, which waits for its turn when only the counts are left."""
    with database.writing(turn_last=True):
        for done in range(0, mover.total, FIRST_PART):
            mover.move_uncounted(done + 1, FIRST_PART)
            watch(min(done + FIRST_PART, mover.total), mover.total)
        database.take_turn()
        mover.publish()
        finish()


def purge_stale_imports(database: Database) -> None:
    """Remove what imports that were killed have left."""
    for import_id in stale_imports(database):
        _purge(database, import_id)


def _purge(database: Database, import_id: str) -> None:
    more = True
    while more:
        with database.writing():
            more = purge(database, import_id)
        time.sleep(PAUSE)
