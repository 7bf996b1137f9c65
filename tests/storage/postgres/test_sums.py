"""Sums that triggers keep are the same on both engines, however many rows a statement brings."""

from datetime import timedelta

import pytest

from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.sample.replay import Clock
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from tests.arms import Ids
from tests.conftest import AT_ONCE, run_sql
from tests.services.experiments.samples import drafted

SUMS = {
    "experiment_event_names": "name, events",
    "experiment_daily_users": "phase, variant, day, users, left_out",
    "experiment_daily_conversions": "metric, phase, variant, day, users",
    "experiment_daily_values": "metric, phase, variant, day, users, round(CAST(total AS numeric), 6), "
    "round(CAST(squares AS numeric), 6)",
    "experiment_outcomes": 'metric, variant, "user", first_at, events, value, last_at',
    "ticket_counts": "status, priority, tickets",
    "queue_counts": "queue, agent, tickets",
    "preference_counts": "email_notifications, notification_frequency, preferred_language, preferences",
}


@pytest.fixture
def filled(tmp_path, clock):
    """Fills a desk from files, and changes much of it at once."""

    def write(name, *lines):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
        return tmp_path / name

    def fill(address):
        with Desk(address, "ann", now=Clock(clock.at), new_id=Ids(), mail=AT_ONCE) as desk:
            tickets = [f"Lamp {n},Dark.,u{n % 3}@example.com,{('low', 'high')[n % 2]},2026-11-01" for n in range(9)]
            columns = "title,description,contact_email,priority,created_at"
            desk.ticket_import.run(write("tickets.csv", columns, *tickets), ColumnChoice())
            desk.tickets.update(["1", "2", "3"], TicketChange(Status.RESOLVED, owner="ann"))
            desk.tickets.update(["3", "4"], TicketChange(Status.IN_PROGRESS, owner="bob"))
            people = [f"u{n}@example.com,{('daily', 'immediate')[n % 2]}" for n in range(7)]
            desk.preference_import.run(write("people.csv", "email,frequency", *people), ColumnChoice())
            drafted(desk, metric="spent", kind="revenue", secondary="spent:mean; looked", min_days="0")
            fill_experiment(desk)
            desk.ticket_import.run(write("more.csv", columns, *[f"More {each}" for each in tickets]), ColumnChoice())
            desk.journal.undo()

    def fill_experiment(desk):
        users = [f"u{n},{('green', 'blue')[n % 2]},2026-11-0{1 + n % 3}T10:00:00Z" for n in range(40)]
        first = clock.at - timedelta(days=16)
        events = [
            f"u{n},{('spent', 'looked')[n % 3 == 1]},{n + round_ / 4},{(first + timedelta(hours=hours)).isoformat()}"
            for n in range(40)
            for round_, hours in enumerate((9, 90, 40, 200)[: n % 5] if n else range(14))
        ]
        heads = "user_identifier,variant,assigned_at", "user_identifier,event_name,event_value,created_at"
        desk.experiment_import.run(
            "1", ColumnChoice(), assignments=write("u.csv", heads[0], *users), events=write("e.csv", heads[1], *events)
        )
        # These were in the other variant: what they did does not count any more.
        moved = [f"u{n},{('blue', 'green')[n % 2]},2026-11-05T10:00:00Z" for n in range(3, 40, 7)]
        desk.experiment_import.run("1", ColumnChoice(), assignments=write("m.csv", heads[0], *moved))

    return fill


def test_sums_are_the_same_on_both_engines(filled, tmp_path, postgres_desk):
    filled(tmp_path / "support.db")
    filled(postgres_desk)
    for table, columns in SUMS.items():
        file, server = (
            sorted(map(repr, run_sql(address, f"SELECT {columns} FROM {table}")))
            for address in (tmp_path / "support.db", postgres_desk)
        )
        assert file == server, table
        assert file, table
    ((left_out,),) = run_sql(postgres_desk, "SELECT sum(left_out) FROM experiment_daily_users")
    assert left_out == len(range(3, 40, 7))
    assert run_sql(postgres_desk, "SELECT max(events) FROM experiment_outcomes") == [(14,)]


def test_an_import_tells_the_planner_how_many_rows_there_are_now(filled, postgres_desk):
    filled(postgres_desk)
    sizes = run_sql(
        postgres_desk,
        "SELECT reltuples::int, (SELECT count(*) FROM experiment_assignments)::int FROM pg_class "
        "WHERE oid = 'experiment_assignments'::regclass UNION ALL "
        "SELECT reltuples::int, (SELECT count(*) FROM experiment_events)::int FROM pg_class "
        "WHERE oid = 'experiment_events'::regclass",
    )
    assert [known for known, _ in sizes] == [there for _, there in sizes]
