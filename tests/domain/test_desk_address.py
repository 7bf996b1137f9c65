"""Where a desk is kept: what is recognised, and what is shown of it."""

from pathlib import Path

import pytest

from supportdesk.domain.desk_address import PostgresServer, SqliteFile, parse_desk_address, sqlite_file
from supportdesk.domain.errors import InvalidValue


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ann:secret@db.example.com/desk", "postgresql://ann@db.example.com/desk"),
        (
            "postgres://ann:secret@db.example.com:5433/desk?sslmode=require",
            "postgresql://ann@db.example.com:5433/desk?sslmode=require",
        ),
        ("PostgreSQL://[::1]/desk", "postgresql://[::1]/desk"),
        ("postgresql:///desk?password=secret", "postgresql:///desk"),
        ("postgresql:///desk?host=/run/pg&password=secret", "postgresql:///desk?host=/run/pg"),
        ("postgresql:///?service=desk&files=/srv/files", "postgresql:///?service=desk&files=/srv/files"),
        ("postgresql://db1:5433,db2/desk", "postgresql://db1:5433,db2/desk"),
        ("postgresql://ann:secret@db1,[::1]:5434/desk", "postgresql://ann@db1,[::1]:5434/desk"),
        ("postgresql://db1,db2/desk", "postgresql://db1,db2/desk"),
        ("postgresql://%2Frun%2Fpg:5433/desk", "postgresql://%2Frun%2Fpg:5433/desk"),
        # People type any letters in a password.
        ("postgresql://ann:12/secret@db/desk", "postgresql://ann@db/desk"),
        ("postgresql://ann:1@secret?#:@db/desk", "postgresql://ann@db/desk"),
    ],
)
def test_a_server_is_recognised_and_shown_without_its_password(text, shown):
    server = parse_desk_address(text)
    assert isinstance(server, PostgresServer)
    assert (str(server), server.identity) == (shown, shown.removesuffix("&files=/srv/files"))
    assert "secret" not in repr(server)
    with pytest.raises(InvalidValue, match="needs a desk in a file") as refused:
        sqlite_file(server)
    assert shown in refused.value.message


@pytest.mark.parametrize("option", ["sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"])
def test_no_secret_among_the_options_is_shown(option):
    server = parse_desk_address(f"postgresql://db/desk?{option}=hunter2&sslmode=require")
    assert isinstance(server, PostgresServer)
    assert server.options[option] == "hunter2"
    for shown in (str(server), repr(server), server.identity):
        assert "hunter2" not in shown
    assert str(server) == f"postgresql://db/desk?{option}=***&sslmode=require"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ann:secret@\x1b]0;owned\x07/desk",
        "postgresql://secret secret/desk",
        "postgresql://db/desk/secret",
        "postgresql://db:secret/desk",
        "postgresql://ann:secret\n@db/desk",
        "postgresql://db:5433,/secret/desk",
        "postgresql:/ann:secret@db/desk",
        "postgresql//ann:secret@db/desk",
        "Postgres:ann:secret@db/desk",
    ],
)
def test_what_is_no_address_of_a_server_is_refused_and_not_repeated(text):
    with pytest.raises(InvalidValue, match="write it as postgresql://user@host:port/database") as refused:
        parse_desk_address(text)
    assert "secret" not in refused.value.message
    assert refused.value.message.isprintable()


def test_a_file_is_the_same_desk_by_every_way_to_it(tmp_path):
    path = tmp_path / "support.db"
    path.touch()
    (tmp_path / "link.db").symlink_to(path)
    link = parse_desk_address(f"sqlite:///{tmp_path}/link.db")
    assert link == SqliteFile(Path(tmp_path / "link.db"))
    assert link.identity == SqliteFile(path).identity
    assert (str(link), sqlite_file(link)) == (str(tmp_path / "link.db"), tmp_path / "link.db")
