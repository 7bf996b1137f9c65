"""The desk's database without services around it, a backup of a desk, and disks of a size."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from supportdesk.domain.desk_address import DeskAddress, SqliteFile
from supportdesk.storage.database import Database
from tests.conftest import new_database


@pytest.fixture(scope="module")
def database(
    engine: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A desk without services around it, which the tests of a module share."""
    with ExitStack() as stack:
        address: DeskAddress
        if engine == "sqlite":
            address = SqliteFile(tmp_path_factory.mktemp("desk") / "support.db")
        else:
            address = stack.enter_context(new_database(request.getfixturevalue("postgres"), worker_id))
        yield stack.enter_context(closing(Database(address)))


@pytest.fixture
def copy(desk: Any, filed: Callable[..., Any], tmp_path: Path) -> Path:
    """A backup with one ticket of a desk that has a second one by now."""
    filed("In the backup")
    desk.maintenance.backup(tmp_path / "copy.db")
    filed("Too late for the backup")
    return tmp_path / "copy.db"


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount an empty disk of a size such as `1m` and return its folder."""
    folder = tmp_path / "disk"

    def mount(size: str) -> Path:
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
        if os.getuid() or subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("only root can mount a disk, and not everywhere")
        return folder

    yield mount
    if os.path.ismount(folder):
        subprocess.run(["umount", "--lazy", folder], check=True)
