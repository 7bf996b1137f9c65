"""Fetching from a real IMAP server, where Dovecot is installed, and from the tests' own one everywhere."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from supportdesk.domain.mail.incoming import Outcome
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk
from tests.email.fetching.dovecot import PROGRAM, dovecot
from tests.email.fetching.imap_server import PASSWORD, imap_server

MAIL = b"From: rita%d@example.com\r\nSubject: Lamp %d\r\nMessage-ID: <%d@example.com>\r\n\r\nIt is dark. \xc3\xbc\r\n"
SEEN = "\\Seen"


@contextmanager
def own_server(folder):
    with imap_server() as server:
        server.flags = lambda: [mail.flags for mail in server.mails]
        server.renumbered = server.renumber
        server.renumber = lambda: server.renumbered(server.uid_validity + 1)
        yield server


SERVERS = {"own": own_server, **({"dovecot": dovecot} if PROGRAM else {})}


@pytest.fixture(params=SERVERS)
def server(request):
    # The path of a socket has 108 bytes at most, and that of a test may have more.
    with TemporaryDirectory(prefix="imap-") as folder, SERVERS[request.param](Path(folder)) as server:
        yield server


@pytest.fixture
def open_desk(server, path, clock, tmp_path):
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "password").chmod(0o600)
    settings = replace(
        MailSettings(hold=0, zone="UTC", sender="help@example.com", timeout=20),
        intake_imap_host="127.0.0.1",
        intake_imap_port=server.port,
        intake_imap_security="none",
        intake_imap_user="help",
        intake_imap_secret_file=tmp_path / "password",
    )
    opened = []

    def open_desk():
        opened.append(Desk(path, "ann", now=clock, mail=settings))
        return opened[-1]

    yield open_desk
    for desk in opened:
        desk.close()


def fetch(desk):
    [source] = desk.intake.sources()
    try:
        report = desk.intake.fetcher(list).fetch(source)
    finally:
        source.close()
    list(desk.intake.process())
    assert report.error == ""
    return report.fetched


def titles(desk):
    rows = desk.intake.list(tuple(Outcome))
    return sorted(each.subject for each in rows if each.outcome is Outcome.NEW_TICKET)


def test_a_mail_arrives_byte_by_byte_once_and_stays_where_it_was(server, open_desk):
    desk = open_desk()
    for number in (1, 2):
        server.add(MAIL % (number, number, number))
    assert fetch(desk) == 2
    assert desk.intake.raw("1") == MAIL % (1, 1, 1)
    assert fetch(open_desk()) == 0
    assert [SEEN in flags for flags in server.flags()] == [True, True]
    server.add(MAIL % (3, 3, 3), SEEN)
    assert fetch(desk) == 1
    assert titles(desk) == ["Lamp 1", "Lamp 2", "Lamp 3"]


def test_a_mailbox_that_is_numbered_anew_loses_and_doubles_nothing(server, open_desk):
    desk = open_desk()
    for number in (1, 2):
        server.add(MAIL % (number, number, number))
    fetch(desk)
    server.renumber()
    server.add(MAIL % (3, 3, 3))
    fetch(desk)
    assert titles(desk) == ["Lamp 1", "Lamp 2", "Lamp 3"]
    assert fetch(desk) == 0
