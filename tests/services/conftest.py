"""Short ways to take tickets in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.sample.replay import Clock
from supportdesk.services.desk import Desk
from supportdesk.services.tickets.importing import Imported
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import ImportOptions
from tests.arms import Ids
from tests.conftest import AT_ONCE
from tests.services.mail.services import Service
from tests.services.tickets.samples import all_of


@pytest.fixture
def take(desk: Desk, tmp_path: Path):
    """Imports a CSV file of these lines."""

    def take(*lines: str, encoding: str = "", delimiter: str = "", rejects=None, dry_run=False, **choice) -> Imported:
        file = tmp_path / "in.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return desk.ticket_import.run(
            file, ColumnChoice(**choice), ImportOptions(encoding, delimiter, rejects, dry_run)
        )

    return take


@pytest.fixture
def refusal(desk: Desk, take):
    """What an import says that refuses; makes sure that nothing was imported."""

    def refusal(*lines: str, **choice) -> str:
        with pytest.raises(InvalidValue) as caught:
            take(*lines, **choice)
        assert (all_of(desk), desk.journal.last_seq()) == ([], 0)
        assert "\n" not in caught.value.message
        return caught.value.message

    return refusal


@pytest.fixture
def served(path: Path, clock: Clock, ids: Ids) -> Iterator[Callable[..., Desk]]:
    """The desk with a mail service of the test's own: `served(Service(), "bob", hold=10)`."""
    with ExitStack() as open_desks:

        def served(service: Service, agent: str = "ann", **mail) -> Desk:
            settings = replace(AT_ONCE, **mail)
            desk = Desk(path, agent, now=clock, new_id=ids, mail=settings, open_provider=lambda: service)
            return open_desks.enter_context(desk)

        yield served
