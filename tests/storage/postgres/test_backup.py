"""A desk on a server is backed up by pg_dump, from which pg_restore makes it again."""

import os
import subprocess
from dataclasses import replace

import pytest

from supportdesk.domain.errors import Unavailable
from supportdesk.domain.page import START
from supportdesk.domain.query import TicketQuery
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from supportdesk.storage.postgres.backup import copy_to
from tests.conftest import new_database, run_sql

LAMP = new_ticket("Lamp is dark", "It does not shine.", "rita@example.com")


@pytest.fixture
def programs(postgres, monkeypatch):
    """The programs of the server's own version come first."""
    monkeypatch.setenv("PATH", f"{postgres.bin}{os.pathsep}{os.environ['PATH']}")
    return postgres.bin


@pytest.mark.parametrize("with_files", [True, False])
def test_a_backup_makes_the_desk_again(programs, postgres, worker_id, postgres_desk, tmp_path, with_files):
    address = postgres_desk if with_files else replace(postgres_desk, files=None)
    with Desk(address, "ann") as desk:
        desk.tickets.create(LAMP)
        made = desk.maintenance.backup(tmp_path / "desk.dump")
        assert made.bytes == (tmp_path / "desk.dump").stat().st_size
        assert oct((tmp_path / "desk.dump").stat().st_mode & 0o777) == "0o600"
        desk.tickets.create(LAMP)
    with new_database(postgres, worker_id, template=False) as restored:
        words = [programs / "pg_restore", "--no-owner", "-U", "postgres", "-h", postgres.root, "-d", restored.database]
        subprocess.run([*map(str, words), str(tmp_path / "desk.dump")], check=True, timeout=60)
        with Desk(restored, "bob") as desk:
            assert [ticket.title for ticket in desk.tickets.page(TicketQuery(), START, 5)] == ["Lamp is dark"]
            assert desk.tickets.create(LAMP).number == 2
        assert run_sql(restored, "SELECT sum(tickets) FROM ticket_counts") == [(2,)]


def test_no_secret_of_the_address_is_among_the_arguments_that_all_can_see(
    programs, postgres_desk, tmp_path, monkeypatch
):
    seen = tmp_path / "seen"
    (tmp_path / "pg_dump").write_text(
        f"""#!/bin/sh
echo "$@" > {seen}; cat "$PGSERVICEFILE" > {seen}.service; stat -c %a "$PGSERVICEFILE" >> {seen}.service
exec {programs}/pg_dump "$@"
"""
    )
    (tmp_path / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    secrets = {"sslpassword": "hunter2 = 'x'"}
    with Desk(replace(postgres_desk, password="hunter3", options={**postgres_desk.options, **secrets}), "ann") as desk:
        desk.maintenance.backup(tmp_path / "desk.dump")
    assert "hunter" not in seen.read_text()
    assert (tmp_path / "seen.service").read_text() == "[desk]\nsslpassword=hunter2 = 'x'\n600\n"
    assert (tmp_path / "desk.dump").read_bytes().startswith(b"PGDMP")
    beside = replace(postgres_desk, options={**secrets, "service": "mine"})
    with pytest.raises(Unavailable, match="put it into your service file"):
        copy_to(beside, tmp_path / "other.dump", lambda: None)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["desk.dump", "pg_dump", "seen", "seen.service"]


def test_why_pg_dump_makes_no_copy_is_said_and_not_its_last_detail(programs, postgres_desk, worker_id, tmp_path):
    looker = f"dumper_{worker_id}"
    run_sql(postgres_desk, f"CREATE ROLE {looker} LOGIN")
    run_sql(postgres_desk, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {looker}")
    try:
        with pytest.raises(Unavailable, match="error: .* sequence .?attachments_seq_seq"):
            copy_to(replace(postgres_desk, user=looker), tmp_path / "desk.dump", lambda: None)
    finally:
        run_sql(postgres_desk, f"DROP OWNED BY {looker}")
        run_sql(postgres_desk, f"DROP ROLE {looker}")
