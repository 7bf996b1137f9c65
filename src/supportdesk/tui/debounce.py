"""What should happen once the hand rests."""

from __future__ import annotations

from textual.message_pump import MessagePump
from textual.timer import Timer, TimerCallback


class Debounce:
    """Calls what was asked for last, once nothing has been asked for during some seconds."""

    def __init__(self, pump: MessagePump, seconds: float) -> None:
        """`pump` is the widget, screen or app that the calls are made in."""
        self._pump = pump
        self._seconds = seconds
        self._timer: Timer | None = None

    def call(self, callback: TimerCallback) -> None:
        """Calls this after a rest, and nothing that was asked for before."""
        self.cancel()
        self._timer = self._pump.set_timer(self._seconds, callback)

    def cancel(self) -> None:
        """Calls nothing of what was asked for."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
