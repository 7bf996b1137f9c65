"""Raw mails and attachments go with a backup and come back with a restore."""

import os
from time import time

import pytest

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.domain.mail.incoming import Envelope
from supportdesk.services.desk import Desk
from supportdesk.services.maintenance import restore_desk
from supportdesk.storage import desk_files
from supportdesk.storage.content_store import ContentStore
from tests.incoming import receive_mail
from tests.services.conversation.test_attachments import mail_with

pytestmark = pytest.mark.sqlite

PHOTO = ("lamp.png", "image/png", b"PNG" * 10_000)


def files_of(desk):
    folder = desk.with_name(f"{desk.name}.files")
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


@pytest.fixture
def copy(desk, tmp_path):
    receive_mail(desk.intake, mail_with(PHOTO, number=1), Envelope())
    copy = tmp_path / "copy.db"
    made = desk.maintenance.backup(copy)
    assert (made.files, made.added) == (2, 2)
    return copy


def check(path):
    with Desk(path, "eve") as desk:
        return next(each for each in desk.doctor.examine() if each.check == "attachments")


def test_a_backup_is_a_whole_desk(copy, path):
    assert files_of(copy) == [each for each in files_of(path) if not each.startswith("presence")]
    assert check(copy).advice == ""
    with Desk(copy, "eve") as other:
        assert len(other.attachments.content(other.attachments.find("1", "1"))) == 30_000
        assert b"Photo 1" in other.intake.raw("1")


def test_a_second_backup_adds_what_is_new_and_removes_what_is_gone(desk, copy):
    receive_mail(desk.intake, mail_with(PHOTO, ("b.txt", "text/plain", b"b"), number=2), Envelope())
    stray = copy.with_name("copy.db.files") / "attachments" / "00"
    stray.mkdir(exist_ok=True)
    (stray / ("0" * 64)).write_bytes(b"old")
    made = desk.maintenance.backup(copy, replace=True)
    assert (made.files, made.added) == (4, 2)
    assert not (stray / ("0" * 64)).exists()


def test_a_restore_brings_the_files_back(desk, path, copy, tmp_path):
    desk.close()
    folder = path.with_name(path.name + ".files")
    folder.rename(tmp_path / "gone")
    assert "missing" in check(path).found
    restore_desk(SqliteFile(path), copy)
    assert check(path).advice == ""
    with Desk(path, "eve") as other:
        assert len(other.attachments.content(other.attachments.find("1", "1"))) == 30_000


def test_a_disk_without_hard_links_gets_copies(desk, copy, path, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    other = tmp_path / "other.db"
    assert desk.maintenance.backup(other).added == 2
    assert check(other).advice == ""
    [stored] = [each for each in (tmp_path / "other.db.files" / "attachments").rglob("*") if each.is_file()]
    assert stored.stat().st_nlink == 1


def test_a_link_in_the_folder_is_not_followed(path, tmp_path):
    source, target = tmp_path / "a.files", tmp_path / "b.files"
    (source / "attachments" / "ab").mkdir(parents=True)
    (tmp_path / "secret").write_text("secret")
    (source / "attachments" / "ab" / ("a" * 64)).symlink_to(tmp_path / "secret")
    (source / "attachments" / "cd").symlink_to(tmp_path)
    assert desk_files.add_missing(source, target).files == 0


def test_what_no_message_has_is_removed_a_day_later(desk, copy, path):
    store = path.with_name("support.db.files") / "attachments"
    content = ContentStore(store)
    fresh, old = content.put(b"fresh"), content.put(b"old")
    os.utime(content.path(old), (0, 0))
    [used] = [name for name, data in content.names() if name not in (fresh, old)]
    os.utime(content.path(used), (0, 0))
    desk.maintenance.backup(copy, replace=True)
    assert {name for name, _ in content.names()} == {fresh, used}


def test_what_is_stored_again_counts_as_new(path):
    store = ContentStore(path.with_name("x.files") / "attachments")
    name = store.put(b"logo")
    os.utime(store.path(name), (0, 0))
    assert store.put(b"logo") == name
    assert store.remove_unused(set, time()) == 0
