"""Short ways to take tickets in."""

from pathlib import Path

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.services.columns import ColumnChoice
from supportdesk.services.desk import Desk
from supportdesk.services.ticket_import import Imported
from tests.services.tickets import all_of


@pytest.fixture
def take(desk: Desk, tmp_path: Path):
    """Imports a CSV file of these lines."""

    def take(*lines: str, encoding: str = "", delimiter: str = "", rejects=None, dry_run=False, **choice) -> Imported:
        file = tmp_path / "in.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return desk.ticket_import.run(
            file, ColumnChoice(**choice), encoding=encoding, delimiter=delimiter, rejects=rejects, dry_run=dry_run
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
