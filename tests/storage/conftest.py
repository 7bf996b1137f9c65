"""The desk's file without services around it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.storage.database import Database


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A desk's file that the tests of a module share."""
    path: Path = tmp_path_factory.mktemp("desk") / "support.db"
    with closing(Database(SqliteFile(path))) as database:
        yield database
