"""A pseudo-terminal to run the program in: what a person over ssh would see, press and wait for."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from tests.glass import Glass

PROGRAM = (sys.executable, "-m", "supportdesk")
PATIENCE = 30.0
"""Seconds until a test gives up; far more than anything takes, because machines are slow at times."""

_KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ", "backspace": "\x7f",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "delete": "\x1b[3~",
    "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~",
    "f7": "\x1b[18~", "f10": "\x1b[21~",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}  # fmt: skip


class Terminal:
    """One program on one screen."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Starts the program; `environment` is all it gets beside the kind of terminal this is."""
        self.glass = Glass(columns, rows)
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.started = self.arrived = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            # A controlling terminal, so that a resize and a hang-up are signalled as they are over ssh.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", **(environment or {})},
        )
        os.close(theirs)
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()

    # Hands

    def press(self, *keys: str) -> None:
        """Presses keys by name; whatever is no name is typed as it is."""
        for key in keys:
            self.send(_KEYS.get(key, key).encode())

    def send(self, data: bytes) -> None:
        """Sends bytes as they are, at once."""
        os.write(self._ours, data)

    def resize(self, columns: int, rows: int) -> None:
        """Pulls the window to another size."""
        self.glass.resize(columns, rows)
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Closes the line, as a lost ssh connection does."""
        if self._open:
            self._open = False
            os.close(self._ours)

    # Eyes

    def read(self, seconds: float) -> int:
        """Shows what comes next, waiting for it at most so long; gives how many bytes came."""
        if not (self._open and select.select([self._ours], [], [], seconds)[0]):
            return 0
        try:
            data = os.read(self._ours, 1 << 16)
            # Before it is shown: the glass is slower than a terminal.
            self.arrived = time.perf_counter()
        except OSError:
            # The program has gone, and with it the other end.
            data = b""
        if not data:
            self.hang_up()
        self.glass.feed(data)
        return len(data)

    def sees(self, pattern: str) -> float:
        """Waits until the screen matches; gives the seconds from the start until the last bytes of it came."""
        wanted = re.compile(pattern)
        limit = time.perf_counter() + PATIENCE
        while not wanted.search(self.glass.text):
            if not self._open or time.perf_counter() > limit:
                raise AssertionError(f"{pattern!r} is not on the screen:\n{self.glass.text}")
            self.read(0.05)
        return self.arrived - self.started

    def settle(self, quiet: float = 0.25) -> tuple[float, int]:
        """Waits until nothing has come for so long; gives the seconds to the last byte and how many came."""
        begin = self.arrived = time.perf_counter()
        came = 0
        while self._open and time.perf_counter() - self.arrived < quiet:
            came += self.read(quiet / 10)
        return self.arrived - begin, came

    def ends(self) -> int:
        """Waits until the program has ended, showing what it still sends; gives its exit code."""
        limit = time.perf_counter() + PATIENCE
        while self._open and time.perf_counter() < limit:
            self.read(0.05)
        return self.process.wait(PATIENCE)

    def signal(self, number: signal.Signals) -> None:
        """Sends the program a signal."""
        self.process.send_signal(number)
