"""Alarms: mail does not come in, or is not filed, and somebody should know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from supportdesk.domain import moment
from supportdesk.services.context import Context
from supportdesk.storage.intake import sources
from supportdesk.storage.intake.raw_store import RawStore

LATE = timedelta(minutes=5)
"""Mail that has waited for longer is filed by nobody."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that somebody should look at: in a few words for a title, in a sentence, and what to do."""

    title: str
    sentence: str
    advice: str


def alarms(context: Context, store: RawStore) -> Iterator[Alarm]:
    """Yield what is wrong with mail that should come in."""
    now = context.now()
    for source in sources.every(context.database):
        since = source.silent_since(now)
        if since is not None:
            why = f": {source.error}" if source.error else ""
            yield Alarm(
                f"no mail has come in since {moment.clock(since)}",
                f"no mail could be fetched from {source.name} since {moment.local(since)}{why}",
                "run `supportdesk mail fetch --watch` as a service, and see what it says; "
                f"`supportdesk mail fetch --forget '{source.name}'` if nobody is to read it any more",
            )
    waiting = store.oldest_waiting()
    if waiting is not None and datetime.fromtimestamp(waiting, UTC) < now - LATE:
        yield Alarm(
            "mail is not filed",
            f"mail has waited to be filed since {moment.local(datetime.fromtimestamp(waiting, UTC))}",
            "run `supportdesk mail process`, and see what it says",
        )
