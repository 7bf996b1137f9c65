"""Raw mails on disk: durable before anybody hears of them, held by one process at a time, kept once."""

import os
from pathlib import Path

import pytest

from supportdesk.domain.mail.incoming import Envelope
from supportdesk.storage.intake.raw_store import PREFIXES, RawStore, mail_id

RAW = b"From: rita@example.com\n\nIt is dark.\n"
ENVELOPE = Envelope("rita@example.com", ("help@example.com",))


@pytest.fixture
def store(tmp_path):
    return RawStore(tmp_path / "files" / "incoming")


def test_a_mail_waits_with_its_envelope_until_it_is_kept_once(store):
    for _ in range(2):
        with store.put(RAW, ENVELOPE) as held:
            assert store.read(held.file) == (RAW, ENVELOPE)
            assert list(store.waiting()) == [held.file]
            store.keep(held.file, mail_id(RAW))
    assert not store.has_waiting()
    assert store.get(mail_id(RAW)) == RAW
    assert store.is_whole(mail_id(RAW))
    assert [mail for prefix in PREFIXES for mail in store.kept(prefix)] == [mail_id(RAW)]


def test_who_stored_a_mail_holds_it_and_nobody_else_until_it_is_released(store):
    held = store.put(RAW, ENVELOPE)
    assert store.hold(held.file) is None
    held.release()
    again = store.hold(held.file)
    assert again is not None
    store.keep(again.file, mail_id(RAW))
    again.release()
    assert store.hold(held.file) is None


def test_the_same_mail_under_the_same_name_is_stored_once(store):
    for _ in range(2):
        store.put(RAW, ENVELOPE, "imap-7-1").release()
    [file] = store.waiting()
    assert file.name == "imap-7-1.eml"


def test_what_could_not_be_stored_leaves_nothing_behind(store, tmp_path, monkeypatch):
    store.put(RAW, ENVELOPE).release()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put(RAW, ENVELOPE)
    assert len(list(store.waiting())) == 1
    assert list((tmp_path / "files" / "incoming" / "tmp").iterdir()) == []


def test_a_desk_without_a_folder_has_no_mails_and_takes_none():
    store = RawStore(Path(os.devnull) / "incoming")
    assert not store.has_waiting()
    assert list(store.waiting()) == []
    assert list(store.kept("ab")) == []
    store.remove_unfinished()
    with pytest.raises(OSError, match="Not a directory"):
        store.put(RAW, ENVELOPE)
