"""What a raw mail holds: read leniently, decoded strictly, cleaned of everything that could do harm."""

import base64
import time
from email.message import EmailMessage

import pytest

from supportdesk.domain.conversation.attachment import safe_name
from supportdesk.email.receiving.parse import parse_mail
from supportdesk.email.receiving.parsed import Automatic, BounceKind
from tests.hostile import HOSTILE_STRINGS


def raw(*head: str, body: str = "Hello.") -> bytes:
    return ("\n".join([*head, "", body])).encode("utf-8", "surrogateescape")


def test_an_ordinary_mail_is_read_whole():
    mail = parse_mail(
        raw(
            "From: Rita Meyer <rita@example.com>",
            "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?q?_aus_Bonn?=",
            "Message-ID: <one@example.com>",
            "In-Reply-To: <zero@example.com>",
            "References: <a@example.com>\n <zero@example.com>",
        )
    )
    assert (mail.sender.address, mail.sender.name) == ("rita@example.com", "Rita Meyer")
    assert (mail.subject, mail.message_id, mail.in_reply_to) == (
        "Grüße aus Bonn",
        "<one@example.com>",
        "<zero@example.com>",
    )
    assert mail.references == ("<a@example.com>", "<zero@example.com>")
    assert (mail.automatic, mail.is_bounce, mail.text, mail.attachments) == (Automatic.NO, False, "Hello.", ())


@pytest.mark.parametrize(
    ("field", "address", "name"),
    [
        ("a@b.example <c@d.example>", "c@d.example", "a@b.example"),
        ('"Meyer, Rita" <rita@example.com>', "rita@example.com", "Meyer, Rita"),
        ("Meyer, Rita <rita@example.com>", "rita@example.com", "Meyer, Rita"),
        ("rita@example.com (Rita Meyer)", "rita@example.com", "Rita Meyer"),
        ("=?utf-8?q?=22eve=40example=2Ecom=22?= <rita@example.com>", "rita@example.com", "eve@example.com"),
        ("Rita rita@example.com", "rita@example.com", "Rita"),
        ("\"'Rita Meyer' via Support\" <rita@example.com>", "rita@example.com", "'Rita Meyer' via Support"),
    ],
)
def test_the_last_angle_brackets_hold_the_address_and_a_name_stays_a_name(field, address, name):
    sender = parse_mail(raw(f"From: {field}")).sender
    assert (sender.address, sender.name) == (address, name)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_they_like(ends):
    mail = parse_mail(raw("Subject : Odd", "From: a@example.com", body="One\nTwo").replace(b"\n", ends.encode()))
    assert (mail.subject, mail.text) == ("Odd", "One\nTwo")


def test_an_encoded_line_end_adds_no_header_and_no_line():
    mail = parse_mail(raw("From: a@example.com", "Subject: =?utf-8?q?Hi=0D=0ABcc:_eve@example.com?="))
    assert mail.subject == "Hi Bcc: eve@example.com"


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-8859-1", "Grüße für 5 € nicht".replace("€", "Pfund")),
        ("gb2312", "你好，世界。"),
        ("euc-kr", "안녕하세요"),
        ("iso-2022-jp", "こんにちは"),
        ("koi8-r", "Привет, мир"),
    ],
)
def test_a_declared_charset_is_read_strictly(charset, text):
    head = f"From: a@example.com\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert parse_mail(head + text.encode(charset)).text == text


def test_a_wrong_charset_gives_no_rubbish():
    head = b"From: a@example.com\nContent-Type: text/plain; charset=us-ascii\n\n"
    assert parse_mail(head + "Grüße aus Köln".encode()).text == "Grüße aus Köln"
    assert parse_mail(head + "Schöne Grüße aus Köln, wir möchten die Bestellung ändern".encode("cp1252")).text == (
        "Schöne Grüße aus Köln, wir möchten die Bestellung ändern"
    )


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1251", "us-ascii", "x-unknown"])
def test_utf_8_under_another_name_is_utf_8(declared):
    head = f"From: a@example.com\nContent-Type: text/plain; charset={declared}\n\n".encode()
    assert parse_mail(head + "süß, größer".encode()).text == "süß, größer"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("text/plain", "<!DOCTYPE html><html><p>It is dark.</p></html>"), ("text/enriched", "<bold>It is</bold> dark."),
     ("plain/text", "It is dark."), ("text/x-unheard-of", "It is dark.")],
)  # fmt: skip
def test_a_text_is_read_under_any_name(content_type, body):
    mail = parse_mail(f"From: a@example.com\nContent-Type: {content_type}\n\n{body}\n".encode())
    assert (mail.text, mail.attachments) == ("It is dark.", ())


