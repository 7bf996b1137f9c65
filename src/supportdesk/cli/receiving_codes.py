"""Exit codes of `mail receive`: a mail system returns the mail to its sender for any other than these."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

EXIT_STORED = 0
EXIT_TOO_LARGE = 65
EXIT_TRY_LATER = 75
_ALLOWED = (EXIT_STORED, EXIT_TOO_LARGE, EXIT_TRY_LATER)


class Ending:
    """The code to end with when a signal comes."""

    code = EXIT_TRY_LATER


def is_receiving(words: Sequence[str]) -> bool:
    """Return whether words typed after the name of the program are `mail receive`, with options wherever they are."""
    for at, word in enumerate(words):
        if word == "mail":
            return next((each for each in words[at + 1 :] if not each.startswith("-")), "") == "receive"
    return False


@contextmanager
def receiving_codes(words: Sequence[str]) -> Iterator[None]:
    """End `mail receive` with 0, 75 or 65, whatever happens inside; leave every other command alone."""
    if not is_receiving(words):
        yield
        return
    try:
        yield
    except SystemExit as ended:
        code = EXIT_STORED if ended.code is None else ended.code
        raise SystemExit(code if code in _ALLOWED else EXIT_TRY_LATER) from None
    except BaseException as error:
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(f"Error: the mail was not stored ({type(error).__name__}); try again later\n")
        raise SystemExit(EXIT_TRY_LATER) from None


@contextmanager
def ending_signals() -> Iterator[Ending]:
    """End the program at a signal with the code that is right at that moment, and not as one that was killed."""
    # Lazy import: keeps start-up fast.
    import signal

    ending = Ending()

    def end(*_: object) -> None:
        raise SystemExit(ending.code)

    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
