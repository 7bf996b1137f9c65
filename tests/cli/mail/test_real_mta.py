"""A whole conversation through a real mail server: Postfix pipes mail in, takes what goes out, and reports bounces."""

from email import message_from_bytes
from time import monotonic, sleep

import pytest

from supportdesk.services.desk import Desk
from tests.cli.conftest import Terminal
from tests.cli.mail.postfix import postfix
from tests.email.providers.smtp_server import Mailboxes, Running

CONFIG = """
[mail]
provider = "smtp"
sender = "Example Support <help@example.com>"
reply_to = "help@example.com"
hold = 0

[mail.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
"""
MAIL = "From: Rita <rita@example.org>\r\nTo: help@example.com\r\nSubject: Lamp\r\nMessage-ID: <1@example.org>\r\n{}\r\n"
SECONDS = 60


@pytest.fixture
def boxes():
    return Mailboxes()


@pytest.fixture
def server(boxes):
    sink = Running(boxes)
    sink.start()
    try:
        with postfix(sink.port, CONFIG) as server:
            yield server
    finally:
        sink.stop()


@pytest.fixture
def run(server):
    """Types a command at the desk; returns its JSON document."""
    terminal = Terminal(server.desk / "support.db")

    def run(*words):
        ended = terminal("--config", str(server.folder / "config.toml"), *words, "--json")
        assert ended.code == 0, ended.err
        return ended.json

    Desk(terminal.db, "ann").close()
    return run


@pytest.fixture
def wait(server):
    def wait(found):
        deadline = monotonic() + SECONDS
        while not (value := found()):
            assert monotonic() < deadline, server.log()
            sleep(0.1)
        return value

    return wait


def test_a_question_an_answer_and_a_bounce(server, boxes, run, wait):
    server.send("rita@example.org", "help@example.com", MAIL.format("\r\nIt is dark.").encode())
    wait(lambda: run("ticket", "list")["tickets"])
    run("notification", "deliver")
    [acknowledgement] = wait(lambda: boxes.arrived)
    mail = message_from_bytes(acknowledgement.content)
    assert (acknowledgement.rcpt_tos, mail["Reply-To"]) == (["rita@example.org"], "help+1@example.com")

    answer = MAIL.format(f"In-Reply-To: {mail['Message-ID']}\r\n\r\nStill.").replace("<1@", "<2@")
    server.send("rita@example.org", mail["Reply-To"], answer.encode())
    wait(lambda: len(run("ticket", "messages", "1")) == 2)
    assert run("ticket", "messages", "1")[1]["kind"] == "requester"

    nobody = MAIL.format("\r\nMine is dark too.").replace("rita@", "nobody@").replace("<1@", "<3@")
    server.send("nobody@example.org", "help@example.com", nobody.encode())
    wait(lambda: len(run("ticket", "list")["tickets"]) == 2)
    run("notification", "deliver")
    # The sink refuses it, and what Postfix says about it goes to the desk.
    assert wait(lambda: run("suppression", "list"))[0]["address"] == "nobody@example.org"
    assert len(boxes.arrived) == 1
    wait(lambda: not server.queued())


def test_what_cannot_be_stored_is_tried_again_and_never_returned(server, run, wait):
    in_the_way = server.desk / "support.db.files"
    in_the_way.touch()
    server.send("rita@example.org", "help@example.com", MAIL.format("\r\nIt is dark.").encode())
    wait(lambda: "status=deferred" in server.log())
    in_the_way.unlink()
    wait(lambda: not server.queued())
    assert [each["title"] for each in run("ticket", "list")["tickets"]] == ["Lamp"]
    assert "status=bounced" not in server.log()
