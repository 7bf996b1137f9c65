"""What a server refuses is one sentence that says whether anything was saved, and has a code."""

from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from supportdesk.domain.errors import DeskError, InvalidValue, Locked, NotAllowed, Unavailable
from supportdesk.storage.database import Database
from supportdesk.storage.postgres import failures
from supportdesk.storage.postgres.connection import connect
from tests.conftest import new_database, run_sql

ROLE = "refused"


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        ("55P03", Locked, "locked by another program; nothing was saved"),
        ("57014", Locked, "locked by another program; nothing was saved"),
        ("40001", Locked, "locked by another program; nothing was saved"),
        ("40P01", Locked, "locked by another program; nothing was saved"),
        ("53100", Unavailable, "no space is left"),
        ("53200", Unavailable, "out of memory; nothing was saved, try again"),
        ("53300", Unavailable, "no free connection; try again"),
        ("42501", NotAllowed, "your role needs SELECT, INSERT, UPDATE and DELETE"),
        ("25006", NotAllowed, "on the primary server; nothing was saved"),
        ("28P01", NotAllowed, "does not let you in"),
        ("57P01", Unavailable, "was lost; nothing was saved, try again"),
        ("57P03", Unavailable, "was lost; nothing was saved, try again"),
        ("08006", Unavailable, "was lost; nothing was saved, try again"),
        ("22021", Unavailable, "cannot hold"),
        ("42P01", Unavailable, "lacks what this program needs"),
        ("XX000", Unavailable, "cannot be used"),
    ],
)
def test_each_refusal_of_a_statement_is_a_sentence(code, kind, says):
    error = failures.to_desk_error(psycopg.errors.lookup(code)("ERROR: it says so\nDETAIL: more"), "postgresql://db/x")
    assert type(error) is kind
    assert says in error.message
    assert "postgresql://db/x" in error.message
    assert "\n" not in error.message


@pytest.fixture
def role(postgres, worker_id, postgres_desk):
    """The desk by way of a role of the test's own, which may do what it is given."""
    name = f"{ROLE}_{worker_id}"
    run_sql(postgres_desk, f"CREATE ROLE {name} LOGIN")
    run_sql(postgres_desk, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")
    yield replace(postgres_desk, user=name)
    run_sql(postgres_desk, f"DROP OWNED BY {name}")
    run_sql(postgres_desk, f"DROP ROLE {name}")


def refused(address) -> DeskError:
    with pytest.raises(DeskError) as caught, closing(Database(address)) as desk, desk.writing():
        desk.prove_writable()
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("statement", "kind", "says"),
    [
        ("ALTER ROLE {} NOLOGIN", NotAllowed, "is not permitted to log in"),
        ("ALTER ROLE {} CONNECTION LIMIT 0", Unavailable, "has no free connection (too many connections for role"),
        ("ALTER ROLE {} SET default_transaction_read_only = on", NotAllowed, "cannot be written by you"),
        ("REVOKE UPDATE ON turn FROM {}", NotAllowed, "cannot be written by you"),
        ("REVOKE DELETE ON ticket_counts FROM {}", NotAllowed, "cannot be written by you"),
        ("REVOKE ALL ON turn FROM {}", NotAllowed, "cannot be read by you: your role needs SELECT"),
        ("ALTER ROLE {} SET search_path = nowhere", Unavailable, "lacks what this program needs (no schema"),
    ],
)
def test_what_a_role_may_not_do_is_said(role, postgres_desk, statement, kind, says):
    run_sql(postgres_desk, statement.format(role.user))
    error = refused(role)
    assert (type(error), says in error.message) == (kind, True), error.message


def test_who_may_make_no_tables_is_told_who_makes_a_desk(role, postgres, worker_id):
    with new_database(postgres, worker_id, template=False) as empty:
        run_sql(empty, "REVOKE CREATE ON SCHEMA public FROM public")
        error = refused(replace(empty, user=role.user))
    assert (type(error), "the owner of the database makes it" in error.message) == (NotAllowed, True), error.message


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("127.0.0.1", "cannot be reached: Connection refused"),
        ("127.0.0.1,127.0.0.1", "cannot be reached: Connection refused"),
        ("/nowhere", "cannot be reached: No such file or directory"),
        ("nowhere.invalid", "failed to resolve host 'nowhere.invalid': Name or service not known"),
    ],
)
def test_a_server_that_is_not_there_is_said_with_the_reason(postgres_desk, host, says):
    error = refused(replace(postgres_desk, host=host, port="1", options={}, password="hunter2"))
    assert (type(error), says in error.message) == (Unavailable, True), error.message
    assert "hunter2" not in error.message


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"sslmod": "require"}, 'invalid connection option "sslmod"'),
        ({"sslmode": "requir"}, 'invalid sslmode value: "requir"'),
        ({"service": "absent"}, 'definition of service "absent" not found'),
        ({"target_session_attrs": "best"}, 'invalid target_session_attrs value: "best"'),
    ],
)
def test_an_option_at_fault_is_a_wrong_address_and_no_server_that_is_away(postgres_desk, options, says):
    error = refused(replace(postgres_desk, options=options))
    assert (type(error), says in error.message) == (InvalidValue, True), error.message


@pytest.mark.parametrize("encoding", ["LATIN1", "EUC_JP", "SQL_ASCII"])
def test_texts_of_every_script_are_kept_whatever_encoding_the_environment_names(postgres_desk, monkeypatch, encoding):
    monkeypatch.setenv("PGCLIENTENCODING", encoding)
    told = replace(postgres_desk, options={**postgres_desk.options, "client_encoding": encoding})
    for address in (postgres_desk, told):
        with closing(Database(address)) as desk:
            assert desk.sql("SELECT ?, length(?)", ("жук €", "жук €")) == [("жук €", 5)]


@pytest.mark.parametrize(
    ("made_with", "says"),
    [
        ("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'", "its encoding is SQL_ASCII"),
        ("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'", "its encoding is LATIN1"),
        ("ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc", "its LC_CTYPE knows no letters"),
    ],
)
def test_a_database_that_cannot_hold_a_desk_is_refused_before_anything_is_made(postgres, worker_id, made_with, says):
    with new_database(postgres, worker_id, template=False) as other:
        name = f"odd_{worker_id}"
        run_sql(other, f"DROP DATABASE IF EXISTS {name}")
        with closing(connect(other)) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE template0 {made_with}".encode())
        try:
            error = refused(replace(other, database=name))
            assert (type(error), says in error.message) == (InvalidValue, True), error.message
        finally:
            run_sql(other, f"DROP DATABASE {name} WITH (FORCE)")
