"""Bringing the text index of the tickets up to date before a search."""

from __future__ import annotations

import time
from contextlib import suppress

from supportdesk.domain.errors import DeskError
from supportdesk.storage.database import Database


def index_messages(database: Database, seconds: float | None) -> None:
    """Index the messages that are not indexed yet, in short transactions; stop after some `seconds`, if given.

    Who cannot write the desk just now searches what is indexed.
    """
    text, began = database.engine.tickets, time.monotonic()
    with suppress(DeskError):
        while text.is_behind() and not database.engine.is_read_only:
            with database.writing():
                text.update()
            if seconds is not None and time.monotonic() - began > seconds:
                return
