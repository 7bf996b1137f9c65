"""A desk's file is moved, replaced, overwritten or removed while others have it open: nothing is lost or damaged."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from supportdesk.domain.errors import DeskReplaced, InvalidValue, Unavailable
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from tests.storage.titles import titles

pytestmark = pytest.mark.sqlite


def move_over(path, copy):
    os.replace(copy, path)


def copy_over(path, copy):
    shutil.copyfile(copy, path)


def set_aside_and_copy(path, copy):
    path.rename(path.with_name("aside.db"))
    shutil.copyfile(copy, path)


def remove_and_copy(path, copy):
    path.unlink()
    shutil.copyfile(copy, path)


def remove(path, copy):
    path.unlink()


def set_aside(path, copy):
    path.rename(path.with_name("aside.db"))


def remove_index_of_log(path, copy):
    # Whoever opens the desk now makes a new one, and sees nothing of what others write by the old one.
    path.with_name(f"{path.name}-shm").unlink()


def remove_log(path, copy):
    path.with_name(f"{path.name}-wal").unlink()


PUT_BACK = [move_over, copy_over, set_aside_and_copy, remove_and_copy]
GONE = [remove, set_aside]


@pytest.mark.parametrize("replace", [*PUT_BACK, *GONE, remove_index_of_log, remove_log])
def test_nothing_is_written_once_the_file_is_another(desk, filed, colleague, path, copy, replace):
    replace(path, copy)
    for each in (desk, colleague, desk):
        with pytest.raises(DeskReplaced, match="nothing was saved"):
            each.tickets.create(new_ticket("Lost", "Confirmed to nobody", "rita@example.com"))
        with pytest.raises(DeskReplaced):
            each.changes_elsewhere()


@pytest.mark.parametrize(
    ("replace", "notices_first"),
    # Who was overwritten in place and has not noticed keeps others out of the file.
    [*((replace, True) for replace in PUT_BACK), *((replace, False) for replace in PUT_BACK if replace != copy_over)],
)
def test_who_opens_the_new_file_gets_it_whole(desk, colleague, path, copy, replace, notices_first, assert_whole):
    replace(path, copy)
    if notices_first:
        for each in (desk, colleague):
            with pytest.raises(DeskReplaced):
                each.changes_elsewhere()
    assert titles(path) == ["In the backup"]
    with Desk(path, "eve") as other:
        other.tickets.create(new_ticket("After the restore", "d", "rita@example.com"))
        for each in (desk, colleague):
            with pytest.raises(DeskReplaced):
                each.changes_elsewhere()
            each.close()
    assert titles(path) == ["In the backup", "After the restore"]
    assert_whole(path)


@pytest.mark.parametrize("replace", [set_aside, set_aside_and_copy])
def test_what_was_confirmed_is_in_the_file_that_was_set_aside(desk, path, copy, replace, assert_whole):
    replace(path, copy)
    with pytest.raises(DeskReplaced):
        desk.changes_elsewhere()
    desk.close()
    assert titles(path.with_name("aside.db")) == ["In the backup", "Too late for the backup"]
    assert_whole(path.with_name("aside.db"))


CRASH = """
import os, sys
from pathlib import Path
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from tests.storage.titles import titles

desk = Desk(Path(sys.argv[1]), "bob")
desk.tickets.create(new_ticket("Before the power cut", "d", "rita@example.com"))
os._exit(0)
"""


def test_a_log_that_a_killed_process_left_is_not_applied_to_a_backup(path, copy, desk, spawn, assert_whole):
    desk.close()
    assert spawn(CRASH, path).wait(timeout=30) == 0
    assert path.with_name("support.db-wal").stat().st_size > 0
    os.replace(copy, path)
    assert titles(path) == ["In the backup"]
    assert_whole(path)
    kept = [file for file in path.parent.iterdir() if file.name.startswith("support.db-wal.")]
    assert len(kept) == 1


def test_a_log_that_a_killed_process_left_is_kept_with_its_own_file(path, desk, spawn):
    desk.close()
    assert spawn(CRASH, path).wait(timeout=30) == 0
    assert titles(path) == ["Before the power cut"]


def test_a_file_that_is_replaced_within_a_change_gets_nothing_of_it(desk, path, copy):
    def change():
        with desk._database.writing():
            desk._database.sql("UPDATE tickets SET title = 'Half'")
            os.replace(copy, path)

    with pytest.raises(DeskReplaced):
        change()
    assert titles(path) == ["In the backup"]


def test_nothing_is_written_into_a_file_that_was_cut_short(desk, filed, path):
    filed(description="It does not shine. " * 5_000)
    with Desk(path, "eve") as other:
        other._database.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    desk.changes_elsewhere()
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(Unavailable, match="was cut short by somebody; nothing was saved"):
        filed("Key is lost")


def test_a_file_that_becomes_smaller_by_itself_is_the_same(desk, filed, path, sql):
    filed(description="It does not shine. " * 5_000)
    sql("PRAGMA wal_checkpoint(TRUNCATE)")
    desk.changes_elsewhere()
    before = path.stat().st_size
    sql("UPDATE tickets SET description = '-'")
    sql("VACUUM")
    sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert path.stat().st_size < before
    assert filed("Door jams").number == 2


def test_a_desk_with_two_names_is_refused(path, desk):
    desk.close()
    os.link(path, path.with_name("link.db"))
    for name in (path, path.with_name("link.db")):
        with pytest.raises(InvalidValue, match="hard links"):
            Desk(name, "ann")
    path.with_name("link.db").unlink()
    Desk(path, "ann").close()


def test_a_desk_that_a_newer_program_migrated_is_not_written_by_the_older_one(desk, filed, sql):
    filed()
    sql("CREATE INDEX tickets_by_title ON tickets (title)")
    assert filed().number == 2
    sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '')")
    sql("CREATE TABLE later (x)")
    for use in (filed, desk.changes_elsewhere):
        with pytest.raises(Unavailable, match="was migrated by a newer supportdesk; nothing was saved"):
            use()
    assert sql("SELECT count(*) FROM tickets") == [(2,)]


def test_a_prepared_file_fills_no_memory(desk, filed, sql):
    filed()
    sql("CREATE TRIGGER large AFTER INSERT ON tickets BEGIN SELECT length(hex(zeroblob(400000000))); END")
    with pytest.raises(Unavailable, match="too big"):
        filed("Key is lost")
    assert sql("SELECT count(*) FROM tickets") == [(1,)]


@pytest.mark.parametrize(
    "prepare",
    [
        "CREATE TRIGGER endless AFTER INSERT ON tickets BEGIN UPDATE tickets SET title = (WITH RECURSIVE n(x) AS "
        "(SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n); END",
        "ALTER TABLE faq_counts RENAME TO kept; CREATE VIEW faq_counts AS WITH RECURSIVE n(x) AS "
        "(SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS category, x AS faqs FROM n WHERE x < 0",
    ],
)
def test_a_prepared_file_holds_nobody_up_for_ever(desk, filed, path, monkeypatch, prepare):
    monkeypatch.setattr("supportdesk.storage.sqlite.limit.STEPS", 20)
    with closing(sqlite3.connect(path)) as file:
        file.executescript(prepare)

    def use():
        with Desk(path, "ann") as prepared:
            prepared.tickets.create(new_ticket("t", "d", "rita@example.com"))
            prepared.faqs.categories()

    with pytest.raises(Unavailable, match="did not end"):
        use()
