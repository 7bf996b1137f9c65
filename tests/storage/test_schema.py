"""The tables hold what the domain says, and refuse what it does not know."""

from itertools import product
from uuid import uuid4

import pytest

from supportdesk.domain.errors import Unavailable
from supportdesk.domain.ticket import Priority, Status, queue_rank
from supportdesk.storage.experiments.tables import (
    DailyUsersRow,
    ExperimentRow,
    LookRow,
    MetricRow,
    PhaseRow,
    ResultRow,
    VariantRow,
)
from supportdesk.storage.mail.tables import NotificationCountRow, NotificationRow, PreferenceRow
from supportdesk.storage.sqlite.mail_text import NotificationTextRow
from supportdesk.storage.sqlite.ticket_text import TicketTextRow
from supportdesk.storage.tables import JournalRow, StatusChangeRow, TicketCountRow, TicketRow

pytestmark = pytest.mark.sqlite

AT = "2026-11-20T09:30:00.000Z"
TICKET = {
    "title": "t",
    "description": "d",
    "priority": "low",
    "status": "new",
    "contact_email": "r@example.com",
    "created_at": AT,
    "updated_at": AT,
    "version": 1,
}
ENTRY = {"change": 1, "at": AT, "actor": "ann", "kind": "ticket.created", "before": "{}", "after": "{}"}


def insert(database, table, values):
    columns = ", ".join(values)
    database.sql(f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(values))})", tuple(values.values()))


@pytest.mark.parametrize(
    "model",
    [
        *(TicketRow, TicketCountRow, StatusChangeRow, NotificationRow, NotificationCountRow, PreferenceRow, JournalRow),
        *(ExperimentRow, VariantRow, PhaseRow, MetricRow, DailyUsersRow, LookRow, ResultRow),
    ],
)
def test_the_models_have_the_columns_of_the_tables(database, model):
    columns = database.sql(f"PRAGMA table_xinfo({model._meta.table_name})")
    of_table = {name: bool(required or key) for _, name, _, required, _, key, _ in columns}
    of_model = {name: not field.null for name, field in model._meta.columns.items()}
    assert of_model == of_table


@pytest.mark.parametrize("model", [TicketTextRow, NotificationTextRow])
def test_the_search_models_have_the_columns_of_the_indexes(database, model):
    columns = [name for _, name, *_ in database.sql(f"PRAGMA table_info({model._meta.table_name})")]
    assert list(model._meta.columns) == ["rowid", *columns]


def test_the_queue_is_ranked_in_the_table_as_in_the_domain(database):
    for status, priority in product(Status, Priority):
        insert(database, "tickets", {**TICKET, "id": str(uuid4()), "status": status, "priority": priority})
    ranked = database.sql("SELECT status, priority, queue_rank FROM tickets")
    assert len(ranked) >= 9
    for status, priority, rank in ranked:
        assert rank == queue_rank(Status(status), Priority(priority))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("tickets", {**TICKET, "id": "a", "status": "done"}),
        ("tickets", {**TICKET, "id": "a", "priority": "urgent"}),
        ("tickets", {**TICKET, "id": "a", "title": None}),
        ("tickets", {**TICKET, "id": "a", "title": b"blob"}),
        ("tickets", {**TICKET, "id": "a", "version": "many"}),
        ("tickets", {**TICKET, "id": "a", "number": "twelve"}),
        ("ticket_counts", {"status": "new", "priority": "low", "tickets": "many"}),
        ("ticket_status_history", {"id": "a", "ticket_id": "no such ticket", "new_status": "new", "changed_at": AT}),
        ("ticket_status_history", {"id": "a", "ticket_id": "a", "new_status": b"new", "changed_at": AT}),
        (
            "notifications",
            {"id": "a", "recipient_email": b"x", "notification_type": "x", "subject": "x", "content": "x"},
        ),
        ("journal", {**ENTRY, "change": "first"}),
        ("journal", {**ENTRY, "before": b"{}"}),
    ],
)
def test_wrong_values_are_refused_by_the_file_itself(database, table, values):
    before = database.sql(f"SELECT count(*) FROM {table}")
    with pytest.raises(Unavailable, match="the desk .* cannot be used: "):
        insert(database, table, values)
    assert database.sql(f"SELECT count(*) FROM {table}") == before


def test_what_stands_in_the_journal_stands_there_for_ever(database):
    insert(database, "journal", ENTRY)
    for statement in (
        "UPDATE journal SET actor = 'bob'",
        "UPDATE journal SET notes = notes",
        "DELETE FROM journal",
        "REPLACE INTO journal (seq, change, at, actor, kind, before, after) SELECT seq, 1, at, 'bob', kind, '', '' "
        "FROM journal",
    ):
        with pytest.raises(Unavailable, match="the journal is append-only"):
            database.sql(statement)
    assert database.sql("SELECT actor FROM journal") == [("ann",)]


def test_the_originals_names_and_columns_can_be_read(database):
    for name, columns in {
        "ab_tests": "id, name, description, hypothesis, control_variant, test_variant, target_metric, status, "
        "confidence_level, minimum_sample_size, start_date, end_date, total_participants, created_at",
        "ab_test_assignments": "id, test_id, user_identifier, variant, assigned_at, hash_value",
        "ab_test_events": "id, test_id, user_identifier, event_name, event_value, event_data, created_at",
        "ab_test_results": "id, test_id, variant, sample_size, conversion_count, conversion_rate, "
        "confidence_interval_lower, confidence_interval_upper, z_score, p_value, is_statistically_significant, "
        "calculated_at",
    }.items():
        assert database.sql(f"SELECT {columns} FROM {name}") == []


def test_events_of_one_experiment_are_found_without_reading_those_of_others(database):
    plan = database.sql("EXPLAIN QUERY PLAN SELECT count(*) FROM ab_test_events WHERE test_id = 'x'")
    assert not [step for *_, step in plan if step.startswith("SCAN")]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TRIGGER journal_is_kept", "the trigger journal_is_kept is missing"),
        ("DROP INDEX journal_change", "the index journal_change is missing"),
        ("DROP VIEW ab_tests", "the view ab_tests is missing"),
        (
            "CREATE TRIGGER spy AFTER INSERT ON tickets BEGIN SELECT 1; END",
            "the trigger spy is not one of this program",
        ),
        ("CREATE VIEW spies AS SELECT 1", "the view spies is not one of this program"),
    ],
)
def test_doctor_names_what_was_changed_in_the_schema(desk, sql, statement, said):
    def found():
        return next(each for each in desk.doctor.examine() if each.check == "schema")

    assert found().is_ok
    sql("CREATE INDEX of_an_admin ON tickets (title)")
    assert found().is_ok
    sql(statement)
    assert (found().found, found().is_ok) == (said, False)


def test_doctor_names_a_guard_that_lets_everything_through(desk, sql):
    sql("DROP TRIGGER journal_is_kept")
    sql("CREATE TRIGGER journal_is_kept BEFORE DELETE ON journal BEGIN SELECT 1; END")
    assert desk._database.schema_faults() == ["the trigger journal_is_kept was changed"]
