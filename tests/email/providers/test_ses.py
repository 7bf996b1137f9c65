"""SES: against moto, which plays it, and against a server that fails as SES does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from supportdesk.email.provider import OutcomeUnknown, Refused, ServiceDown, TryLater
from supportdesk.email.providers.ses import SesProvider
from supportdesk.email.settings import MailSettings
from tests.email.mails import TEXTS, mail, texts
from tests.email.providers.http_server import nothing, says, silence

REGION = "eu-central-1"


@pytest.fixture(scope="module", autouse=True)
def account(tmp_path_factory) -> Iterator[pytest.MonkeyPatch]:
    """An account of nobody's, and none of the machine's."""
    folder = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as environment:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
            environment.delenv(name, raising=False)
        environment.setenv("AWS_CONFIG_FILE", str(folder / "config"))
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        environment.setenv("AWS_ACCESS_KEY_ID", "AKIDESK")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
        yield environment


@pytest.fixture(scope="module")
def provider(account, http_server) -> Iterator[SesProvider]:
    """SES where the local server answers; making one takes boto3 a while."""
    provider = ses(http_server.url)
    yield provider
    provider.close()


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


def ses(endpoint: str, **given: object) -> SesProvider:
    return SesProvider(
        MailSettings(provider="ses", endpoint=endpoint, **{"ses_region": REGION, "timeout": 20, **given})
    )


def test_a_sender_that_ses_does_not_know_is_refused_and_others_arrive_whole(moto):
    provider = ses(moto)
    with pytest.raises(Refused, match="400 MessageRejected: .*desk@example.com"):
        provider.send(mail())

    provider._client.create_email_identity(EmailIdentity="desk@example.com")
    receipts = [provider.send(mail(text=text, html=f"<p>{text}</p>\n")) for text in TEXTS.values()]
    provider.close()

    with urlopen(f"{moto}/moto-api/data.json") as answer:
        arrived = json.load(answer)["ses"]["RawMessage"]
    assert receipts == [
        (f"accepted as {message['id']}", f"<{message['id']}@{REGION}.amazonses.com>") for message in arrived
    ]
    assert {message["source"] for message in arrived} == {"desk@example.com"}
    assert {recipient for message in arrived for recipient in message["destinations"]} == {"rita@example.com"}
    assert [texts(message["raw_data"].encode()) for message in arrived] == [
        (text, f"<p>{text}</p>\n") for text in TEXTS.values()
    ]


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (400, "MessageRejected", Refused),
        (400, "BadRequestException", Refused),
        (400, "MailFromDomainNotVerifiedException", ServiceDown),
        (400, "LimitExceededException", ServiceDown),
        (400, "SendingPausedException", ServiceDown),
        (403, "SignatureDoesNotMatch", ServiceDown),
        (429, "TooManyRequestsException", TryLater),
        (500, "InternalFailure", TryLater),
        (503, "", TryLater),
    ],
)
def test_an_answer_says_what_became_of_the_mail(provider, service, status, code, failure):
    service.answer = says(status, {"message": "not \x1b[31mnow"}, X_Amzn_ErrorType=code)
    with pytest.raises(failure, match=f"{status} .*: not now") as caught:
        provider.send(mail())
    assert type(caught.value) is failure
    assert len(service.requests) == 1


def test_no_answer_leaves_the_outcome_unknown_and_is_not_asked_for_again(provider, http_server, service):
    service.answer = nothing
    with pytest.raises(OutcomeUnknown):
        provider.send(mail())
    assert len(service.requests) == 1

    service.answer = silence
    with pytest.raises(OutcomeUnknown):
        ses(http_server.url, timeout=0.2).send(mail())
    assert len(service.requests) == 2


def test_whatever_is_missing_ses_is_down(monkeypatch):
    with pytest.raises(ServiceDown, match="Could not connect"):
        ses("http://127.0.0.1:9", timeout=1).send(mail())
    with pytest.raises(ServiceDown, match="region"):
        ses("", ses_region="")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(ServiceDown, match="credentials"):
        ses("http://127.0.0.1:9").send(mail())


def test_an_international_address_is_refused(provider):
    with pytest.raises(Refused, match="only letters from A to Z"):
        provider.send(mail("jörg@example.com"))


def test_without_boto3_it_says_what_to_install():
    script = """
import sys
sys.modules["boto3"] = None
from supportdesk.email.provider import ServiceDown
from supportdesk.email.providers.open import open_provider
from supportdesk.email.settings import MailSettings
try:
    open_provider(MailSettings(provider="ses"))
except ServiceDown as down:
    print(down)
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "provider ses needs boto3: pip install 'supportdesk[ses]'\n"
