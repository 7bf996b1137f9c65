"""ctrl+c in the middle of a statement: what cleans up after it finds a connection that works."""

from contextlib import closing

import pytest

from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from supportdesk.storage.database import Database
from supportdesk.storage.postgres import watched


@pytest.fixture
def interrupted(monkeypatch):
    """Interrupts the next wait for the server, inside of what waits."""

    def interrupt():
        def once():
            monkeypatch.undo()
            raise KeyboardInterrupt

        monkeypatch.setattr(watched, "monotonic", once)

    return interrupt


def test_nothing_of_an_interrupted_statement_is_left_and_the_next_one_works(postgres_desk, interrupted):
    with closing(Database(postgres_desk)) as server:
        interrupted()
        with pytest.raises(KeyboardInterrupt):
            server.sql("INSERT INTO desk (name, value) VALUES ('one', 'x')")
        assert server.sql("SELECT value FROM desk WHERE name = 'two'") == []


def test_an_interrupted_change_is_rolled_back_and_the_next_one_saved(postgres_desk, interrupted):
    with Desk(postgres_desk, "ann") as desk:
        interrupted()
        with pytest.raises(KeyboardInterrupt):
            desk.tickets.create(new_ticket("Lamp", "Dark.", "rita@example.com"))
        assert desk.tickets.create(new_ticket("Bulb", "Dark.", "rita@example.com")).number == 1


def test_an_interrupted_fill_leaves_a_connection_that_works(postgres_desk, interrupted):
    with closing(Database(postgres_desk)) as server:

        def rows():
            yield ("one", "x")
            interrupted()
            yield ("two", "y")

        with pytest.raises(KeyboardInterrupt):
            server.fill("desk", "name, value", rows())
        assert server.sql("SELECT name FROM desk WHERE name IN ('one', 'two')") == []