@pytest.mark.parametrize("field", ["Delivered-To", "X-Original-To", "Envelope-to"])
def test_to_whom_a_mail_was_delivered_is_what_mail_systems_note(field):
    mail = parse_mail(f"From: a@example.com\n{field}: help+12@example.com\n\nIt is dark.\n".encode())
    assert [each.address for each in mail.delivered_to] == ["help+12@example.com"]


def test_a_body_that_nothing_divides_from_the_head_is_read():
    mail = parse_mail(b"\xef\xbb\xbfFrom: a@example.com\nSubject: Lamp\nIt is dark.\nReally.\n")
    assert (mail.sender.address, mail.subject, mail.text) == ("a@example.com", "Lamp", "It is dark.\nReally.")


def test_what_a_list_writes_below_what_is_encoded_does_not_spoil_it():
    encoded = base64.b64encode("Die Lampe ist süß, sehr!".encode())
    head = b"From: a@example.com\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    assert parse_mail(head + encoded + b"\n\n-- \nthe lamps mailing list\n").text == "Die Lampe ist süß, sehr!"


def test_text_comes_first_and_html_is_read_as_text_without_what_is_hidden():
    mail = EmailMessage()
    mail["From"] = "a@example.com"
    mail.set_content("<p>Hello <b>you</b></p><p style='display:none'>secret</p><script>x()</script>", subtype="html")
    assert parse_mail(bytes(mail)).text.split() == ["Hello", "you"]
    mail.set_content("Plain")
    mail.add_alternative("<p>Rich</p>", subtype="html")
    assert parse_mail(bytes(mail)).text == "Plain"


@pytest.mark.parametrize(
    ("plain", "html", "text"),
    [
        ("Your mail program cannot show HTML. Please use one that can.", "<p>The pump leaks.</p>", "The pump leaks."),
        ("How do I write HTML?", "<p>How do I write <b>HTML</b>?</p><p>Logo</p>", "How do I write HTML?"),
    ],
)
def test_a_plain_text_that_only_says_that_the_mail_is_in_html_is_not_what_was_said(plain, html, text):
    mail = EmailMessage()
    mail["From"] = "a@example.com"
    mail.set_content(plain)
    mail.add_alternative(html, subtype="html")
    assert parse_mail(bytes(mail)).text == text


def test_attachments_keep_their_names_and_contents():
    mail = EmailMessage()
    mail["From"] = "a@example.com"
    mail.set_content("See below.")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="Übersicht, 1.png")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="../../etc/passwd")
    parsed = parse_mail(bytes(mail))
    assert [(each.name, each.content) for each in parsed.attachments] == [
        ("Übersicht, 1.png", b"\x89PNG"),
        ("../../etc/passwd", b"%PDF"),
    ]
    assert parsed.text == "See below."


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\x.txt", "x.txt"),
        (".bashrc", "bashrc"),
        ("a\x1b[31mb.txt", "ab.txt"),
        ("php://foo", "foo"),
        ("..", ""),
        ("a.exe. .", "a.exe"),
        ("ä" * 200, "ä" * 75),
    ],
)
def test_a_file_name_never_reaches_a_path_unclean(name, safe):
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("field", "automatic"),
    [
        ("Auto-Submitted: auto-replied; owner-email=x", Automatic.YES),
        ("Auto-Submitted: no", Automatic.NO),
        ("X-Auto-Response-Suppress: All", Automatic.YES),
        ("Precedence: bulk", Automatic.LIST),
        ("List-Id: <news.example.com>", Automatic.LIST),
        ("Subject: Abwesenheitsnotiz: Urlaub", Automatic.WEAK),
        ("Subject: My printer is out of office paper", Automatic.NO),
        ("X-Autoreply: yes", Automatic.YES),
        ("Return-Path: <>", Automatic.YES),
    ],
)
def test_a_robot_is_known_by_its_headers(field, automatic):
    assert parse_mail(raw("From: a@example.com", field)).automatic is automatic


