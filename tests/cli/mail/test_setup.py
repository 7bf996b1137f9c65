"""`doctor mail`: whether mail comes in, also by a mail to the desk itself through the machine's mail system."""

import json
import sys
from shlex import quote

import pytest

CONFIG = '[mail]\nsender = "Help <help@example.com>"\nreply_to = "help@example.com"\n'


@pytest.fixture
def config(home, run, monkeypatch):
    """Writes the config, with a sendmail command that does what a script says."""

    def config(script="", more=""):
        (home / "sendmail").write_text(f"#!/bin/sh\n{script}\n")
        (home / "sendmail").chmod(0o755)
        (home / "config.toml").write_text(f'{CONFIG}{more}\n[mail.sendmail]\npath = "{home / "sendmail"}"\n')
        monkeypatch.setenv("SUPPORTDESK_CONFIG", str(home / "config.toml"))

    return config


@pytest.fixture
def examined(run):
    def examined(*words):
        ended = run("doctor", "mail", *words, "--json")
        return ended.code, {each["check"]: each for each in json.loads(ended.out)["checks"]}

    return examined


def test_a_mail_to_itself_comes_in_through_the_machines_mail_system(config, examined, run, home):
    config(f"exec {sys.executable} -m supportdesk --db '{run.db}' mail receive")
    code, checks = examined()
    assert code == 0
    assert checks["mail to itself"]["found"].startswith("came in after ")
    assert checks["addresses"]["found"] == "requesters write to help@example.com"
    assert f"--db {quote(str(run.db))} --config {home / 'config.toml'} mail receive" in checks["pipe"]["found"]
    assert run("mail", "list", "--json").json == []


def test_an_account_that_does_not_know_the_desks_addresses_is_found_out(config, examined, run):
    config(f"unset SUPPORTDESK_CONFIG; exec {sys.executable} -m supportdesk --db '{run.db}' mail receive")
    code, checks = examined()
    assert code == 75
    assert "pass it --config" in checks["mail to itself"]["advice"]


def test_a_mail_that_does_not_come_back_is_a_problem(config, examined, monkeypatch):
    monkeypatch.setattr("supportdesk.services.intake.setup.Setup.__init__.__kwdefaults__", {"wait": 0.1, "command": ""})
    config("cat >/dev/null")
    code, checks = examined()
    assert code == 75
    assert "did not come in within 0.1 seconds" in checks["mail to itself"]["found"]


def test_a_mail_system_that_refuses_is_quoted(config, examined):
    config("cat >/dev/null; echo no such user; exit 67")
    assert "no such user" in examined()[1]["mail to itself"]["found"]


def test_nothing_is_sent_when_that_is_not_wanted(config, examined, home):
    config(f"touch {home / 'sent'}")
    code, checks = examined("--no-send")
    assert code == 0
    assert "mail to itself" not in checks
    assert not (home / "sent").exists()


def test_mailboxes_are_tried(config, examined, home):
    config(more='[mail.intake]\nmaildir = "Maildir"\n')
    code, checks = examined("--no-send")
    assert (code, "missing" in checks["mailbox"]["found"]) == (75, True)
    for name in ("new", "cur", "tmp"):
        (home / "Maildir" / name).mkdir(parents=True)
    assert examined("--no-send")[1]["mailbox"]["found"] == f"maildir {home / 'Maildir'} can be read: 0 mails"


def test_a_desk_without_an_address_is_told_what_to_set(run, examined):
    code, checks = examined()
    assert (code, checks["addresses"]["ok"]) == (75, False)
    assert "mail to itself" not in checks
