"""An old file is brought up to date step by step, whole or not at all."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic

import peewee
import pytest

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.domain.errors import Unavailable
from supportdesk.domain.preference import Frequency, PreferenceChange
from supportdesk.services.desk import Desk
from supportdesk.storage.database import Database
from supportdesk.storage.sqlite.migrate import STEPS, migrate
from tests.services.experiments.samples import running

pytestmark = pytest.mark.sqlite

ALL = sorted(STEPS.glob("*/[0-9]*.py"))
LAST = ALL[-1].parent.name


def up_to(folder: Path, steps: list[Path]) -> Path:
    for step in steps:
        (folder / step.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(step, folder / step.parent.name)
    return folder


def bring(path: Path, steps: Path) -> None:
    with closing(peewee.SqliteDatabase(path, pragmas={"foreign_keys": 1})) as database:
        migrate(database, path, steps)
        assert database.pragma("foreign_keys") == 1


def schema(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def test_an_old_file_brought_up_step_by_step_equals_a_new_one(tmp_path):
    Database(SqliteFile(tmp_path / "new.db")).close()
    for count in range(1, len(ALL) + 1):
        bring(tmp_path / "old.db", up_to(tmp_path / "steps", ALL[:count]))
    assert schema(tmp_path / "old.db") == schema(tmp_path / "new.db")


def test_every_step_has_a_number_of_its_own_and_says_what_it_does():
    numbers = [int(step.stem[:4]) for step in ALL]
    assert numbers == sorted(set(numbers))
    for step in ALL:
        assert step.read_text("utf-8").startswith('"""')


@pytest.mark.parametrize(
    "last",
    ["raise ValueError('no')", "db.execute_sql('CREATE TABLE tickets (x)')", "db.execute_sql('SELECT raise')"],
)
def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path, last):
    path = tmp_path / "a.db"
    bring(path, up_to(tmp_path / "steps", ALL))
    before = schema(path)
    (tmp_path / "steps" / LAST / "9998_half.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('CREATE TABLE half (x)')"
    )
    (tmp_path / "steps" / LAST / "9999_fails.py").write_text(f"def up(migrator, db):\n    {last}")
    with pytest.raises((ValueError, peewee.PeeweeException)):
        bring(path, tmp_path / "steps")
    assert schema(path) == before
    Database(SqliteFile(path)).close()


def test_a_later_step_finds_the_tickets_there_are(desk, filed, path, tmp_path):
    kept = filed()
    desk.close()
    steps = up_to(tmp_path / "steps", ALL)
    (steps / LAST / "9999_later.py").write_text("def up(migrator, db):\n    db.execute_sql('CREATE TABLE later (x)')")
    bring(path, steps)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT id FROM tickets").fetchall() == [(kept.id,)]
        assert file.execute("SELECT count(*) FROM later").fetchall() == [(0,)]


def test_mail_that_waited_before_there_were_preferences_still_goes_out(tmp_path, clock):
    path = tmp_path / "old.db"
    bring(path, up_to(tmp_path / "steps", ALL[:2]))
    with closing(sqlite3.connect(path)) as file, file:
        for number, status in enumerate(("sent", "pending", "failed", "pending")):
            file.execute(
                "INSERT INTO notifications (id, recipient_email, notification_type, subject, content, status, "
                "message_id, created_at) VALUES (?, ?, 'ticket_created', 'Lamp', 'Dark', ?, '<m>', ?)",
                (f"id-{number}", "Rita@example.com", status, "2026-01-01T00:00:00.000Z"),
            )
    with Desk(path, "ann", now=clock) as desk:
        assert {status: number for status, number in desk.mail.counts().items() if number} == {
            "pending": 2, "sent": 1, "failed": 1,
        }  # fmt: skip
        assert desk.mail.count(text="rita lamp").rows == 4
        desk.preferences.set("rita@EXAMPLE.com", PreferenceChange(notification_frequency=Frequency.DAILY))
        assert desk.mail.deliver().digests == 1
        assert desk.mail.counts()["digested"] == 2


def test_domains_that_once_shared_their_preferences_have_their_own(tmp_path, clock):
    path = tmp_path / "old.db"
    bring(path, up_to(tmp_path / "steps", ALL[:4]))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(
            "INSERT INTO user_preferences (id, email, email_key, notification_frequency, created_at, updated_at) "
            "VALUES ('p', 'rita@straße.de', 'rita@strasse.de', 'none', :at, :at)",
            {"at": "2026-01-01T00:00:00.000Z"},
        )
    with Desk(path, "ann", now=clock) as desk:
        assert desk.preferences.get("Rita@straße.de").notification_frequency == "none"
        assert desk.preferences.get("rita@strasse.de").notification_frequency == "immediate"


def test_users_of_experiments_keep_their_variant_however_they_were_spelled(tmp_path, clock):
    path = tmp_path / "old.db"
    bring(path, up_to(tmp_path / "steps", ALL[:4]))
    with Desk(tmp_path / "other.db", "ann", now=clock) as desk:
        running(desk)
    with closing(sqlite3.connect(path)) as file:
        file.execute("ATTACH ? AS other", (str(tmp_path / "other.db"),))
        for table in ("experiments", "experiment_variants", "experiment_phases", "experiment_metrics"):
            # Of what a desk has now, the old one has its own columns.
            columns = ", ".join(name for _, name, *_ in file.execute(f"PRAGMA main.table_info({table})"))
            file.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM other.{table}")
        for user, variant in (("Rita@Example.com", 1), ("Rene\u0301", 0), ("Bo@x.example", 0), ("bo@x.example", 1)):
            file.execute(
                "INSERT INTO experiment_assignments (test, user_identifier, variant, hash_value, assigned_at) "
                "VALUES (1, ?, ?, '', '2026-01-01T00:00:00.000Z')",
                (user, variant),
            )
        file.commit()
    with Desk(path, "ann", now=clock) as desk:
        found = [
            desk.experiments.assign("1", user).variant for user in ("RITA@example.com", "Ren\u00e9", "bo@x.example")
        ]
        assert found == ["blue", "green", "blue"]
        assert [arm.users for arm in desk.experiments.arms([desk.experiments.get("1")])[1]] == [1, 1]


def test_every_desk_has_a_secret_of_its_own(tmp_path):
    with (
        closing(Database(SqliteFile(tmp_path / "a.db"))) as one,
        closing(Database(SqliteFile(tmp_path / "b.db"))) as other,
    ):
        assert len(one.secret) == len(other.secret) == 32
        assert one.secret != other.secret
    with closing(Database(SqliteFile(tmp_path / "a.db"))) as again:
        assert again.secret == one.secret


def test_a_new_desk_waits_for_its_turn_and_says_when_it_does_not_come(no_desk):
    no_desk.touch()
    with closing(sqlite3.connect(no_desk, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = monotonic()
        with pytest.raises(Unavailable, match="is locked by another program; nothing was saved, try again"):
            Database(SqliteFile(no_desk), busy_seconds=0.2)
        assert monotonic() - began >= 0.2
        other.execute("ROLLBACK")
    Database(SqliteFile(no_desk), busy_seconds=0.05).close()
