"""A mail on the wire: what a requester writes stands where it belongs, and nowhere else."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.text import clean_line
from supportdesk.email.messages.mime import address_parts, wire_mail
from supportdesk.email.provider import Refused
from tests.email.mails import mail, read, texts
from tests.hostile import HOSTILE_STRINGS

HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]


def subject_of(text: str) -> str:
    """The subject as it arrives, once it is sure that nothing else of the head was touched."""
    data = wire_mail(mail(subject=text)).data
    message = read(data)
    assert sorted(message.keys()) == sorted(set(HEADERS))
    assert message["To"] == "rita@example.com"
    assert not message.defects
    head = data.split(b"\r\n\r\n", 1)[0]
    assert all(len(line) <= 998 for line in head.split(b"\r\n"))
    assert all(len(word) <= 75 for word in re.findall(rb"=\?\S*\?=", head))
    assert re.fullmatch(rb"[\t\r\n\x20-\x7e]*", head)
    return message["Subject"]


@pytest.mark.parametrize(
    "text",
    [
        "Lamp is dark",
        "Größe 🎉 für 5 €",
        "🎉" * 100,
        "日本語の件名です" * 20,
        "word " * 39 + "word",
        "x" * 200,
        "Grüße an alle, die " * 10 + "da sind",
        "=?utf-8?q?a=0D=0ABcc:_eve=40example.com?=",
        '"quotes" <and@angles>, (comments); \\',
    ],
)
def test_a_subject_arrives_as_it_was_written(text):
    assert subject_of(text) == text


@given(st.text(max_size=200))
def test_any_subject_arrives_as_its_clean_line(text):
    # White space at a fold is one blank to whoever reads it.
    assert subject_of(text).split() == clean_line(text).split()


@pytest.mark.parametrize(
    "text",
    [
        "Lamp\r\nBcc: eve@example.com",
        "Lamp\nBcc: eve@example.com\n\nbody",
        "Lamp\rBcc: eve@example.com",
        "Lamp\u2028Bcc: eve@example.com",
        "Lamp\x85Bcc: eve@example.com",
        "Lamp\x0bBcc: eve@example.com",
        "\x1b]0;owned\x07Lamp\x1b[31m",
        "Lamp\0Bcc",
        "\r\n",
        "",
    ],
)
def test_no_subject_adds_a_header(text):
    assert "\n" not in subject_of(text)


def test_naughty_strings_arrive_as_subject_and_text():
    for text in HOSTILE_STRINGS:
        assert subject_of(text).split() == clean_line(text).split()
        data = wire_mail(mail(text=text, html=f"<p>{text}</p>")).data
        assert b"\x1b" not in data
        assert b"\0" not in data
        assert all(len(line) <= 998 for line in data.split(b"\r\n"))
        assert texts(data)[0].isprintable() or "\x1b" not in texts(data)[0]


@given(
    name=st.sampled_from(["In-Reply-To", "References", "List-Unsubscribe", "X-Desk\r\nBcc: eve@example.com"]),
    value=st.text(max_size=300),
)
def test_no_value_adds_a_header(name, value):
    message = read(wire_mail(mail(headers={name: value})).data)
    assert "Bcc" not in message
    assert len(message.keys()) == len(HEADERS) + 1


def test_the_name_of_whom_to_answer_arrives_as_it_was_written():
    message = read(wire_mail(mail(headers={"Reply-To": '"Müller, Söhne" <help+12@example.com>'})).data)
    [address] = message["Reply-To"].addresses
    assert (address.display_name, address.addr_spec) == ("Müller, Söhne", "help+12@example.com")


def test_long_ids_stay_whole():
    ids = [f"<{letter * 100}@mail.example.com>" for letter in "abcdefghij"]
    data = wire_mail(mail(message_id=ids[0], headers={"References": " ".join(ids)})).data
    assert f"Message-ID: {ids[0]}\r\n".encode() in data
    assert re.search(rb"References: (.*\r\n( .*\r\n)*)", data)[1].split() == [each.encode() for each in ids]


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("desk@example.com", ""),
        ("Desk <desk@example.com>", "Desk"),
        ('"Desk, the \\"best\\"" <desk@example.com>', 'Desk, the "best"'),
        ('"Müller, Söhne & <Co>" <desk@example.com>', "Müller, Söhne & <Co>"),
        (f'"{"Größe 🎉 " * 12}" <desk@example.com>', ("Größe 🎉 " * 12).strip()),
    ],
)
def test_a_display_name_arrives_as_it_was_written(sender, name):
    # Read as older programs do: the newer parser of the standard library puts blanks into long names.
    written = message_from_bytes(wire_mail(mail(sender=sender)).data)["From"]
    arrived, address = parseaddr(written)
    assert (str(make_header(decode_header(arrived))), address) == (name, "desk@example.com")


@pytest.mark.parametrize(
    "text", ["", "rita", "@example.com", "rita@", "a@b@", "rita@exa mple.com", "rita@\U0001f600.de"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(Refused, match="is not a mail address"):
        address_parts(text)


def test_an_international_domain_goes_in_ascii():
    assert address_parts("Rita <rita@BÜCHER.example>") == ("Rita", "rita@xn--bcher-kva.example")


def test_the_date_is_the_moment_it_leaves():
    data = wire_mail(mail(), at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC)).data
    assert b"\r\nDate: Fri, 20 Nov 2026 09:30:00 +0000\r\n" in data
