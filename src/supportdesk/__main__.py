"""The program: the commands, given a way to open the screens."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supportdesk.services.settings import Settings


def main() -> None:
    """Runs what was typed and ends the program."""
    try:
        from supportdesk.cli.context import Session
        from supportdesk.cli.main import supportdesk

        supportdesk(obj=Session(_open_app))
    except KeyboardInterrupt:
        # Commands see to this themselves; here it came while they were still being imported.
        sys.exit(130)


def _open_app(settings: Settings, *, demo: bool = False) -> int:
    # Imported here, so that a command which opens no screen never pays for Textual.
    from supportdesk.tui import open_app

    return open_app(settings, demo=demo)


if __name__ == "__main__":
    main()
