"""A mail that proves that mail leaves the desk, and what the settings say of it."""

import mailbox
from email import policy
from email.parser import BytesParser

import pytest

SECRET = "v3ry-s3cret"


@pytest.fixture
def config(home, monkeypatch):
    """Writes the config file."""

    def write(text: str):
        path = home / "config.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("SUPPORTDESK_CONFIG", str(path))

    return write


def test_a_test_mail_goes_through_the_configured_provider(run, home, config):
    config('[mail]\nsender = "Desk <desk@example.com>"\nreply_to = "help@example.com"\nmock.file = "sent.mbox"\n')
    sent = run("email", "test", "Rita@Example.com", "--language", "de-AT", "--json")
    assert sent.json == {
        "provider": "mock",
        "recipient": "Rita@example.com",
        "accepted": True,
        "words": "250 mock: accepted",
    }
    box = mailbox.mbox(home / "sent.mbox", factory=BytesParser(policy=policy.default).parse)
    [message] = box
    assert message["Subject"] == "Testnachricht Ihres Support-Desks"
    assert (message["From"], message["To"]) == ("Desk <desk@example.com>", "Rita@example.com")
    assert message["Reply-To"] == "help@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.com>")
    assert "über mock verschickt" in message.get_body(("plain",)).get_content()
    box.close()

    assert (
        run("email", "test", "rita@example.com").out
        == "mock accepted the mail to rita@example.com: 250 mock: accepted\n"
    )


@pytest.mark.sqlite
def test_no_desk_is_needed_or_made_for_it(run, no_desk):
    assert run("email", "test", "rita@example.com").code == 0
    assert not no_desk.exists()


@pytest.mark.parametrize(
    ("address", "code", "kind", "words"),
    [
        ("fail@example.com", 1, "not_allowed", "mock refused the mail: 550 mock: this mailbox always refuses"),
        ("later@example.com", 75, "unavailable", "mock does not take the mail: 451 mock"),
        ("down@example.com", 75, "unavailable", "mock does not take the mail: 421 mock"),
        ("unknown@example.com", 75, "unavailable", "it is unknown whether the mail went out"),
        ("nobody", 1, "invalid_value", "address: 'nobody' is not allowed"),
    ],
)
def test_a_failure_is_said_in_the_services_words(run, address, code, kind, words):
    ended = run("email", "test", address, "--json")
    assert ended.code == code
    assert ended.error["code"] == kind
    assert words in ended.error["message"]


def test_a_template_at_fault_is_said(run, home, config):
    config('[mail]\ntemplates = "templates"\n')
    (home / "templates" / "en").mkdir(parents=True)
    (home / "templates" / "en" / "test.txt").write_text("Subject: {{ nobody }}\n", encoding="utf-8")
    ended = run("email", "test", "rita@example.com", "--json")
    assert (ended.code, ended.error["code"]) == (1, "template_fault")
    assert "en/test.txt, line 1: nobody is unknown" in ended.error["message"]


def test_no_password_is_ever_shown(run, home, config, monkeypatch):
    monkeypatch.setenv("SMTP_PASSWORD", SECRET)
    (home / "key").write_text(SECRET, encoding="utf-8")
    (home / "key").chmod(0o600)
    config(
        f'[mail]\nprovider = "smtp"\nsender = "desk@example.com"\nsecret_file = "{home / "key"}"\n'
        '[mail.smtp]\nhost = "127.0.0.1"\nport = 9\nuser = "desk"\n'
    )
    for words in (["paths"], ["paths", "--json"], ["email", "test", "rita@example.com"], ["health"]):
        ended = run(*words)
        assert SECRET not in ended.out + ended.err
    assert run("paths", "--json").json["mail.secret_file"]["value"] == str(home / "key")
    assert (
        run("email", "test", "rita@example.com").err
        == "Error: smtp does not take the mail: 127.0.0.1:9: Connection refused\n"
    )


def test_the_demo_mails_nobody(run, config):
    config('[mail]\nprovider = "sendmail"\nsender = "desk@example.com"\n')
    assert run("demo").code == 0
    settings, demo = run.opened[0]
    assert demo
    assert settings.mail.provider == "mock"
