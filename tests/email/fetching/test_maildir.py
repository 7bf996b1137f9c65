"""A Maildir: each mail is taken once, marked as seen, and left where it is."""

import os
import threading

import pytest

from supportdesk.email.fetching.maildir import Maildir
from supportdesk.email.fetching.source import HEAD_KEPT, Position, SourceFailed

MAIL = b"From: rita@example.com\n\nIt is dark.\n"


@pytest.fixture
def folder(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    return tmp_path / "Maildir"


@pytest.fixture
def take(folder):
    taken = []

    def take(store=taken.append, stop=lambda: False):
        Maildir(folder).take(Position(), store, stop)
        return [each.raw for each in taken]

    return take


def names(folder):
    return sorted(f"{file.parent.name}/{file.name}" for file in folder.rglob("*") if file.is_file())


def test_what_is_new_or_not_seen_is_taken_oldest_first_and_marked(folder, take):
    for age, name in enumerate(["cur/2.b:2,F", "new/1.a", "cur/3.c:2,S", "new/4.d:2,", "cur/.hidden", "tmp/5.e"]):
        (folder / name).write_bytes(name.encode())
        os.utime(folder / name, (age, age))
    (folder / "new" / "link").symlink_to("/etc/passwd")
    os.mkfifo(folder / "new" / "pipe")
    assert take() == [b"cur/2.b:2,F", b"new/1.a", b"new/4.d:2,"]
    assert take() == [b"cur/2.b:2,F", b"new/1.a", b"new/4.d:2,"]
    found = [name for name in names(folder) if "link" not in name]
    assert found == ["cur/.hidden", "cur/1.a:2,S", "cur/2.b:2,FS", "cur/3.c:2,S", "cur/4.d:2,S", "tmp/5.e"]


def test_what_was_not_stored_is_taken_again(folder, take):
    (folder / "new" / "1.a").write_bytes(MAIL)

    def full(fetched):
        raise OSError(28, "No space left on device")

    with pytest.raises(SourceFailed, match="No space left"):
        take(full)
    assert names(folder) == ["new/1.a"]
    assert take() == [MAIL]


def test_a_mail_that_was_stored_and_not_marked_has_the_same_place_again(folder):
    places = []
    for _ in range(2):
        (folder / "new" / "1.a").write_bytes(MAIL)
        Maildir(folder).take(Position(), lambda fetched: places.append(fetched.place), lambda: False)
    assert places[0] == places[1]


def test_two_that_read_at_once_take_each_mail_once_and_overwrite_none(folder):
    for number in range(200):
        (folder / "new" / f"{number}.x").write_bytes(b"%d" % number)
    (folder / "cur" / "7.x:2,S").write_bytes(b"another mail of this name")
    taken = []
    threads = [
        threading.Thread(target=Maildir(folder).take, args=(Position(), taken.append, lambda: False)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(int(each.raw) for each in taken) == list(range(200))
    assert len(names(folder)) == 201


def test_a_mail_that_cannot_be_stored_does_not_stand_in_the_way(folder, take):
    for name in ("1.a", "2.b"):
        (folder / "new" / name).write_bytes(name.encode())
    taken = []

    def store(fetched):
        if fetched.raw == b"1.a":
            raise PermissionError(13, "Permission denied")
        taken.append(fetched.raw)

    with pytest.raises(SourceFailed, match=r"1\.a cannot be taken: Permission denied"):
        take(store)
    assert taken == [b"2.b"]


def test_a_mail_above_the_cap_is_taken_as_its_head(folder, take):
    with (folder / "new" / "1.a").open("wb") as file:
        file.write(MAIL)
        file.truncate(51 << 20)
    taken = []
    take(taken.append)
    assert len(taken[0].raw) == HEAD_KEPT
    assert "only its head was stored" in taken[0].cause


@pytest.mark.parametrize("name", ["new", "cur"])
def test_what_is_no_maildir_is_one_sentence(folder, take, name):
    (folder / name).rename(folder / "elsewhere")
    with pytest.raises(SourceFailed, match=f"{name} is missing, or not yours"):
        take()


def test_waiting_ends_when_a_mail_comes_or_the_time_is_over(folder):
    source = Maildir(folder)
    assert source.wait(0.05, lambda: False)
    (folder / "new" / "1.a").write_bytes(MAIL)
    assert source.wait(3600, lambda: False)
    assert source.check() == 1
