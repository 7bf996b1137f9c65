"""Fetching from mailboxes: each mail is stored once, whatever the server does, and nothing is deleted there."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import trustme

from supportdesk.domain.errors import InvalidValue, NotFound
from supportdesk.domain.mail.incoming import Outcome
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk
from supportdesk.storage.intake import sources
from tests.email.fetching.imap_server import PASSWORD, TOKEN, Hangup, Mail, imap_server

HELP = MailSettings(hold=0, zone="UTC", sender="help@example.com", intake_alarm=15, intake_poll=1, timeout=5)
MAIL = "From: rita%d@example.com\nSubject: Lamp %d\nMessage-ID: <%d@example.com>\n\nIt is dark.\n"


def mail(number=1, size=0):
    return (MAIL % (number, number, number)).encode() + b"x" * size


@pytest.fixture
def server():
    with imap_server() as server:
        yield server


@pytest.fixture
def settings(server, tmp_path):
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "password").chmod(0o600)
    return replace(
        HELP,
        intake_imap_host="127.0.0.1",
        intake_imap_port=server.port,
        intake_imap_security="none",
        intake_imap_user="help",
        intake_imap_secret_file=tmp_path / "password",
    )


class Reader:
    """One process that reads the mailboxes of some settings."""

    def __init__(self, desk):
        self.desk = desk
        self.sources = desk.intake.sources()
        self.fetcher = desk.intake.fetcher(lambda stop: list(desk.intake.process(stop)))

    def __call__(self):
        """Fetches and files; returns how many were fetched, and what went wrong."""
        [report] = [self.fetcher.fetch(source) for source in self.sources]
        list(self.desk.intake.process())
        return report.fetched, report.error

    @property
    def titles(self):
        known = self.desk.intake.list(tuple(Outcome))
        return sorted(each.subject for each in known if each.outcome is Outcome.NEW_TICKET)

    @property
    def outcomes(self):
        return sorted(each.outcome for each in self.desk.intake.list(tuple(Outcome)))

    def close(self):
        for source in self.sources:
            source.close()


@pytest.fixture
def make_reader(path, clock):
    desks, readers = [], []

    def make(settings, agent="ann"):
        desks.append(Desk(path, agent, now=clock, mail=settings))
        readers.append(Reader(desks[-1]))
        return readers[-1]

    yield make
    for each in (*readers, *desks):
        each.close()


@pytest.fixture
def fetch(make_reader, settings):
    return make_reader(settings)


def test_what_is_unread_is_fetched_once_flagged_and_left_where_it_is(fetch, server):
    for number in (1, 2, 3):
        server.add(mail(number), *(["\\Seen"] if number == 1 else []))
    assert fetch() == (2, "")
    assert fetch.titles == ["Lamp 2", "Lamp 3"]
    assert fetch() == (0, "")
    assert [each.flags for each in server.mails] == [{"\\Seen"}] * 3
    assert {"UID EXPUNGE", "EXPUNGE", "CLOSE"}.isdisjoint(server.commands)
    assert not any("Deleted" in each for each in server.commands)


def test_a_mail_that_somebody_has_read_meanwhile_is_fetched_all_the_same(fetch, server):
    server.add(mail(1))
    fetch()
    server.add(mail(2), "\\Seen")
    assert fetch() == (1, "")
    assert fetch.titles == ["Lamp 1", "Lamp 2"]


def test_two_processes_that_read_one_mailbox_lose_and_double_nothing(make_reader, settings, server):
    for number in range(30):
        server.add(mail(number))
    readers = [make_reader(settings, agent) for agent in ("ann", "bob")]
    threads = [threading.Thread(target=each) for each in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(readers[0].titles) == 30
    assert readers[0].outcomes == [Outcome.NEW_TICKET] * 30


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_server_that_hangs_up_is_read_again_and_nothing_is_lost_or_doubled(fetch, server, command):
    for number in (1, 2, 3):
        server.add(mail(number))

    def hang_up(connection, tag, words):
        del server.on[command]
        raise Hangup

    server.on[command] = hang_up
    assert fetch()[1].startswith("imap help@127.0.0.1/INBOX ")
    assert fetch()[1] == ""
    assert fetch.titles == ["Lamp 1", "Lamp 2", "Lamp 3"]
    assert set(fetch.outcomes) == {Outcome.NEW_TICKET}


def test_a_connection_that_breaks_within_a_mail_loses_it_not(fetch, server):
    for number in (1, 2):
        server.add(mail(number, 5_000))

    def break_off(connection, tag, words):
        if "BODY" not in words or words.split()[2] != "2":
            return connection.do_uid_fetch(tag, words)
        del server.on["UID FETCH"]
        connection.wfile.write(b"* 2 FETCH (UID 2 BODY[] {5000}\r\nFrom: half")
        raise Hangup

    server.on["UID FETCH"] = break_off
    assert fetch()[0] == 1
    assert fetch() == (2, "")
    assert fetch.titles == ["Lamp 1", "Lamp 2"]
    assert set(fetch.outcomes) == {Outcome.NEW_TICKET}


def test_a_server_that_numbers_its_mails_anew_is_read_again_and_copies_are_found(fetch, server):
    for number in (1, 2, 3):
        server.add(mail(number))
    fetch()
    del server.mails[0]
    server.renumber(validity=8)
    server.add(mail(4), "\\Seen")
    assert fetch()[1] == ""
    assert fetch.titles == ["Lamp 1", "Lamp 2", "Lamp 3", "Lamp 4"]
    assert fetch.outcomes.count(Outcome.DUPLICATE) == 2
    assert fetch() == (0, "")


def test_a_server_that_numbers_anew_and_does_not_say_so_is_found_out(fetch, server):
    for number in range(1, 6):
        server.add(mail(number))
    fetch()
    server.mails.clear()
    server.uid_next = 1
    server.add(mail(6), "\\Seen")
    assert fetch()[1] == ""
    assert "Lamp 6" in fetch.titles


def test_another_mail_under_the_same_number_is_another_mail(fetch, server):
    server.add(mail(1))
    fetch()
    server.mails[0] = Mail(1, mail(2))
    assert fetch() == (1, "")
    assert fetch.titles == ["Lamp 1", "Lamp 2"]


def test_a_folder_that_may_only_be_read_is_read_by_its_numbers(fetch, server):
    server.read_only = True
    server.add(mail(1))
    assert fetch() == (1, "")
    assert fetch() == (0, "")
    server.add(mail(2))
    assert fetch() == (1, "")
    assert not any("STORE" in each for each in server.commands)


def test_flags_that_are_refused_have_no_mail_fetched_for_ever(fetch, server):
    server.on["UID STORE"] = lambda connection, tag, words: connection.done(tag, b"NO not yours")
    server.add(mail(1))
    assert [fetch(), fetch(), fetch()][-1] == (0, "")
    assert fetch.outcomes == [Outcome.NEW_TICKET]


def test_a_mail_above_the_cap_waits_with_its_head_and_does_not_stop_others(fetch, server):
    server.add(mail(1, 51 << 20))
    server.add(mail(2))
    fetch()
    assert fetch.titles == ["Lamp 2"]
    [failed] = fetch.desk.intake.list()
    assert (failed.subject, failed.outcome) == ("Lamp 1", Outcome.FAILED)
    assert "only its head was stored, and it is still in its mailbox" in failed.cause


def test_a_server_that_hides_how_large_a_mail_is_gets_no_memory_for_it(fetch, server):
    server.add(mail(1))

    def lie(connection, tag, words):
        if "RFC822.SIZE" in words or "<" in words:
            connection.do_uid_fetch(tag, words)
        else:
            connection.say(b"* 1 FETCH (UID 1 BODY[] {99999999999}")

    server.on["UID FETCH"] = lie
    assert fetch() == (0, "imap help@127.0.0.1/INBOX fails: it sends 99,999,999,999 bytes at once")
    assert fetch()[1] == ""
    assert fetch.desk.intake.list()[0].subject == "Lamp 1"


@pytest.mark.parametrize(
    "answer",
    [
        b"* SEARCH 1 2 three",
        b"* SEARCH 99999999999999999999",
        b"* SEARCH -1 0",
        b"* 1 FETCH (UID 1",
        b"\xff\xfe\x00",
        b"* BYE shutting down",
        b"A" * 2_000_000,
        b"* OK [UIDVALIDITY abc] \x1b[31m",
    ],
)
def test_nonsense_is_one_sentence_and_does_no_harm(fetch, server, answer):
    server.add(mail(1))

    def answer_nonsense(connection, tag, words):
        connection.say(answer)
        connection.done(tag)

    server.on["UID SEARCH"] = answer_nonsense
    error = fetch()[1]
    assert "\x1b" not in error
    assert "\n" not in error
    assert len(error) < 700
    server.on.clear()
    assert fetch()[1] == ""
    assert fetch.titles == ["Lamp 1"]


def test_answers_about_other_mails_than_were_asked_for_are_not_believed(fetch, server):
    server.add(mail(1))

    def other(connection, tag, words):
        connection.say(b"* 9 FETCH (UID 9 RFC822.SIZE 1 BODY[] {1}\r\nx)")
        connection.do_uid_fetch(tag, words)

    server.on["UID FETCH"] = other
    assert fetch() == (1, "")
    assert fetch.titles == ["Lamp 1"]


def test_a_server_that_never_answers_is_given_up(make_reader, settings, server):
    hold = threading.Event()
    server.on["SELECT"] = lambda connection, tag, words: hold.wait(30)
    reader = make_reader(replace(settings, timeout=0.3))
    assert "timed out" in reader()[1]
    hold.set()


def test_a_refused_login_says_so_without_the_password(make_reader, settings, tmp_path):
    (tmp_path / "password").write_text("wrong one")
    error = make_reader(settings)()[1]
    assert "refuses the login" in error
    assert "wrong one" not in error


def test_a_password_that_others_can_read_is_not_used(make_reader, settings, tmp_path):
    (tmp_path / "password").chmod(0o644)
    assert "others can read the secret file" in make_reader(settings)()[1]


def test_a_token_command_logs_in_with_oauth2(make_reader, settings, server, tmp_path):
    server.add(mail(1))
    command = tmp_path / "token"
    command.write_text(f"#!/bin/sh\necho {TOKEN}\n")
    command.chmod(0o755)
    with_token = replace(settings, intake_imap_token_command=f"{command} --for help")
    assert make_reader(with_token)() == (1, "")
    command.write_text("#!/bin/sh\nexit 3\n")
    assert make_reader(with_token)() == (0, "mail.intake.imap.token_command ended with 3")
    absent = replace(settings, intake_imap_token_command="/absent/token")
    assert "cannot be run: No such file" in make_reader(absent)()[1]


def test_tls_checks_whom_it_talks_to(make_reader, settings, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with imap_server(context) as server:
        server.add(mail(1))
        encrypted = replace(settings, intake_imap_port=server.port, intake_imap_security="tls")
        assert "certificate verify failed" in make_reader(encrypted)()[1]
        assert make_reader(replace(encrypted, ca_file=tmp_path / "ca.pem"))() == (1, "")


def test_a_server_that_pushes_is_heard_at_once_and_the_watch_ends_when_told(make_reader, settings, server):
    reader = make_reader(replace(settings, intake_poll=3600))
    stop, found, heard = threading.Event(), [], threading.Event()

    def report(each):
        found.append(each)
        heard.set()

    [source] = reader.sources
    watching = threading.Thread(target=reader.fetcher.watch, args=(source, stop, report))
    watching.start()
    while "IDLE" not in server.commands:
        assert watching.is_alive()
    server.add(mail(1))
    assert heard.wait(30)
    stop.set()
    watching.join(30)
    assert not watching.is_alive()
    assert [(each.fetched, each.error) for each in found] == [(1, "")]
    assert reader.titles == ["Lamp 1"]


def test_silence_is_an_alarm_that_names_its_cause_until_the_mailbox_is_read_or_forgotten(fetch, server, clock):
    fetch()
    alarms = fetch.desk.intake.alarms
    assert alarms() == ()
    server.on["LOGIN"] = lambda connection, tag, words: connection.done(tag, b"NO closed today")
    fetch.close()
    clock.at += timedelta(minutes=16)
    fetch()
    [alarm] = alarms()
    assert alarm.title == "no mail has come in since 09:30"
    assert "imap help@127.0.0.1/INBOX" in alarm.sentence
    assert "closed today" in alarm.sentence
    server.on.clear()
    fetch()
    assert alarms() == ()
    clock.at += timedelta(minutes=16)
    name = "imap help@127.0.0.1/INBOX"
    fetch.desk.intake.forget_source(name)
    assert alarms() == ()
    with pytest.raises(NotFound, match="there are: none"):
        fetch.desk.intake.forget_source(name)


def test_looking_at_an_empty_mailbox_writes_nothing_for_a_while(fetch, clock):
    fetch()
    before = fetch.desk._database.data_version()
    with Desk(fetch.desk.address, "bob") as other:
        seen = other.changes_elsewhere()
        for _ in range(5):
            fetch()
        assert other.changes_elsewhere() == seen
    assert fetch.desk._database.data_version() == before
    clock.at += timedelta(minutes=1)
    fetch()
    assert sources.every(fetch.desk._database)[0].succeeded_at == clock.at


def test_without_a_mailbox_there_is_nothing_to_fetch(make_reader):
    with pytest.raises(InvalidValue, match="there is nothing to fetch from"):
        make_reader(HELP)
