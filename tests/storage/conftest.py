"""The desk's database without services around it."""

from collections.abc import Iterator
from contextlib import ExitStack, closing

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
