"""Mailboxes: how far they were read never moves back, and one that is silent for too long is named."""

from datetime import UTC, datetime, timedelta

import pytest

from supportdesk.storage.intake import sources

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def add(database):
    def add(name="imap"):
        with database.writing():
            sources.remove(database, name)
            sources.add(database, name, 15, AT)

    return add


def test_a_source_is_silent_after_its_minutes_whether_it_ever_succeeded_or_not(database, add):
    add()
    [source] = sources.every(database)
    assert source.silent_since(AT + timedelta(minutes=15)) is None
    assert source.silent_since(AT + timedelta(minutes=16)) == AT
    with database.writing():
        sources.save_success(database, "imap", AT + timedelta(minutes=10))
    [source] = sources.every(database)
    assert source.silent_since(AT + timedelta(minutes=25)) is None
    assert source.silent_since(AT + timedelta(minutes=26)) == AT + timedelta(minutes=10)


def test_a_success_that_a_clock_ahead_has_written_is_none(database, add):
    add()
    with database.writing():
        sources.save_success(database, "imap", AT + timedelta(days=400))
    [source] = sources.every(database)
    assert source.silent_since(AT)


def test_a_position_moves_back_only_with_another_numbering(database, add):
    add()
    positions = []
    for validity, uid in ((7, 20), (7, 10), (8, 5)):
        with database.writing():
            sources.save_position(database, "imap", validity, uid)
        found = sources.find(database, "imap")
        positions.append((found.uid_validity, found.last_uid))
    assert positions == [(7, 20), (7, 20), (8, 5)]


def test_a_source_is_forgotten(database, add):
    add()
    with database.writing():
        assert sources.remove(database, "imap")
        assert not sources.remove(database, "imap")
    assert sources.every(database) == []
