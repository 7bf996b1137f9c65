"""The schemas of both engines have the same tables, columns and indexes, by name."""

import re
from contextlib import closing

import pytest

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.storage.database import Database
from supportdesk.storage.postgres import migrate
from supportdesk.storage.postgres.connection import connect
from supportdesk.storage.sqlite import migrate as sqlite_migrate
from tests.conftest import new_database, run_sql

# What finds words differs by nature, and so does what tells how far a desk was migrated. A server sums values for each
# statement that adds events.
ONLY_SQLITE = {
    "journal_is_not_replaced",
    "schema_migration_name",
    "experiment_outcomes_valued",
    "experiment_outcomes_revalued",
}
ONLY_POSTGRES = {
    "notes_text",
    "notifications_not_indexed",
    "notifications_text",
    "tickets_text",
    "faq_words_every",
    "faq_words_shown",
    "faq_places_faq",
}
WORDS = re.compile("(tickets|messages|notes|faqs|faq_wordings)_(re?word|merg|index|add|chang|kept|forgott)")


@pytest.fixture
def both(tmp_path, postgres_desk):
    with (
        closing(Database(SqliteFile(tmp_path / "support.db"))) as file,
        closing(Database(postgres_desk)) as server,
    ):
        yield file, server


def test_tables_and_columns_are_the_same(both):
    file, server = ({table: set(columns) for table, columns in each.engine.loader.tables().items()} for each in both)
    assert file == server


def test_indexes_are_the_same(both):
    file, server = both
    indexes = file.sql("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    ours = server.sql(
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema() "
        "AND indexname !~ '_(pkey|key|key1)$' AND indexname !~ '^turn'"
    )
    assert {name for (name,) in indexes} - ONLY_SQLITE == {name for (name,) in ours} - ONLY_POSTGRES


def test_every_other_trigger_and_view_is_on_both(both):
    file, server = both
    made = file.sql("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')")
    ours = server.sql(
        "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal UNION ALL "
        "SELECT viewname::text FROM pg_views WHERE schemaname = current_schema()"
    )
    differing = {name for (name,) in made} ^ {name for (name,) in ours}
    assert {name for name in differing if not WORDS.match(name)} == ONLY_SQLITE & {name for (name,) in made}


def test_what_is_unique_on_one_is_unique_on_the_other(both):
    file, server = both
    for table in file.engine.loader.tables():
        unique = {
            tuple(sorted(column for _, _, column in file.sql(f"PRAGMA index_info({name})")))
            for _, name, is_unique, *_ in file.sql(f"PRAGMA index_list({table})")
            if is_unique
        }
        keys = server.sql(
            "SELECT array_agg(attname::text) FROM pg_index JOIN pg_attribute ON attrelid = indrelid "
            "AND attnum = ANY (indkey) WHERE indisunique AND indrelid = ?::regclass GROUP BY indexrelid",
            (table,),
        )
        missing = unique - {tuple(sorted(columns)) for (columns,) in keys}
        # The key itself, which SQLite keeps without an index.
        assert not missing, table


def test_no_step_of_a_file_is_without_one_of_the_same_number_or_a_later_one_on_a_server():
    of_files = max(step.name[:4] for step in sqlite_migrate.STEPS.glob("*/[0-9]*.py"))
    assert of_files <= max(step.name for step in migrate.STEPS.glob("[0-9]*"))


def test_a_desk_of_the_first_step_becomes_what_a_new_one_is(postgres, worker_id, postgres_desk):
    first = min(migrate.STEPS.iterdir())
    with new_database(postgres, worker_id, template=False) as older:
        with closing(connect(older)) as server:
            for file in sorted(first.iterdir()):
                server.execute(file.read_bytes())
            server.execute("UPDATE turn SET step = %s", (first.name,))
            server.execute(
                "INSERT INTO faqs (id, question, answer, created_at, updated_at, question_key) "
                "VALUES ('a', 'Which ps is running?', 'The last.', '', '', ''), "
                "('b', 'So\u00adap\u200b?', 'S.', '', '', 'b')"
            )
            server.execute(
                "INSERT INTO tickets (number, id, title, description, contact_email, created_at, updated_at) "
                "VALUES (1, 'a', 'Soap\u200b', 'd', 'a@example.com', '', '')"
            )
            server.execute(
                "INSERT INTO messages (id, ticket_id, kind, author, content, trimmed_at, source, created_at) "
                "VALUES ('a', 'a', 'note', 'ann', '\u200eSoap', 0, 'app', '')"
            )
        with closing(Database(older)) as server:
            assert server.schema_faults() == []
            assert {"ps", "is", "so", "ap"} <= {term for (term,) in server.sql("SELECT term FROM faq_places")}
            assert server.sql("SELECT term, faqs FROM faq_vocabulary WHERE term ~ '^so' AND faqs > 0") == [("so", 1)]
            assert server.sql("SELECT number FROM tickets WHERE words @@ 'soap'") == [(1,)]
            assert server.sql("SELECT id FROM messages WHERE note_words @@ 'soap'") == [("a",)]
        for query in (
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
            "SELECT proname::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2",
        ):
            assert run_sql(older, query) == run_sql(postgres_desk, query)


def test_doctor_finds_the_schema_as_it_was_made_and_names_what_is_missing(postgres_desk):
    with closing(Database(postgres_desk)) as server:
        assert server.schema_faults() == []
        server.sql("DROP INDEX tickets_queue")
        server.sql("DROP TRIGGER journal_is_kept ON journal")
        assert server.schema_faults() == [
            "the index tickets_queue is missing",
            "the trigger journal_is_kept is missing",
        ]
