"""A desk that is filled as a whole: what is left for its end, and what it is like afterwards."""

from contextlib import closing

from supportdesk.storage.database import Database

COLUMNS = "number, id, title, description, contact_email, created_at, updated_at"
NOON = "2026-11-20T12:00:00.000Z"
SIZE = "SELECT reltuples FROM pg_class WHERE oid = 'tickets'::regclass"
WORDS = "SELECT count(*) FROM pg_class WHERE relname = 'tickets_text'"


def test_the_size_is_known_before_words_are_derived_and_every_index_is_there_again(postgres_desk):
    with closing(Database(postgres_desk)) as server:
        with server.writing():
            with server.engine.loader.loading():
                rows = [(n, f"id{n}", "Lamp", "Dark.", "rita@example.com", NOON, NOON) for n in (1, 2, 3)]
                server.fill("tickets", COLUMNS, rows)
                assert server.sql(WORDS) == [(0,)]
            # Without it, each ticket would read all others: a time that grows with the square of the desk.
            assert server.sql(SIZE) == [(3,)]
        assert server.schema_faults() == []
        assert server.sql("SELECT count(*) FROM tickets WHERE words @@ desk_phrase('lamp', false)") == [(3,)]
        server.engine.loader.tidy()
        assert server.sql("SELECT relallvisible = relpages FROM pg_class WHERE oid = 'tickets'::regclass") == [(True,)]
