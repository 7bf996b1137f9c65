"""SendGrid and Mailgun: requests as their documentation has them, and what each answer means for the mail."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import format_datetime
from time import time

import pytest

from supportdesk.email.provider import OutcomeUnknown, Provider, Refused, ServiceDown, TryLater
from supportdesk.email.providers.mailgun import MailgunProvider
from supportdesk.email.providers.sendgrid import SendgridProvider
from supportdesk.email.settings import MailSettings
from tests.email.mails import TEXTS, mail, read, texts
from tests.email.providers.http_server import garbage, nothing, says, silence, started
from tests.email.providers.smtp_server import context_of

KEY = "SG.k3y-of/the+desk="
# https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors
RESERVED = {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"} | {
    "to",
    "from",
    "subject",
    "reply-to",
    "cc",
    "bcc",
}
HEADERS = {"Auto-Submitted": "auto-generated", "Reply-To": '"Desk, the" <help+12@example.com>', "In-Reply-To": "<0@x>"}


@pytest.fixture
def sendgrid(http_server, monkeypatch) -> Iterator[SendgridProvider]:
    monkeypatch.setenv("SENDGRID_API_KEY", KEY)
    provider = SendgridProvider(MailSettings(provider="sendgrid", endpoint=http_server.url, timeout=20))
    yield provider
    provider.close()


@pytest.fixture
def mailgun(http_server, monkeypatch) -> Iterator[MailgunProvider]:
    monkeypatch.setenv("MAILGUN_API_KEY", KEY)
    provider = MailgunProvider(
        MailSettings(provider="mailgun", endpoint=http_server.url, mailgun_domain="mg.example.com", timeout=20)
    )
    yield provider
    provider.close()


@pytest.fixture(params=["sendgrid", "mailgun"])
def provider(request) -> Provider:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_sendgrid_gets_the_document_it_asks_for(sendgrid, service, text):
    service.answer = says(202, X_Message_Id="abc.filter001")
    receipt = sendgrid.send(mail(text=text, html=f"<p>{text}</p>", subject="Größe 🎉", headers=HEADERS))

    assert receipt == ("202 abc.filter001", "abc.filter001")
    [request] = service.requests
    assert (request.path, request.headers["Authorization"]) == ("/v3/mail/send", f"Bearer {KEY}")
    assert request.headers["Content-Type"] == "application/json"
    document = json.loads(request.body)
    assert document["personalizations"] == [{"to": [{"email": "rita@example.com"}]}]
    assert document["from"] == {"email": "desk@example.com", "name": "Desk, the"}
    assert document["reply_to"] == {"email": "help+12@example.com", "name": "Desk, the"}
    assert document["subject"] == "Größe 🎉"
    assert document["content"] == [
        {"type": "text/plain", "value": text},
        {"type": "text/html", "value": f"<p>{text}</p>"},
    ]
    assert document["headers"] == {
        "Message-ID": "<1@example.com>",
        "Auto-Submitted": "auto-generated",
        "In-Reply-To": "<0@x>",
    }
    assert not RESERVED & {name.lower() for name in document["headers"]}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_mailgun_gets_the_form_it_asks_for(mailgun, service, text):
    service.answer = says(200, {"id": "<2026@mg.example.com>", "message": "Queued. Thank you."})
    receipt = mailgun.send(mail(text=text, html=f"<p>{text}</p>\n", headers=HEADERS))

    assert receipt == ("200 Queued. Thank you. <2026@mg.example.com>", "<2026@mg.example.com>")
    [request] = service.requests
    assert request.path == "/v3/mg.example.com/messages.mime"
    assert request.headers["Authorization"] == f"Basic {b64encode(f'api:{KEY}'.encode()).decode()}"
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    form = {
        part.get_param("name", header="content-disposition"): part
        for part in message_from_bytes(head + request.body, policy=policy.default).iter_parts()
    }
    assert list(form) == ["to", "o:tracking", "message"]
    assert form["to"].get_content().strip() == "rita@example.com"
    assert form["message"].get_filename()
    message = request.body.split(b"Content-Type: message/rfc822\r\n\r\n", 1)[1].rpartition(b"\r\n--")[0]
    assert texts(message) == (text, f"<p>{text}</p>\n")
    assert read(message)["Reply-To"] == HEADERS["Reply-To"]


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, Refused),
        (401, ServiceDown),
        (402, ServiceDown),
        (403, ServiceDown),
        (404, ServiceDown),
        (301, ServiceDown),
        (413, Refused),
        (429, TryLater),
        (500, TryLater),
        (503, TryLater),
        (504, OutcomeUnknown),
    ],
)
@pytest.mark.parametrize(
    "document",
    [
        {"errors": [{"message": "no \x1b[31mgood", "field": "to"}], "message": "no \x1b[31mgood"},
        b"\x00\xff<html>",
        b"[" * 50_000,
        [],
        {"errors": "none", "message": 3},
        None,
    ],
    ids=["documented", "garbage", "deep", "list", "wrong", "empty"],
)
def test_an_answer_says_what_became_of_the_mail_whatever_stands_in_it(provider, service, status, failure, document):
    service.answer = says(status, document)
    with pytest.raises(failure) as caught:
        provider.send(mail())
    assert type(caught.value) is failure
    words = "no good" if isinstance(document, dict) and "no \x1b[31mgood" in str(document.values()) else ""
    assert str(caught.value).startswith(f"{status} {words}")


@pytest.mark.parametrize("document", [b"\x00\xff", None, b"3", [{}]], ids=str)
def test_a_success_is_one_whatever_stands_in_it(provider, service, document):
    service.answer = says(202, document)
    assert provider.send(mail()).answer.startswith("202")


@pytest.mark.parametrize(
    ("headers", "smallest", "largest"),
    [
        ({"Retry_After": "120"}, 120, 120),
        ({"Retry_After": "999999999999"}, 86_400, 86_400),
        ({"Retry_After": format_datetime(datetime.now(UTC) + timedelta(hours=1))}, 600, 3600),
        ({"Retry_After": "Fri, 01 Jan 2016 00:00:00 GMT"}, 0, 0),
        ({"X_RateLimit_Reset": str(int(time()) + 3600)}, 600, 3600),
    ],
)
def test_a_pause_that_is_asked_for_is_handed_on(provider, service, headers, smallest, largest):
    service.answer = says(429, **headers)
    with pytest.raises(TryLater) as caught:
        provider.send(mail())
    assert smallest <= caught.value.retry_after <= largest


@pytest.mark.parametrize("text", ["", "soon", "-3", "٣", "Fri, 99 Foo 2016", "1e400"])
def test_a_pause_that_means_nothing_is_none(provider, service, text):
    service.answer = says(429, Retry_After=text.encode().decode("latin-1"))
    with pytest.raises(TryLater) as caught:
        provider.send(mail())
    assert caught.value.retry_after is None


@pytest.mark.parametrize("answer", [nothing, garbage])
def test_no_answer_leaves_the_outcome_unknown_and_the_next_mail_goes_out(provider, service, answer):
    service.answer = answer
    with pytest.raises(OutcomeUnknown):
        provider.send(mail())
    service.answer = says(200)
    assert provider.send(mail()).answer == "200"


def test_a_slow_answer_leaves_the_outcome_unknown(provider, service):
    service.answer = silence
    provider._api._settings = MailSettings(timeout=0.2)
    with pytest.raises(OutcomeUnknown, match="timed out"):
        provider.send(mail())


def test_a_service_that_repeats_the_key_is_not_quoted_with_it(provider, service):
    service.answer = says(401, {"message": f"bad {KEY}", "errors": [{"message": f"bad Bearer {KEY}"}]})
    with pytest.raises(ServiceDown, match=r"401 bad .*\*\*\*") as caught:
        provider.send(mail())
    assert KEY not in str(caught.value)
    assert KEY not in repr(provider.__dict__.get("_api").__dict__)


def test_mails_share_one_connection_and_an_ended_one_is_opened_again(provider, service):
    provider.send(mail())
    provider.send(mail())
    first, second = service.requests
    assert first.client == second.client

    service.answer = lambda handler: (says(200)(handler), nothing(handler))
    provider.send(mail())
    provider._api._connection.sock.recv(1)  # Waits for the end of the connection.
    service.answer = says(200)
    assert provider.send(mail()).answer == "200"
    assert service.requests[-1].client != first.client


def test_the_certificate_is_checked(authority, ca_file, service, http_server, monkeypatch):
    monkeypatch.setenv("SENDGRID_API_KEY", KEY)

    def reach(name: str, **given: object) -> Callable[[], str]:
        server = started(context_of(authority.issue_cert(name)))
        server.service = service
        settings = MailSettings(provider="sendgrid", endpoint=f"https://127.0.0.1:{server.server_port}", **given)
        provider = SendgridProvider(settings)
        try:
            return provider.send(mail()).answer
        finally:
            provider.close()
            server.shutdown()
            server.server_close()

    assert reach("127.0.0.1", ca_file=ca_file) == "200"
    with pytest.raises(ServiceDown, match="certificate is not accepted"):
        reach("127.0.0.1")
    with pytest.raises(ServiceDown, match="certificate is not accepted"):
        reach("elsewhere.example", ca_file=ca_file)


def test_a_service_that_is_not_there_is_down(monkeypatch):
    monkeypatch.setenv("SENDGRID_API_KEY", KEY)
    with pytest.raises(ServiceDown, match="Connection refused"):
        SendgridProvider(MailSettings(provider="sendgrid", endpoint="http://127.0.0.1:9", timeout=1)).send(mail())


@pytest.mark.parametrize(
    ("kind", "name"), [(SendgridProvider, "SENDGRID_API_KEY"), (MailgunProvider, "MAILGUN_API_KEY")]
)
def test_a_key_that_is_nowhere_is_asked_for(kind, name):
    with pytest.raises(ServiceDown, match=f"there is no {name} in the environment"):
        kind(MailSettings())
