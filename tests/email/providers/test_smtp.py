"""Mail through a real server: what arrives, and what each way to fail means for the mail."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP

from supportdesk.email.provider import OutcomeUnknown, Refused, ServiceDown, TryLater
from supportdesk.email.providers.smtp import SmtpProvider
from supportdesk.email.settings import MailSettings
from tests.email.mails import TEXTS, mail, read, texts
from tests.email.providers.smtp_server import PASSWORD, USER, Echoing, Mailboxes, Running, Server, context_of, login


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    server = Running(Mailboxes(), enable_SMTPUTF8=True, data_size_limit=40_000_000)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def boxes(running: Running) -> Mailboxes:
    running.handler.__init__()
    return running.handler


@pytest.fixture
def smtp(running: Running, boxes: Mailboxes) -> Iterator[SmtpProvider]:
    provider = SmtpProvider(settings(running))
    yield provider
    provider.close()
    for event in boxes.slow:
        running.loop.call_soon_threadsafe(event.set)


@pytest.fixture
def serve() -> Iterator[Callable[..., Running]]:
    """Starts a server of its own: `serve(tls_context=…)`."""
    with ExitStack() as stack:

        def start(kind: type[SMTP] = Server, **options: object) -> Running:
            server = Running(Mailboxes(), kind, **options)
            server.start()
            stack.callback(server.stop)
            return server

        yield start


def settings(server: Running, **given: object) -> MailSettings:
    values = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none", "timeout": 20, **given}
    return MailSettings(provider="smtp", **values)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_arrives_as_it_was_written(smtp, boxes, text):
    html = f"<p>{text}</p>\n"
    receipt = smtp.send(mail(text=text, html=html, subject="Größe 🎉"))

    assert receipt.answer == "250 2.0.0 queued as 4711"
    envelope = boxes.arrived[0]
    assert (envelope.mail_from, envelope.rcpt_tos) == ("desk@example.com", ["rita@example.com"])
    assert texts(envelope.original_content) == (text, html)
    assert read(envelope.original_content)["Subject"] == "Größe 🎉"
    assert max(map(len, envelope.original_content.split(b"\r\n"))) <= 78


def test_mails_share_one_connection(smtp, boxes):
    for _ in range(3):
        smtp.send(mail())
    assert len(boxes.arrived) == 3
    assert len({session.peer for session in boxes.sessions}) == 1


@pytest.mark.parametrize(
    ("recipient", "sender", "failure", "words"),
    [
        ("rita@example.com", "refused@example.com", Refused, "550 5.7.1 no mail from you"),
        ("nobody@example.com", "desk@example.com", Refused, "550 5.1.1 no such mailbox here"),
        ("spam@example.com", "desk@example.com", Refused, "554 5.7.1 that is spam"),
        ("full@example.com", "desk@example.com", TryLater, "452 4.2.2 mailbox full"),
        ("busy@example.com", "desk@example.com", TryLater, "451 4.3.0 try again later"),
    ],
)
def test_a_refusal_is_said_in_the_servers_words_and_the_next_mail_goes_out(
    smtp, boxes, recipient, sender, failure, words
):
    with pytest.raises(failure) as caught:
        smtp.send(mail(recipient, sender=sender))
    assert (type(caught.value), str(caught.value)) == (failure, words)

    smtp.send(mail())
    assert [envelope.rcpt_tos for envelope in boxes.arrived] == [["rita@example.com"]]


def test_a_mail_that_is_too_big_is_refused_before_it_is_sent(serve):
    server = serve(data_size_limit=1000)
    smtp = SmtpProvider(settings(server))
    with pytest.raises(Refused, match="552 "):
        smtp.send(mail(text="x" * 2000))
    smtp.close()


@pytest.mark.parametrize(
    ("mailbox", "lines", "failure"),
    [
        ("drop-at-data", 1, TryLater),
        ("drop-in-body", 200_000, TryLater),
        ("drop-after", 1, OutcomeUnknown),
        ("nonsense", 1, OutcomeUnknown),
    ],
)
def test_a_lost_connection_is_only_tried_again_when_the_server_cannot_have_the_mail(
    smtp, boxes, mailbox, lines, failure
):
    with pytest.raises(failure) as caught:
        smtp.send(mail(f"{mailbox}@example.com", text=f"{'x' * 76}\n" * lines))
    assert type(caught.value) is failure

    smtp.send(mail())
    assert boxes.arrived[-1].rcpt_tos == ["rita@example.com"]


def test_a_server_that_does_not_answer_in_time_may_have_the_mail(running, smtp):
    impatient = SmtpProvider(settings(running, timeout=0.3))
    with pytest.raises(OutcomeUnknown, match="timed out"):
        impatient.send(mail("slow@example.com"))


def test_a_connection_that_the_server_ended_meanwhile_is_opened_again(smtp, boxes):
    smtp.send(mail("last@example.com"))
    smtp._smtp.sock.recv(1)  # Waits for the end of the connection.
    smtp.send(mail())
    assert len(boxes.arrived) == 2
    assert boxes.sessions[0].peer != boxes.sessions[1].peer


def test_a_server_that_wants_a_new_connection_gets_one(smtp, boxes):
    smtp.send(mail(sender="once@example.com"))
    smtp.send(mail(sender="once@example.com"))
    assert len({session.peer for session in boxes.sessions}) == 2


def test_international_addresses_go_to_servers_that_take_them(smtp, boxes, serve):
    smtp.send(mail("jörg@exämple.de"))
    assert boxes.arrived[0].rcpt_tos == ["jörg@xn--exmple-cua.de"]
    assert b"\r\nTo: j\xc3\xb6rg@xn--exmple-cua.de\r\n" in boxes.arrived[0].original_content

    elsewhere = SmtpProvider(settings(serve(enable_SMTPUTF8=False)))
    with pytest.raises(Refused, match="jörg.*takes no international addresses"):
        elsewhere.send(mail("jörg@example.de"))
    elsewhere.send(mail("rita@exämple.de"))
    elsewhere.close()


@pytest.fixture
def secure(authority, serve) -> Callable[..., Running]:
    """Starts a server with a certificate and a login."""

    def start(security: str, name: str = "127.0.0.1", kind: type[SMTP] = Server) -> Running:
        context = context_of(authority.issue_cert(name))
        tls = {"ssl_context": context, "auth_require_tls": False} if security == "tls" else {"tls_context": context}
        # By LOGIN, the second way, the password would come in a line of its own, which is not repeated.
        return serve(kind, authenticator=login, auth_required=True, auth_exclude_mechanism=["LOGIN"], **tls)

    return start


@pytest.mark.parametrize("security", ["tls", "starttls"])
class TestSecurity:
    @pytest.fixture(autouse=True)
    def password(self, monkeypatch):
        monkeypatch.setenv("SMTP_PASSWORD", PASSWORD)

    def test_mail_goes_out_over_tls_with_a_login(self, secure, ca_file, security):
        server = secure(security)
        smtp = SmtpProvider(settings(server, smtp_security=security, ca_file=ca_file, smtp_user=USER))
        smtp.send(mail())
        smtp.close()
        assert server.handler.sessions[0].ssl or security == "tls"
        assert server.handler.sessions[0].authenticated

    def test_a_certificate_nobody_vouches_for_is_not_accepted(self, secure, security):
        smtp = SmtpProvider(settings(secure(security), smtp_security=security))
        with pytest.raises(ServiceDown, match="certificate is not accepted: .*unable to get local issuer"):
            smtp.send(mail())

    def test_a_certificate_of_another_host_is_not_accepted(self, secure, ca_file, security):
        server = secure(security, "mail.elsewhere.example")
        smtp = SmtpProvider(settings(server, smtp_security=security, ca_file=ca_file))
        with pytest.raises(ServiceDown, match="certificate is not accepted: .*127.0.0.1"):
            smtp.send(mail())

    def test_a_wrong_password_is_said_without_it(self, secure, ca_file, security, monkeypatch):
        monkeypatch.setenv("SMTP_PASSWORD", "wrong-one")
        for kind in (Server, Echoing):
            server = secure(security, kind=kind)
            smtp = SmtpProvider(settings(server, smtp_security=security, ca_file=ca_file, smtp_user=USER))
            with pytest.raises(ServiceDown, match="the login is refused: 535") as caught:
                smtp.send(mail())
            assert "wrong-one" not in str(caught.value)
            assert "AGRlc2sAd3Jvbmctb25l" not in str(caught.value)

    def test_a_server_that_wants_a_login_is_down_without_one(self, secure, ca_file, security):
        smtp = SmtpProvider(settings(secure(security), smtp_security=security, ca_file=ca_file))
        with pytest.raises(ServiceDown, match="530"):
            smtp.send(mail())
        smtp.close()


def test_starttls_that_is_not_offered_is_not_done_without(running):
    with pytest.raises(ServiceDown, match="it offers no STARTTLS"):
        SmtpProvider(settings(running, smtp_security="starttls")).send(mail())


def test_a_password_that_is_nowhere_is_asked_for(running):
    with pytest.raises(ServiceDown, match="there is no SMTP_PASSWORD in the environment"):
        SmtpProvider(settings(running, smtp_user=USER)).send(mail())


def test_a_certificate_file_that_is_none_is_said(running, tmp_path):
    for file, words in ((tmp_path / "absent.pem", "No such file"), (Path(__file__), "certificate")):
        with pytest.raises(ServiceDown, match=words):
            SmtpProvider(settings(running, smtp_security="starttls", ca_file=file)).send(mail())


def test_a_server_that_is_not_there_is_down():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nobody = MailSettings(provider="smtp", smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", timeout=0.2)
    with pytest.raises(ServiceDown, match="Connection refused"):
        SmtpProvider(nobody).send(mail())


def test_a_server_that_says_nothing_is_down():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        nobody = MailSettings(provider="smtp", smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", timeout=0.2)
        with pytest.raises(ServiceDown, match="timed out"):
            SmtpProvider(nobody).send(mail())