REPORT = """From: MAILER-DAEMON@mx.example.com
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

It could not be delivered.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; rita@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}
--x--
"""


@pytest.mark.parametrize(
    ("action", "status", "words", "kind"),
    [
        ("failed", "5.1.1", "550 5.1.1 user unknown", BounceKind.HARD),
        ("failed", "5.2.2", "552 5.2.2 mailbox full", BounceKind.SOFT),
        ("failed", "5.7.1", "554 5.7.1 blocked", BounceKind.SOFT),
        ("failed", "4.4.1", "connection timed out", BounceKind.SOFT),
        ("delayed", "4.4.1", "connection timed out", BounceKind.DELAYED),
        ("failed", "5.0.0", "550 no such user here", BounceKind.HARD),
        ("failed", "5.1.0", "550 sender rejected", BounceKind.SOFT),
    ],
)
def test_a_bounce_says_whom_it_did_not_reach_and_whether_for_good(action, status, words, kind):
    mail = parse_mail(REPORT.format(action=action, status=status, words=words).encode())
    assert mail.is_bounce
    assert [(each.recipient, each.kind) for each in mail.bounces] == [("rita@example.com", kind)]


def test_a_person_who_writes_about_a_failed_delivery_is_no_bounce():
    mail = parse_mail(
        raw("From: rita@example.com", "Subject: Delivery failed", body="My parcel could not be delivered.")
    )
    assert not mail.is_bounce


def test_hostile_texts_as_name_subject_and_body_send_no_control_sequence():
    for text in HOSTILE_STRINGS:
        mail = parse_mail(raw(f"From: {text} <a@example.com>", f"Subject: {text}", body=text))
        for shown in (mail.sender.name, mail.sender.address, mail.subject, mail.text, mail.trimmed_text):
            assert not any(
                character < " " and character not in "\n\t" or "\x7f" <= character <= "\x9f" for character in shown
            )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n\n",
        b"no head at all",
        b"From: a@example.com",
        b"From: a@example.com\n\n" + b"\0\x1b[2J" * 1000,
        b"X: " + b"y" * 1_000_000 + b"\n\nbody",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: image/png\n\nx\n" * 10_000 + b"--b--\n",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth) for depth in range(500)),
        b"Content-Type: text/html\n\n" + b"<div>" * 100_000,
        b"From: a@example.com\nSubject: " + b"=?utf-8?b?" + b"A" * 50_000 + b"?=\n\nx",
        b"Content-Type: text/plain; charset=base64\n\nhello",
        b"From:\n\n> only quoted\n> lines\n",
        b"From: <@\nTo: ((((((((\n\nx",
    ],
    ids=range(13),
)
def test_no_mail_is_refused(data):
    mail = parse_mail(data)
    assert len(mail.subject) <= 250
    assert len(mail.attachments) <= 1_000


def test_the_time_to_read_a_mail_grows_with_its_size_alone():
    """Ten times the quoted lines take about ten times as long, not a hundred times."""

    def seconds(lines: int) -> float:
        data = raw("From: a@example.com", body="Yes.\n" + "On 1 May 2026 at 10:00 x\n> y\n\nz\n" * lines)
        begin = time.process_time()
        parse_mail(data)
        return time.process_time() - begin

    seconds(100)
    assert seconds(20_000) < 60 * max(seconds(2_000), 0.001)


def test_of_very_many_references_the_last_ones_are_kept():
    ids = [f"<{number:04}.{'x' * 60}@example.com>" for number in range(2_000)]
    mail = parse_mail(f"From: a@example.com\nReferences: {chr(10).join(f' {each}' for each in ids)}\n\nHi".encode())
    assert mail.references == tuple(ids[-100:])
    one = parse_mail(f"From: a@example.com\nReferences: {'y' * 40_000}> {ids[-1]}\n\nHi".encode())
    assert one.references == (ids[-1],)


@pytest.mark.parametrize(
    "name", [b"filename*=utf-8''a\xdab.txt", b"filename*0*=utf-8''a\xda; filename*1*=b.txt", b"name*=\xff"]
)
def test_a_name_with_bytes_that_are_no_text_does_not_lose_the_file(name):
    raw = b"From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n"
    raw += b"Content-Disposition: attachment; " + name + b"\n\nx\n--b--\n"
    assert [each.content for each in parse_mail(raw).attachments] == [b"x"]
