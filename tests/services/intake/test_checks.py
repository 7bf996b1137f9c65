"""`doctor` and `health` about mail that comes in: every mail is in exactly one place, or it is named."""

import os
from datetime import timedelta

import pytest

from supportdesk.domain.mail.incoming import Envelope, Outcome
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk
from supportdesk.storage.intake import sources
from supportdesk.storage.intake.raw_store import RawStore
from tests.incoming import receive_mail

HELP = MailSettings(hold=0, zone="UTC", sender="help@example.com")


@pytest.fixture
def desk(path, clock):
    with Desk(path, "ann", now=clock, mail=HELP) as desk:
        yield desk


@pytest.fixture
def store(files):
    return RawStore(files / "incoming")


@pytest.fixture
def folder(files):
    return files / "incoming"


@pytest.fixture
def receive(desk):
    def receive(number=1, **headers):
        fields = {"From": f"rita{number}@example.com", "Subject": "Lamp", "Message-ID": f"<{number}@x>", **headers}
        raw = "".join(f"{name}: {value}\n" for name, value in fields.items()) + "\nIt is dark.\n"
        return receive_mail(desk.intake, raw.encode(), Envelope())

    return receive


def found(desk, check):
    return next(each for each in desk.doctor.examine() if each.check == check)


def test_received_is_the_sum_of_what_became_of_the_mails(desk, receive, store):
    for number in (1, 2, 2):
        receive(number)
    receive(3, **{"Auto-Submitted": "auto-replied"})
    receive(1, Subject="Re [#1]", **{"Message-ID": "<9@x>"})
    store.put(b"From: sam@example.com\n\nHello", Envelope()).release()
    finding = found(desk, "mail received")
    assert finding.found == "6 received = 2 new tickets + 1 appended + 1 parked + 1 duplicates + 1 still to be filed"
    assert finding.is_ok
    assert found(desk, "raw mails").found == "4, each with its record"


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda file: file.unlink(), "1 without its raw mail: "),
        (lambda file: file.write_bytes(b"{}\nrubbish"), "1 damaged: "),
        (lambda file: file.rename(file.with_name("ab" * 32 + ".eml")), "1 without its raw mail: "),
    ],
)
def test_a_raw_mail_that_is_lost_or_damaged_is_named(desk, receive, folder, damage, says):
    filed = receive()
    [file] = (folder / "filed").glob("*/*.eml")
    damage(file)
    finding = found(desk, "raw mails")
    assert says + filed.mail[:12] in finding.found
    assert "restore the folder" in finding.advice


def test_raw_mails_without_a_record_are_named_and_filed_when_that_is_wanted(desk, receive, sql):
    receive(1)
    receive(2)
    sql("DELETE FROM incoming_mails WHERE message_id = '<2@x>'")
    finding = found(desk, "raw mails")
    assert "1 whole; 1 without a record: " in finding.found
    assert "mail process --orphans" in finding.advice
    assert desk.intake.put_back_orphans() == 1
    assert [each.outcome for each in desk.intake.process()] == [Outcome.NEW_TICKET]
    assert found(desk, "raw mails").is_ok


def test_a_record_that_leads_nowhere_is_named(desk, receive, sql):
    receive(1)
    receive(1)
    sql("UPDATE incoming_mails SET ticket_id = NULL WHERE outcome = 'new-ticket'")
    finding = found(desk, "mail received")
    assert "not accounted for: " in finding.found
    sql("DELETE FROM incoming_mails WHERE outcome = 'new-ticket'")
    assert "not accounted for: " in found(desk, "mail received").found
    sql("UPDATE incoming_mails SET outcome = 'eaten'")
    assert "outcome 'eaten'"[:12] in found(desk, "mail received").found


def test_mail_that_nobody_files_is_an_alarm(desk, store, folder, clock):
    held = store.put(b"From: sam@example.com\n\nHello", Envelope())
    held.release()
    assert desk.intake.alarms() == ()
    old = (clock.at - timedelta(minutes=6)).timestamp()
    os.utime(held.file, (old, old))
    assert [each.title for each in desk.intake.alarms()] == ["mail is not filed"]
    health = desk.maintenance.health()
    assert (health["status"], health["mails_to_file"]) == ("ALARM", 1)
    assert "mail has waited to be filed since" in health["message"]
    assert "mail process" in found(desk, "mail intake").advice
    list(desk.intake.process())
    assert desk.maintenance.health()["status"] == "OK"


def test_a_mailbox_that_is_read_in_time_is_said_to_be_and_no_other_one(desk, clock):
    def checks():
        return {each.check for each in desk.doctor.examine()}

    assert not checks() & {"mailboxes", "mail intake"}
    with desk._database.writing():
        sources.add(desk._database, "imap x", 15, clock.at)
        sources.save_success(desk._database, "imap x", clock.at)
    assert found(desk, "mailboxes").found == "1 read in time: imap x"
    clock.at += timedelta(minutes=16)
    assert checks() & {"mailboxes", "mail intake"} == {"mail intake"}


def test_what_was_left_half_written_is_removed_a_day_later(desk, store, folder):
    store.put(b"From: sam@example.com\n\nHello", Envelope()).release()
    for name, age in (("old", 2), ("young", 0)):
        file = folder / "tmp" / name
        file.write_bytes(b"half")
        written = file.stat().st_mtime - age * 86_400
        os.utime(file, (written, written))
    list(desk.intake.process())
    assert [file.name for file in (folder / "tmp").iterdir()] == ["young"]
