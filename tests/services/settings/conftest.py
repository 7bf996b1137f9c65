"""A home without settings, and a config file in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.home import move_home


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, an empty environment, and a login name."""
    move_home(tmp_path, monkeypatch)
    monkeypatch.setenv("LOGNAME", "lena")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write_config(home: Path) -> Callable[[str], Path]:
    """Write the config file and return its path."""

    def write(text: str) -> Path:
        path = home / "config" / "supportdesk" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write
