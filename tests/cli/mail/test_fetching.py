"""`mail fetch`: once for cron, or until a signal ends it."""

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.email.fetching.imap_server import PASSWORD, imap_server

MAIL = b"From: rita@example.com\nSubject: Lamp %d\nMessage-ID: <%d@example.com>\n\nIt is dark.\n"


@pytest.fixture
def maildir(home, run):
    for name in ("new", "cur", "tmp"):
        (home / "Maildir" / name).mkdir(parents=True)
    return home / "Maildir"


@pytest.fixture
def config(home, run):
    def config(text):
        (home / "config.toml").write_text(text)
        run.runner.env["SUPPORTDESK_CONFIG"] = str(home / "config.toml")

    return config


@pytest.fixture
def watch(home, run):
    running = []

    def watch():
        command = [sys.executable, "-m", "supportdesk", "--db", str(run.db), "mail", "fetch", "--watch", "--json"]
        environment = {**os.environ, "SUPPORTDESK_CONFIG": str(home / "config.toml")}
        running.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        return running[-1]

    yield watch
    for process in running:
        with process:
            process.kill()


def test_mail_is_fetched_and_filed_and_the_mailbox_says_so(maildir, run, config):
    config('[mail.intake]\nmaildir = "Maildir"\n')
    (maildir / "new" / "1.a").write_bytes(MAIL % (1, 1))
    fetched = run("mail", "fetch", "--json").json
    assert fetched["sources"] == [{"source": f"maildir {maildir}", "fetched": 1, "error": None}]
    assert [each["outcome"] for each in fetched["filed"]] == ["new-ticket"]
    assert run("mail", "fetch").out == f"maildir {maildir}: 0 mails\n0 mails filed\n"


def test_a_mailbox_that_cannot_be_read_exits_with_try_again_and_the_others_are_read(maildir, run, config, home):
    (home / "password").write_text(PASSWORD)
    (home / "password").chmod(0o600)
    config(
        '[mail.intake]\nmaildir = "Maildir"\n'
        '[mail.intake.imap]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\nuser = "help"\nsecret_file = "password"\n'
    )
    (maildir / "new" / "1.a").write_bytes(MAIL % (1, 1))
    ended = run("mail", "fetch")
    assert ended.code == 75
    assert "Connection refused" in ended.err
    assert run("ticket", "show", "1", "--json").json["title"] == "Lamp 1"


def test_without_a_mailbox_it_says_what_to_set(run, maildir):
    ended = run("mail", "fetch")
    assert (ended.code, "set mail.intake.maildir or mail.intake.imap.host" in ended.err) == (1, True)


def test_a_mailbox_that_nobody_reads_any_more_is_forgotten(maildir, run, config):
    config('[mail.intake]\nmaildir = "Maildir"\n')
    run("mail", "fetch")
    assert run("mail", "fetch", "--forget", "imap x").code == 3
    assert run("mail", "fetch", "--forget", f"maildir {maildir}").code == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_watch_files_new_mail_and_ends_quietly(maildir, config, run, watch, number):
    config('[mail.intake]\nmaildir = "Maildir"\n')
    process = watch()
    (maildir / "new" / "1.a").write_bytes(MAIL % (1, 1))
    assert json.loads(process.stdout.readline()) == {"source": f"maildir {maildir}", "fetched": 1, "error": None}
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, b"", b"")
    assert [each["title"] for each in run("ticket", "list", "--json").json["tickets"]] == ["Lamp 1"]


def test_a_watch_ends_although_a_server_hangs(run, config, home, watch):
    (home / "password").write_text(PASSWORD)
    (home / "password").chmod(0o600)
    with imap_server() as server:
        config(
            '[mail.intake.imap]\nhost = "127.0.0.1"\nsecurity = "none"\nuser = "help"\nsecret_file = "password"\n'
            f"port = {server.port}\n"
        )
        server.on["SELECT"] = lambda connection, tag, words: connection.rfile.readline()
        process = watch()
        while "SELECT INBOX" not in [each.replace('"', "") for each in server.commands]:
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err) == (0, b"", b"")
