"""Reading of mails in a limited process of its own, so that no mail can hang, fill or end the program."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Self

from supportdesk.domain.errors import DeskError, Unavailable
from supportdesk.email.receiving.dialogue import HEAD, OUT_OF_MEMORY, READY, WHOLE, Answer
from supportdesk.email.receiving.parsed import ParsedMail
from supportdesk.email.receiving.wire import HEADER_BYTES, Malformed, header, unpack

_PROGRAM = "import sys; from supportdesk.email.receiving.child import main; main(*map(int, sys.argv[1:]))"
_PASSED_ON = ("PYTHONPATH", "PYTHONHOME", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED")
_CHUNK = 1 << 20
START_SECONDS = 60.0


class Unreadable(DeskError):
    """A mail that cannot be read; the message is the cause in words."""

    code = "unreadable_mail"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one mail may cost: seconds on the clock and of the processor, and bytes of memory."""

    seconds: float = 20
    cpu_seconds: int = 10
    memory: int = 512 << 20


class _Ended(Exception):
    """The process ended, or the time is over."""


class MailReader:
    """One process that parses mails, started when it is needed, and replaced when a mail ends it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False

    def start(self) -> None:
        """Start the process without waiting until it can read; raises `Unavailable`."""
        process = self._process
        if process is not None and process.poll() is None:
            return
        self.close()
        arguments = (str(self._limits.memory), str(self._limits.cpu_seconds))
        try:
            self._process = process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd="/",
                # No secret of the environment is its business.
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                # A key that interrupts the program is not meant for it.
                start_new_session=True,
            )
        except OSError as error:
            raise _unavailable(error) from error
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)

    def read(self, raw: bytes) -> ParsedMail:
        """Return what a raw mail holds; raise `Unreadable`, or `Unavailable` when nothing can be read just now."""
        return self._ask(WHOLE, raw)

    def read_head(self, raw: bytes) -> ParsedMail:
        """Return the head of a mail alone, for what `read` refuses; raises as `read` does."""
        return self._ask(HEAD, raw)

    def close(self) -> None:
        """End the process."""
        process, self._process, self._is_ready = self._process, None, False
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            # What waits in the pipe is of no use to anybody.
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, wanted: bytes, raw: bytes) -> ParsedMail:
        try:
            return self._try(wanted, raw)
        except _Ended:
            # Somebody else may have ended the process, such as a machine that ran out of memory.
            try:
                return self._try(wanted, raw)
            except _Ended as error:
                raise Unreadable(str(error)) from error

    def _try(self, wanted: bytes, raw: bytes) -> ParsedMail:
        process = self._started()
        deadline = monotonic() + self._limits.seconds
        try:
            _write(process, wanted + header(len(raw)), deadline)
            _write(process, raw, deadline)
            answer = self._answer(process, deadline, len(raw))
        except _Ended as error:
            status = self._end()
            if monotonic() >= deadline:
                raise Unreadable(f"reading it took more than {self._limits.seconds:g} seconds") from error
            if status == -signal.SIGXCPU:
                seconds = f"{self._limits.cpu_seconds} seconds"
                raise Unreadable(f"reading it took more than {seconds} of the processor") from error
            raise _Ended(f"its reader ended by {_cause(status)}") from error
        except BaseException:
            # What is left of this answer would be taken for the next one.
            self.close()
            raise
        if answer.mail is not None:
            return answer.mail
        if answer.fault == OUT_OF_MEMORY:
            self.close()
            raise Unreadable(f"reading it took more than {self._limits.memory >> 20} MB of memory")
        raise Unreadable(f"its reader failed ({answer.fault})")

    def _answer(self, process: subprocess.Popen[bytes], deadline: float, size: int) -> Answer:
        # An answer is about as long as its mail: more than this is no answer.
        left = 4 * size + (64 << 20)

        def read(wanted: int) -> bytes:
            nonlocal left
            left -= wanted
            if left < 0:
                raise Malformed("too long")
            return _read(process, wanted, deadline)

        try:
            return unpack(Answer, read(int.from_bytes(_read(process, HEADER_BYTES, deadline), "big")), read)
        except Malformed as error:
            raise Unreadable("its reader gave an answer that cannot be read") from error

    def _end(self) -> int:
        """End the process and return its status."""
        process = self._process
        assert process is not None
        with suppress(subprocess.TimeoutExpired):
            # It may just be ending by itself, for a reason to be told.
            process.wait(0.2)
        self.close()
        return process.returncode

    def _started(self) -> subprocess.Popen[bytes]:
        self.start()
        process = self._process
        assert process is not None
        if self._is_ready:
            return process
        try:
            ready = _read(process, 1, monotonic() + START_SECONDS)
        except (OSError, _Ended) as error:
            self.close()
            raise _unavailable(error) from error
        if ready != READY:
            self.close()
            raise Unavailable("the process that reads mails does not answer")
        self._is_ready = True
        return process


def _unavailable(error: Exception) -> Unavailable:
    return Unavailable(f"the process that reads mails cannot be started: {error}")


def _write(process: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
    assert process.stdin is not None
    waiting, rest = select.poll(), memoryview(data)
    waiting.register(process.stdin, select.POLLOUT)
    while rest:
        _wait(waiting, deadline)
        try:
            rest = rest[os.write(process.stdin.fileno(), rest[:_CHUNK]) :]
        except BlockingIOError:
            continue
        except OSError as error:
            raise _Ended("it takes nothing") from error


def _read(process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    assert process.stdout is not None
    waiting, found = select.poll(), bytearray()
    waiting.register(process.stdout, select.POLLIN)
    while len(found) < size:
        _wait(waiting, deadline)
        data = os.read(process.stdout.fileno(), min(_CHUNK, size - len(found)))
        if not data:
            raise _Ended("it says nothing")
        found += data
    return bytes(found)


def _wait(waiting: select.poll, deadline: float) -> None:
    left = deadline - monotonic()
    if left <= 0 or not waiting.poll(left * 1000):
        raise _Ended("the time is over")


def _cause(status: int) -> str:
    if status >= 0:
        return f"itself, with {status}"
    try:
        return f"signal {signal.Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"
