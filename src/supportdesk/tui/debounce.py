"""Debounce: a call once nothing has been typed for a moment."""

from __future__ import annotations

from textual.message_pump import MessagePump
from textual.timer import Timer, TimerCallback


class Debounce:
    """Makes only the last of several calls, once none has been requested for some seconds."""

    def __init__(self, pump: MessagePump, seconds: float) -> None:
        """`pump` is the widget, screen or app that the calls are made in."""
        self._pump = pump
        self._seconds = seconds
        self._timer: Timer | None = None

    def call(self, callback: TimerCallback) -> None:
        """Schedule a call; it replaces the one that was scheduled before."""
        self.cancel()
        self._timer = self._pump.set_timer(self._seconds, callback)

    def cancel(self) -> None:
        """Cancel the scheduled call."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
