"""Mails that cannot be read or filed: none is lost, none stops those after it, and each says why."""

import os
import signal
import threading

import pytest

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.mail.incoming import Envelope, Outcome
from supportdesk.email.receiving.reader import Limits
from supportdesk.services.desk import Desk
from supportdesk.services.intake.inbox import UNREADABLE
from supportdesk.services.intake.service import Intake
from supportdesk.storage.intake.raw_store import RawStore
from tests.incoming import receive_mail

HEAD = b"From: Rita <rita@example.com>\nSubject: Lamp\nMessage-ID: <%d@example.com>\n\n"
MAIL = HEAD % 1 + b"It is dark.\n"
TOO_MUCH = HEAD % 2 + b"x" * (35 << 20)


@pytest.fixture
def folder(files):
    return files / "incoming"


@pytest.fixture
def intake(desk, folder):
    intake = Intake(desk._context, desk.tickets, folder, Limits(memory=100 << 20))
    yield intake
    intake.close()


def test_a_mail_that_cannot_be_read_waits_with_its_cause_and_what_its_head_says(desk, intake):
    filed = receive_mail(intake, TOO_MUCH, Envelope())
    assert (filed.outcome, filed.cause) == (Outcome.PARKED, "reading it took more than 100 MB of memory")
    [failed] = intake.list()
    assert (failed.outcome, failed.from_email, failed.subject) == (Outcome.FAILED, "rita@example.com", "Lamp")
    assert intake.raw(str(failed.seq)) == TOO_MUCH
    finding = next(each for each in desk.doctor.examine() if each.check == "mail received")
    assert (finding.is_ok, "--state failed` says why" in finding.advice) == (False, True)
    assert receive_mail(intake, TOO_MUCH, Envelope()).outcome is Outcome.DUPLICATE
    assert receive_mail(intake, MAIL, Envelope()).outcome is Outcome.NEW_TICKET


def test_a_mail_that_failed_becomes_a_ticket_when_somebody_wants_it_or_is_discarded(intake):
    receive_mail(intake, TOO_MUCH, Envelope())
    ticket = intake.accept("1")
    assert (ticket.title, ticket.description, ticket.contact_email) == ("Lamp", UNREADABLE, "rita@example.com")
    with pytest.raises(NotAllowed):
        intake.discard("1")
    receive_mail(intake, TOO_MUCH.replace(b"<2@", b"<3@"), Envelope())
    assert intake.discard("2").outcome is Outcome.DISCARDED
    assert intake.list() == []


def test_a_mail_that_no_reader_survives_does_not_stop_the_next_one(intake, folder):
    store = RawStore(folder)
    for raw in (TOO_MUCH, MAIL):
        store.put(raw, Envelope()).release()
    assert [filed.outcome for filed in intake.process()] == [Outcome.PARKED, Outcome.NEW_TICKET]
    assert list(intake.process()) == []


def test_a_fault_of_the_program_is_recorded_too_and_not_tried_for_ever(path, clock, ids, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    broken = iter([None])

    def new_id():
        return ids() if next(broken, "sound") else 1 / 0

    with Desk(path, "ann", now=clock, new_id=new_id) as desk:
        filed = receive_mail(desk.intake, MAIL, Envelope())
        assert filed.outcome is Outcome.PARKED
        assert filed.cause.startswith("internal error (ZeroDivisionError); details were written to ")
        assert list(desk.intake.process()) == []
        assert desk.intake.accept("1").title == "Lamp"


def test_two_processes_file_each_mail_once_and_what_one_holds_the_other_leaves(path, clock, folder, intake):
    store = RawStore(folder)
    held = store.put(MAIL, Envelope())
    assert list(intake.process()) == []
    held.release()
    for number in range(40):
        store.put(HEAD % (number + 10) + b"Dark.", Envelope()).release()
    with Desk(path, "bob", now=clock) as other:
        results = []
        threads = [
            threading.Thread(target=lambda one=one: results.extend(one.process())) for one in (intake, other.intake)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert len(results) == 41
    assert {each.outcome for each in results} <= {Outcome.NEW_TICKET, Outcome.PARKED}


def test_a_reader_that_is_ended_while_it_reads_loses_no_mail(intake):
    receive_mail(intake, MAIL, Envelope())
    os.kill(intake._inbox.reader._process.pid, signal.SIGKILL)
    assert receive_mail(intake, HEAD % 5 + b"Dark.", Envelope()).outcome is Outcome.NEW_TICKET


@pytest.mark.sqlite
def test_a_desk_reached_by_a_link_has_the_same_mails(desk, path, tmp_path, clock):
    (tmp_path / "other.db").symlink_to(path)
    receive_mail(desk.intake, b"From: a@example.com\nAuto-Submitted: auto-replied\n\nAway.", Envelope())
    with Desk(tmp_path / "other.db", "bob", now=clock) as other:
        assert other.intake.raw("1") == desk.intake.raw("1")
