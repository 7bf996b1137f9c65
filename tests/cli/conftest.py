"""A desk of its own for every test, and a way to type commands at it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from supportdesk.cli.context import Session
from supportdesk.cli.main import supportdesk
from supportdesk.domain.desk_address import PostgresServer, files_folder, parse_desk_address
from supportdesk.services.settings.settings import Settings
from tests.conftest import run_sql
from tests.home import move_home


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """What `--json` says of an error, on stderr."""
        assert self.out == ""
        assert self.err.count("\n") == 1
        return json.loads(self.err)["error"]


@dataclass
class Terminal:
    """Types commands at one desk, as one agent."""

    db: Path
    opened: list[tuple[Settings, bool]] = field(default_factory=list)
    app_says: int = 0
    runner: CliRunner = field(default_factory=CliRunner)

    def __call__(
        self, *words: str, agent: str = "ann", stdin: str | bytes | None = None, db: Path | None = None
    ) -> Ended:
        return self.typed("--db", str(db or self.db), "--as", agent, *words, stdin=stdin)

    def typed(self, *words: str, stdin: str | bytes | None = None) -> Ended:
        """Types just these words."""
        result = self.runner.invoke(supportdesk, words, input=stdin, obj=Session(self._open_app))
        return Ended(result.exit_code, result.stdout, result.stderr)

    def ticket(self, title: str = "Cannot log in", **values: str) -> dict[str, Any]:
        """Files a ticket."""
        given = {"description": "It says no.", "email": "rita@example.com", **values}
        options = [word for name, value in given.items() for word in (f"--{name}", value)]
        created = self("ticket", "create", "--title", title, *options, "--json")
        assert created.code == 0, created.err
        return created.json

    @property
    def files(self) -> Path:
        """The folder of mails and attachments."""
        return files_folder(parse_desk_address(str(self.db)))

    def problems(self, *words: str) -> dict[str, str]:
        """What `doctor` finds wrong; the server of the tests does without the disk, and `doctor` says so."""
        examined = self(*words, "doctor", "--json")
        found = {check["check"]: check["found"] for check in json.loads(examined.out)["checks"] if not check["ok"]}
        assert examined.code == (75 if found else 0)
        if isinstance(self.db, PostgresServer):
            assert found.pop("durability") == "fsync is off"
        return found

    def deliver(self) -> dict[str, Any]:
        """Lets the time pass in which a change can be undone, and delivers its mail."""
        run_sql(self.db, "UPDATE notifications SET due_at = '2000-01-01T00:00:00.000Z' WHERE status = 'pending'")
        return self("notification", "deliver", "--json").json

    def _open_app(self, settings: Settings, *, demo: bool = False) -> int:
        self.opened.append((settings, demo))
        return self.app_says


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Places of its own and an environment without settings."""
    move_home(tmp_path, monkeypatch)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def run(home: Path, path: Any) -> Terminal:
    return Terminal(path)


@pytest.fixture
def sql(run: Terminal) -> Callable[..., list[tuple[Any, ...]]]:
    """Reads or damages the desk behind the program's back."""
    return partial(run_sql, run.db)
