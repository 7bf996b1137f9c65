"""What the process that reads mails answers is not trusted."""

import json
import pickle

import pytest

from supportdesk.email.receiving.dialogue import Answer
from supportdesk.email.receiving.parse import parse_mail
from supportdesk.email.receiving.wire import HEADER_BYTES, Malformed, pack, unpack

MAIL = b"From: Rita <r@x.org>\nSubject: Lamp\nTo: a@x.org, b@x.org\nAuthentication-Results: mx; dmarc=pass\n\nDark."


def document():
    return json.loads(pack(Answer(parse_mail(MAIL), ""))[HEADER_BYTES:])


def given(value):
    return unpack(Answer, json.dumps(value).encode(), lambda size: b"x" * size)


def test_a_mail_arrives_as_it_was_sent():
    assert given(document()) == Answer(parse_mail(MAIL), "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", 7),
        ("subject", None),
        ("is_bounce", "yes"),
        ("automatic", "perhaps"),
        ("recipients", "a@x.org"),
        ("recipients", [["a", "b"]]),
        ("sender", {"address": "a@x.org"}),
        ("sender", {"address": "a@x.org", "name": "", "more": 1}),
        ("trace", [["one"]]),
        ("attachments", [{"name": "a", "content_type": "b", "size": 1, "inline": False, "content": -1}]),
        ("attachments", [{"name": "a", "content_type": "b", "size": 1, "inline": False, "content": True}]),
        ("__class__", "os.system"),
    ],
)
def test_an_answer_of_another_shape_is_refused(field, value):
    answer = document()
    answer["mail"][field] = value
    with pytest.raises(Malformed):
        given(answer)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b"null", b"[]", pickle.dumps({})])
def test_what_is_no_document_is_refused(data):
    with pytest.raises(Malformed):
        unpack(Answer, data, lambda size: b"")


def test_texts_are_cleaned_once_more():
    answer = document()
    answer["mail"]["subject"] = "La\x1b[31mmp\0"
    assert given(answer).mail.subject == "Lamp"
