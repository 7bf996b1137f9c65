"""The program: the commands, given a way to open the screens."""

from __future__ import annotations

import gc
import os
import signal
import sys

# As in `typing`, whose import takes milliseconds in which ctrl+c would show a traceback.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

    from supportdesk.services.settings.settings import Settings

USUAL_THRESHOLDS = gc.get_threshold()
AGAIN = 0.005
"""Seconds after which an interrupt that came too early is tried again."""


def main() -> None:
    """Run what was typed and end the program."""
    interrupt_after_imports()
    # Looking for garbage in modules that stay to the end, and once more at the end, takes a seventh of the
    # time of a short command. Long ones are still swept.
    gc.set_threshold(100_000)
    # Our matrices are small: several threads for one take twenty times as long on a machine that is busy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from supportdesk.cli.context import Session
        from supportdesk.cli.main import supportdesk

        supportdesk(obj=Session(_open_app))
    except (KeyboardInterrupt, ImportError) as error:
        # Commands see to this themselves; here it came while they were still being imported.
        if "receive" in sys.argv:
            # A mail system would return the mail for good, only because this program is being upgraded just now.
            sys.exit(75)
        if isinstance(error, ImportError):
            raise
        sys.exit(130)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if signal.getsignal(signal.SIGINT) is _interrupt:
            # What Python does at its end would be said to have failed.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        gc.freeze()


def interrupt_after_imports() -> None:
    """Let ctrl+c that comes while a module is imported wait for its end.

    Python swallows an interrupt in a callback of its imports, and makes an error of one in a class that is being made.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        # A program in the background, which ctrl+c shall not end.
        return
    for number in (signal.SIGINT, signal.SIGALRM):
        signal.signal(number, _interrupt)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            signal.setitimer(signal.ITIMER_REAL, AGAIN)
            return
        frame = frame.f_back
    raise KeyboardInterrupt


def _open_app(settings: Settings, *, demo: bool = False) -> int:
    # Lazy import: a command that opens no screen never imports Textual.
    from supportdesk.tui import open_app

    # What is imported by now is no garbage; without it, sweeping never makes a key wait.
    gc.freeze()
    gc.set_threshold(*USUAL_THRESHOLDS)
    return open_app(settings, demo=demo)


if __name__ == "__main__":
    main()
