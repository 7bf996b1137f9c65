"""The manual's way to set a server up, as it is written there: databases, roles, passwords, TLS."""

import os
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest
import trustme

from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.domain.errors import NotAllowed, Unavailable
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.help import read_topic
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from tests.conftest import run_sql
from tests.postgres_server import own_server

LAMP = new_ticket("Lamp is dark", "It does not shine.", "rita@example.com")
MANUAL = [line.strip() for line in read_topic("postgresql").splitlines() if line.startswith("    ")]


def test_the_manuals_commands_and_rights_are_enough(postgres, postgres_desk, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{postgres.bin}{os.pathsep}{os.environ['PATH']}")
    made = [line.split() for line in MANUAL if line.startswith("create")]
    assert [words[0] for words in made] == ["createuser", "createdb", "createuser", "createuser"]
    for program, *words in made:
        # A password is asked for on the terminal.
        postgres.run(program, "-h", postgres.root, "-U", "postgres", *(word for word in words if word != "--pwprompt"))
    owner = replace(postgres_desk, user="support", database="support")
    rights = [line for line in MANUAL if line.startswith(("GRANT", "ALTER"))]
    assert len(rights) == 4
    try:
        with Desk(owner, "olga") as desk:
            desk.tickets.create(LAMP)
        for right in rights:
            run_sql(owner, right)
        run_sql(owner, "CREATE TABLE of_a_later_version (number bigint GENERATED ALWAYS AS IDENTITY, word text)")
        (tmp_path / "more.csv").write_text("title,description,contact_email\nDoor,It is stuck.,omar@example.com\n")
        run_sql(replace(owner, user="ann"), "INSERT INTO of_a_later_version (word) VALUES ('lamp')")
        run_sql(owner, "DROP TABLE of_a_later_version")
        with Desk(replace(owner, user="ann"), "ann", create=False) as ann:
            ann.tickets.create(LAMP)
            ann.tickets.update(["1", "2"], TicketChange(status=Status.RESOLVED))
            ann.ticket_import.run(tmp_path / "more.csv", ColumnChoice())
            ann.journal.undo()
            ann.mail.deliver()
            assert ann.mail.page(text="lamp")
            assert ann.maintenance.backup(tmp_path / "desk.dump").bytes
    finally:
        run_sql(postgres_desk, "DROP DATABASE support WITH (FORCE)")
        for role in ("ann", "agents", "support"):
            run_sql(postgres_desk, f"DROP ROLE IF EXISTS {role}")


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A server in the network that wants a password, and TLS where it was built with that (the wheel's is not).

    With TLS, `visitor` needs a certificate instead: `visitor.pem` beside that of the authority.
    """
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with own_server() as server:
        server.make_template()
        server.stop("fast")
        has_tls = bool(list((server.bin.parent / "lib").rglob("libssl*")) or os.environ.get("DESK_POSTGRES"))
        certificate = authority.issue_cert("localhost")
        certificate.private_key_pem.write_to_path(server.data / "server.key")
        for pem in certificate.cert_chain_pems:
            pem.write_to_path(server.data / "server.crt", append=True)
        authority.cert_pem.write_to_path(server.data / "root.crt")
        for file in ("server.key", "server.crt", "root.crt"):
            (server.data / file).chmod(0o600)
            os.chown(server.data / file, server.data.stat().st_uid, server.data.stat().st_gid)
        visitor = authority.issue_cert("visitor@example.com", common_name="visitor")
        visitor.private_key_and_cert_chain_pem.write_to_path(folder / "visitor.pem")
        (folder / "visitor.pem").chmod(0o600)
        rules = ["hostssl all visitor 127.0.0.1/32 cert", "hostssl all all 127.0.0.1/32 scram-sha-256"]
        wanted = ["local all all trust", *(rules if has_tls else ["host all all 127.0.0.1/32 scram-sha-256"])]
        (server.data / "pg_hba.conf").write_text("\n".join([*wanted, ""]))
        tls_on = {"ssl": "on", "ssl_ca_file": "root.crt"} if has_tls else {}
        server.start(listen_addresses="127.0.0.1", port=str(port), **tls_on)
        local = f"postgresql://postgres@:{port}/desk_template?host={server.root}"
        tls = f"?sslmode=verify-full&sslrootcert={folder / 'ca.pem'}" if has_tls else ""
        yield local, f"postgresql://postgres@localhost:{port}/desk_template", tls


def desk_command(address, **environment):
    words = [sys.executable, "-m", "supportdesk", "ticket", "list"]
    given = {"PATH": os.environ["PATH"], "HOME": "/nowhere", "SUPPORTDESK_AGENT": "ann", "DATABASE_URL": address}
    done = subprocess.run(words, env={**given, **environment}, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_passwords_and_certificates_are_checked(strict, tmp_path):
    local, far, tls = strict
    run_sql(parse_desk_address(local), "ALTER ROLE postgres PASSWORD 'pass-word'")
    verified = far + tls
    passwords = tmp_path / "passwords"
    passwords.write_text("localhost:*:*:postgres:pass-word\n")
    passwords.chmod(0o600)
    assert desk_command(verified, PGPASSFILE=str(passwords))[0] == 0
    services = tmp_path / "services"
    port = far.rpartition(":")[2].partition("/")[0]
    services.write_text(f"[desk]\nhost=localhost\nport={port}\nuser=postgres\ndbname=desk_template\n")
    by_service = {"PGSERVICEFILE": str(services), "PGPASSFILE": str(passwords)}
    assert desk_command("postgresql:///?service=desk", **by_service)[0] == 0
    code, said = desk_command(verified)
    assert (code, "does not let you in: it wants a password, and ~/.pgpass" in said) == (1, True)
    wrong = far.replace("postgres@", "postgres:hunter2@")
    with pytest.raises(NotAllowed, match="does not let you in") as refused:
        Desk(parse_desk_address(wrong), "ann")
    assert "hunter2" not in refused.value.message
    if tls:
        run_sql(parse_desk_address(local), "CREATE ROLE visitor LOGIN SUPERUSER")
        visiting = verified.replace("postgres@", "visitor@")
        key = tls.rpartition("=")[2].replace("ca.pem", "visitor.pem")
        assert desk_command(visiting)[0] != 0
        assert desk_command(f"{visiting}&sslcert={key}&sslkey={key}")[0] == 0
        trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
        with pytest.raises(Unavailable, match="certificate verify failed"):
            Desk(parse_desk_address(f"{far}?sslmode=verify-full&sslrootcert={tmp_path / 'other.pem'}"), "ann")
