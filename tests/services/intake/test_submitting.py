"""A web form is a mail: the same rules, and nothing in it reaches a header, another mailbox or another ticket."""

import base64
import json

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.email.receiving.parse import parse_mail
from supportdesk.email.settings import MailSettings
from supportdesk.services.intake.submitting import mail_of_form
from tests.hostile import HOSTILE_STRINGS

HELP = MailSettings(sender="Help <help@example.com>", intake_addresses=("support@example.com",))
FORM = {"email": "rita@example.com", "name": "Rita Smith", "subject": "Lamp", "text": "It is dark."}


def parsed(**values):
    form = {name: value for name, value in {**FORM, **values}.items() if value is not None}
    return parse_mail(mail_of_form(json.dumps(form).encode(), HELP)[1])


def test_a_form_is_a_mail_of_who_sent_it():
    mail = parsed()
    assert (mail.sender.address, mail.sender.name) == ("rita@example.com", "Rita Smith")
    assert (mail.subject, mail.text) == ("Lamp", "It is dark.")
    assert [each.address for each in mail.recipients] == ["support@example.com"]
    assert [each.address for each in parsed(to="HELP@example.com").recipients] == ["HELP@example.com"]


def test_the_same_form_twice_is_the_same_mail():
    assert parsed().message_id == parsed().message_id
    assert parsed().message_id != parsed(text="Still dark.").message_id
    assert parsed(id="7").message_id == parsed(id="7", text="Still dark.").message_id


def test_files_arrive_under_harmless_types():
    content = base64.b64encode(b"PNG").decode()
    files = [
        {"name": "lamp.png", "content_type": "image/png", "content": content},
        {"name": "mail.eml", "content_type": "message/rfc822", "content": content},
        {"content": content},
    ]
    found = [(each.name, each.content_type, each.content) for each in parsed(files=files).attachments]
    assert found == [
        ("lamp.png", "image/png", b"PNG"),
        ("mail.eml", "application/octet-stream", b"PNG"),
        ("attachment", "application/octet-stream", b"PNG"),
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": None}, "email"),
        ({"email": "rita"}, "email"),
        ({"email": "rita@example.com\nBcc: eve@example.org"}, "email"),
        ({"email": 7}, "email"),
        ({"subject": " \n"}, "subject"),
        ({"subject": "x" * 501}, "subject"),
        ({"text": "\0"}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"to": "eve@example.org"}, "to"),
        ({"bcc": "eve@example.org"}, "form"),
        ({"files": {}}, "files"),
        ({"files": [1]}, "files"),
        ({"files": [{"content": "no base64!"}]}, "files"),
        ({"files": [{"content": 7}]}, "content"),
    ],
)
def test_what_is_wrong_is_named(values, field):
    with pytest.raises(InvalidValue) as refused:
        parsed(**values)
    assert refused.value.message.startswith(field)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"email": NaN}'])
def test_what_is_no_object_is_refused(data):
    with pytest.raises(InvalidValue):
        mail_of_form(data, HELP)


@pytest.mark.parametrize("field", ["name", "subject", "text", "id"])
def test_no_text_of_a_form_becomes_a_header_of_its_mail(field):
    wanted = {name for name, _ in _headers(mail_of_form(json.dumps(FORM).encode(), HELP)[1])}
    for text in (*HOSTILE_STRINGS, "a\r\nBcc: eve@example.org\r\n\r\nx", "=?utf-8?q?a=0D=0ABcc:_b?="):
        form = json.dumps({**FORM, field: text}).encode()
        try:
            raw = mail_of_form(form, HELP)[1]
        except InvalidValue:
            continue
        assert {name for name, _ in _headers(raw)} <= wanted | {"content-transfer-encoding"}
        assert parse_mail(raw).sender.address == "rita@example.com"


def _headers(raw):
    import email

    return [(name.lower(), value) for name, value in email.message_from_bytes(raw).items()]
