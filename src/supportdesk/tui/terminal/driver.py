"""Terminal driver: reads whatever a terminal sends, and writes few bytes."""

from __future__ import annotations

import os
import selectors
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, cast

from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.message import Message
from textual.messages import InBandWindowResize

from supportdesk.tui.terminal.drawing import lightened
from supportdesk.tui.terminal.input_parser import InputParser
from supportdesk.tui.terminal.sent import SendsDifferences
from supportdesk.tui.terminal.type_ahead import Burst
from supportdesk.tui.terminal.widths import anchored

if TYPE_CHECKING:
    from io import TextIOWrapper

READ_SECONDS = 0.1
BURST_SECONDS = 0.005
"""Keys of one burst may come in several reads: how long to wait for the next one."""
CHUNK = 4096
SMALLEST, LARGEST = (10, 4), (1000, 500)
"""Columns and rows that are drawn at least and at most.

Some widgets cannot be laid out in no width at all, and a mistaken size must not cost the memory of the machine.
"""


class _LossyFile:
    """A terminal that takes everything, also when its line is lost: a writer that fails would block the app."""

    def __init__(self, file: IO[str] | None) -> None:
        # Checked before the app starts.
        assert file is not None
        self._file = file
        self.fileno = file.fileno
        self.isatty = file.isatty

    def write(self, text: str) -> None:
        """Write, or do nothing on a lost line."""
        with suppress(OSError, ValueError):
            self._file.write(text)

    def flush(self) -> None:
        """Send what was written, or do nothing on a lost line."""
        with suppress(OSError, ValueError):
            self._file.flush()


class DeskDriver(LinuxDriver):
    """Textual's driver for Unix terminals, with fewer bytes written and no input that can stop it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._columns = 0
        self._file = cast("TextIOWrapper", _LossyFile(sys.__stderr__))

    def start_application_mode(self) -> None:
        """Take over the terminal, which shows nothing of the app then."""
        if isinstance(self._app, SendsDifferences):
            self._app.sent.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def write(self, data: str) -> None:
        """Write a drawing, as long as somebody sees it."""
        # Without a writer, as after an editor whose line was lost, the queue would fill and block the app.
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(lightened(anchored(data), self._columns))

    def _get_terminal_size(self) -> tuple[int, int]:
        columns, rows = super()._get_terminal_size()
        self._columns = min(max(columns, SMALLEST[0]), LARGEST[0])
        return self._columns, min(max(rows, SMALLEST[1]), LARGEST[1])

    def _query_in_band_window_resize(self) -> None:
        """Do not ask for sizes in the input: the system says them, and cannot be imitated by a paste."""

    def process_message(self, message: Message) -> None:
        """Pass an event to the app, unless it offers sizes in the input."""
        if not isinstance(message, InBandWindowResize):
            super().process_message(message)

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:
            self._loop.call_soon_threadsafe(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Read what is typed until the app ends or the line is lost."""
        parser = InputParser(self._debug)
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if not selector.select(READ_SECONDS):
                    self._pass_on([*parser.flush_bytes(), *parser.tick()])
                    continue
                messages: list[Message] = []
                while True:
                    data = self._read()
                    if data is None:
                        return
                    messages += parser.feed_bytes(data)
                    if _keys(messages) < 2 or not selector.select(BURST_SECONDS):
                        break
                messages += parser.tick()
                self._pass_on(messages)

    def _read(self) -> bytes | None:
        try:
            data = os.read(self.fileno, CHUNK)
        except OSError:
            data = b""
        if not data:
            # A terminal has no end of file: the line is lost.
            os.kill(os.getpid(), signal.SIGHUP)
            return None
        return data

    def _pass_on(self, messages: Iterable[Message]) -> None:
        burst: list[Key] = []
        for message in messages:
            if isinstance(message, Key):
                burst.append(message)
                continue
            self._pass_on_keys(burst)
            burst = []
            self.process_message(message)
        self._pass_on_keys(burst)

    def _pass_on_keys(self, keys: list[Key]) -> None:
        if len(keys) > 1:
            self.process_message(Burst(keys))
        else:
            for key in keys:
                self.process_message(key)


def _keys(messages: Iterable[Message]) -> int:
    return sum(isinstance(message, Key) for message in messages)
