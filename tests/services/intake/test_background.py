"""Stored mail is filed by whoever delivers mail anyway, and not as that agent's doing."""

import asyncio

import pytest

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.mail.incoming import Envelope
from supportdesk.services.intake import background
from supportdesk.storage.intake.raw_store import RawStore

MAIL = b"From: Rita <rita@example.com>\nSubject: Lamp %d\nMessage-ID: <%d@example.com>\n\nIt is dark.\n"


@pytest.fixture
def store(files):
    store = RawStore(files / "incoming")

    def put(number=1):
        store.put(MAIL % (number, number), Envelope()).release()
        return store

    return put


def test_an_app_files_what_a_mail_system_has_stored_and_acknowledges_it(desk, store):
    store()
    report = asyncio.run(desk.deliver())
    assert desk.tickets.get("1").title == "Lamp 1"
    assert report.sent == 1


def test_an_agent_whose_app_filed_a_mail_cannot_undo_what_somebody_wrote(desk, store):
    store()
    asyncio.run(desk.deliver())
    with pytest.raises(NotAllowed):
        desk.journal.undo()
    [entry] = [entry for entry in desk.journal.after(0, 100) if entry.number == 1]
    assert entry.actor == "mail"


def test_what_cannot_be_filed_now_is_not_tried_every_second(desk, store, sql, monkeypatch):
    store()
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert desk.filing.file_waiting(lambda: False) == 0
    monkeypatch.undo()
    assert desk.filing.file_waiting(lambda: False) == 0
    monkeypatch.setattr(background, "monotonic", lambda: 1e12)
    assert desk.filing.file_waiting(lambda: False) == 1


def test_an_app_that_is_left_stops_between_two_mails(desk, store):
    for number in range(4):
        store(number)
    stops = iter([False, False, True])
    assert desk.filing.file_waiting(lambda: next(stops)) == 2
