"""A backup is put in the place of the desk: nothing of either is lost, and nobody is mailed twice."""

import os
import sqlite3
from contextlib import closing

import pytest

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.domain.errors import DeskReplaced, InvalidValue, Unavailable
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from supportdesk.services.maintenance import check_copy, restore_desk
from supportdesk.storage.sqlite.backup import remove_stale_copies
from tests.storage.titles import titles

pytestmark = pytest.mark.sqlite


def test_a_restore_keeps_the_desk_as_it_was_aside(desk, path, copy, assert_whole):
    assert check_copy(SqliteFile(path), copy).tickets == 1
    restored = restore_desk(SqliteFile(path), copy)
    with pytest.raises(DeskReplaced):
        desk.tickets.create(new_ticket("Lost", "d", "rita@example.com"))
    desk.close()
    assert titles(path) == ["In the backup"]
    assert titles(restored.aside) == ["In the backup", "Too late for the backup"]
    assert titles(copy) == ["In the backup"]
    for each in (path, restored.aside):
        assert_whole(each)
    assert sorted(file.suffix for file in path.parent.iterdir()) == [".db", ".db", ".old"]


def test_mail_that_was_sent_since_the_backup_is_not_sent_again(desk, filed, path, copy):
    filed("Still waiting")
    desk.mail.deliver()
    restored = restore_desk(SqliteFile(path), copy)
    assert restored.unknown == 1
    with Desk(path, "eve") as other:
        assert other.mail.deliver().sent == 0
        assert [message.status for message in other.mail.page()] == ["unknown"]


def test_mail_that_still_waits_goes_out_after_a_restore(desk, path, copy):
    assert restore_desk(SqliteFile(path), copy).unknown == 0
    with Desk(path, "eve") as other:
        assert other.mail.counts()["pending"] == 1


@pytest.mark.parametrize("desk_is", ["missing", "damaged", "killed"])
def test_a_desk_that_cannot_be_opened_can_be_restored(desk, path, copy, desk_is):
    desk.close()
    if desk_is == "missing":
        path.unlink()
    elif desk_is == "damaged":
        path.write_bytes(b"x" * 9000)
    else:
        path.with_name("support.db-wal").write_bytes(b"x" * 9000)
    restored = restore_desk(SqliteFile(path), copy)
    assert (restored.aside is None) == (desk_is == "missing")
    assert titles(path) == ["In the backup"]


def test_what_is_no_desk_is_not_restored(desk, filed, path, copy, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear desk,\n" * 500)
    (tmp_path / "empty.db").touch()
    with closing(sqlite3.connect(tmp_path / "songs.db")) as other, other:
        other.execute("CREATE TABLE songs (title TEXT)")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as newer, closing(sqlite3.connect(copy)) as source:
        source.backup(newer)
        newer.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '')")
        newer.commit()
    whole = copy.read_bytes()
    (tmp_path / "torn.db").write_bytes(whole[: 4096 * 20] + b"\xa5" * 8192 + whole[4096 * 22 :])
    for name, sentence in {
        "nowhere.db": "is not a file",
        "letter.txt": "is not a desk",
        "empty.db": "is not a desk",
        "songs.db": "is not a desk",
        "newer.db": "was made by a newer supportdesk",
        "torn.db": "damaged",
        path.name: "is the desk itself",
    }.items():
        with pytest.raises((InvalidValue, Unavailable), match=sentence):
            check_copy(SqliteFile(path), tmp_path / name)
    filed("Still here")
    assert titles(path)[-1] == "Still here"


KILLED = """
import os, sys
from pathlib import Path
from supportdesk.storage.sqlite import backup
from supportdesk.services.desk import Desk
from tests.storage.titles import titles

backup.os.fsync = lambda descriptor: os._exit(1)
with Desk(Path(sys.argv[1]), "bob") as desk:
    desk.maintenance.backup(Path(sys.argv[2]))
"""


def test_what_a_killed_backup_has_left_is_removed_by_the_next_one(desk, filed, path, tmp_path, spawn):
    filed()
    (tmp_path / "backups").mkdir()
    assert spawn(KILLED, path, tmp_path / "backups" / "copy.db").wait(timeout=30) == 1
    assert len(os.listdir(tmp_path / "backups")) == 1
    (tmp_path / "backups" / "mine.partial").touch()
    desk.maintenance.backup(tmp_path / "backups" / "copy.db")
    assert sorted(os.listdir(tmp_path / "backups")) == ["copy.db", "mine.partial"]


def test_a_link_with_the_name_of_a_partial_copy_is_not_followed(tmp_path):
    (tmp_path / "dear.txt").write_text("dear")
    (tmp_path / ".supportdesk-x.partial").symlink_to(tmp_path / "dear.txt")
    remove_stale_copies(tmp_path)
    assert (tmp_path / "dear.txt").read_text() == "dear"
