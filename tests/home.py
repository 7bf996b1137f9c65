"""A home of its own for what reads settings."""

from pathlib import Path

import pytest

from supportdesk.services.settings.settings import SETTINGS


def move_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what the program writes in this folder, and every setting out of the environment."""
    for setting in SETTINGS:
        for variable in setting.environment:
            monkeypatch.delenv(variable, raising=False)
    for name in ("DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
