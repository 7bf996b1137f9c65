"""Textual's end of a glass."""

from textual.drivers.headless_driver import HeadlessDriver

from supportdesk.tui.terminal.driver import lightened
from tests.glass import Glass


def driver_of(glass: Glass) -> type[HeadlessDriver]:
    """A driver that shows on the glass what the app's own driver would send to a terminal."""

    class GlassDriver(HeadlessDriver):
        # A headless app draws nothing.
        is_headless = False

        def write(self, data: str) -> None:
            glass.feed(lightened(data).encode())

    return GlassDriver
