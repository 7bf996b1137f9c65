"""Presence: which ticket each session has open, and whether its agent writes in it; never a lock on work.

A file for each session that has a ticket open, in a folder beside the desk, written only when its state changes. The
session holds an advisory lock on it, which the kernel releases however the process ends: nothing is written for as long
as nothing changes, and what a killed session left behind is recognized by its missing lock.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from supportdesk.domain.agent import agent_name
from supportdesk.domain.errors import InvalidValue
from supportdesk.storage.folders import make_folder, mode_in

RECHECK_SECONDS = 10.0
"""How often the locks are tried while other sessions are known; no change says that one was killed."""
FILE_LIMIT = 1_000
SESSIONS_LIMIT = 500
_SUFFIX = ".session"


@dataclass(frozen=True, slots=True)
class Present:
    """A session of an agent: the ticket that it has open, by number, and whether something is written in it."""

    session: str
    agent: str
    ticket: int
    writing: bool = False


class Presence:
    """The sessions at one desk, this one among them. Without a folder to write to, nobody is seen, and nothing fails.

    Used from one thread at a time.
    """

    def __init__(self, folder: Path, agent: str, *, recheck_seconds: float = RECHECK_SECONDS) -> None:
        """`folder` is where the sessions are, in the folder of the desk's files."""
        self._folder = folder
        self._session = f"{os.getpid()}-{secrets.token_hex(8)}"
        self._agent = agent
        self._shown: Present | None = None
        self._descriptor: int | None = None
        self._others: tuple[Present, ...] = ()
        self._seen_change = 0
        self._checked_at = 0.0
        self._recheck_seconds = recheck_seconds

    def show(self, ticket: int | None, *, writing: bool = False) -> None:
        """Show which ticket this session has open; writes a file when that has changed."""
        state = None if ticket is None else Present(self._session, self._agent, ticket, writing)
        if state == self._shown:
            return
        self._shown = state
        if state is None:
            self.close()
        else:
            with suppress(OSError):
                self._write(state)

    def others(self) -> tuple[Present, ...]:
        """Return the other sessions that have a ticket open; costs one look at the folder while nothing changes."""
        try:
            changed = self._folder.stat().st_mtime_ns
        except OSError:
            return ()
        now = monotonic()
        due = bool(self._others) and now - self._checked_at > self._recheck_seconds
        if changed != self._seen_change or due:
            self._seen_change, self._checked_at = changed, now
            self._others = tuple(self._read())
        return self._others

    def close(self) -> None:
        """Show no open ticket any more; the others see it at once."""
        if self._descriptor is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None

    @property
    def _path(self) -> Path:
        return self._folder / f"{self._session}{_SUFFIX}"

    def _write(self, state: Present) -> None:
        desk = self._folder.parent.parent
        for folder in (self._folder.parent, self._folder):
            make_folder(folder, desk)
        partial = self._path.with_suffix(".new")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            # Locked before it can be found, so that nobody takes it for left behind.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.fchmod(descriptor, mode_in(desk))
            fields = {"agent": state.agent, "ticket": state.ticket, "writing": state.writing}
            os.write(descriptor, json.dumps(fields).encode())
            partial.rename(self._path)
        except OSError:
            os.close(descriptor)
            partial.unlink(missing_ok=True)
            raise
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = descriptor

    def _read(self) -> list[Present]:
        with suppress(OSError):
            names = sorted(os.listdir(self._folder))[:SESSIONS_LIMIT]
            sessions = [name for name in names if name.endswith(_SUFFIX) and name != self._path.name]
            found = [self._other(self._folder / name) for name in sessions]
            return [each for each in found if each is not None]
        return []

    def _other(self, path: Path) -> Present | None:
        """Return a session of somebody else; None for one that has ended, or whose file cannot be understood."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            if _is_left_behind(descriptor):
                with suppress(OSError):
                    path.unlink()
                return None
            return _parsed(path.stem, os.read(descriptor, FILE_LIMIT))
        except OSError:
            return None
        finally:
            os.close(descriptor)


def _is_left_behind(descriptor: int) -> bool:
    """Return whether nobody holds the lock of a session's file."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _parsed(session: str, data: bytes) -> Present | None:
    """Return the session that a file describes; None when it describes none."""
    try:
        fields = json.loads(data)
        ticket = fields["ticket"]
        if type(ticket) is not int or not 0 < ticket < 2**63:
            return None
        return Present(session, agent_name(str(fields["agent"])), ticket, fields["writing"] is True)
    except (ValueError, KeyError, TypeError, RecursionError, InvalidValue):
        return None
