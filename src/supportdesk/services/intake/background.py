"""Filing of stored mails by whoever delivers mail anyway: the app, and `notification deliver`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from supportdesk.domain.errors import DeskError
from supportdesk.services.intake.storing import INCOMING
from supportdesk.storage.intake.raw_store import RawStore

if TYPE_CHECKING:
    from supportdesk.services.intake.service import Intake

    class OpenDesk(Protocol):
        """A desk, as filing knows it."""

        @property
        def intake(self) -> Intake:
            """Mail that comes in."""


PAUSE_SECONDS = 30.0
"""How long filing waits after a mail that could not be filed now."""


class BackgroundFiling:
    """Files mails on a connection of its own, so that no hostile mail holds up the desk's."""

    def __init__(self, files_folder: Path, open_desk: Callable[[], AbstractContextManager[OpenDesk]]) -> None:
        self._store = RawStore(files_folder / INCOMING)
        self._open_desk = open_desk
        self._paused_until = 0.0

    def file_waiting(self, stop: Callable[[], bool]) -> int:
        """File what is stored and return how many mails that were; costs microseconds when there are none.

        Never raises: what cannot be filed now is tried again after a pause.
        """
        if monotonic() < self._paused_until or not self._store.has_waiting():
            return 0
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.mail.incoming import Outcome

        done = 0
        try:
            with self._open_desk() as desk:
                for filed in desk.intake.process(stop):
                    if filed.outcome is Outcome.STORED:
                        self._paused_until = monotonic() + PAUSE_SECONDS
                    else:
                        done += 1
        except (DeskError, OSError):
            self._paused_until = monotonic() + PAUSE_SECONDS
        return done
