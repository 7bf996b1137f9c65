"""The desk's database without services around it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from supportdesk.domain.desk_address import PostgresServer, SqliteFile
from supportdesk.storage.database import Database


@pytest.fixture
def database(path: Path | PostgresServer) -> Iterator[Database]:
    """A desk without services around it."""
    with closing(Database(SqliteFile(path) if isinstance(path, Path) else path)) as database:
        yield database
