"""Mails that were made to do harm: each is filed or waits with its cause, in bounded time and memory."""

import base64
import os
import resource

import pytest

from supportdesk.domain.mail.incoming import Envelope, Outcome
from supportdesk.storage.intake.raw_store import RawStore
from tests.hostile import HOSTILE_STRINGS
from tests.incoming import receive_mail

HEAD = b"From: Rita <rita@example.com>\nSubject: Lamp\nMessage-ID: <1@example.com>\nMIME-Version: 1.0\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
MB = 1 << 20
CPU_SECONDS = 15


def nested(depth: int, kind: bytes = b"multipart/mixed; boundary=b%d\n\n--b%d\n") -> bytes:
    layers = (b"Content-Type: " + (kind % ((level,) * kind.count(b"%d"))) for level in range(depth))
    return HEAD + b"".join(layers) + b"Content-Type: text/plain\n\ndeep\n"


BAD = {
    "10,000 parts": lambda: MIXED + b"--b\nContent-Type: text/plain\n\nx\n" * 10_000 + b"--b--\n",
    "depth 500": lambda: nested(500),
    "depth 20,000": lambda: nested(20_000),
    "500 enclosed mails": lambda: nested(500, b"message/rfc822\n\nSubject: x\n"),
    "1 MB header before the others": lambda: b"X-Spam: " + b"y" * MB + b"\n" + HEAD + b"\nIt is dark.\n",
    "1 MB header, folded": lambda: b"X-Spam:" + b"\n y" * (MB // 3) + b"\n" + HEAD + b"\nIt is dark.\n",
    "1 MB subject": lambda: HEAD.replace(b"Lamp", b"Lamp " * (MB // 5)) + b"\nIt is dark.\n",
    "encoded subject without end": lambda: HEAD.replace(b"Lamp", b"=?utf-8?q?Lamp?= " * 60_000) + b"\nIt is dark.\n",
    "100,000 addresses": lambda: HEAD + b"To: " + b'"a," <a@b.example>, ' * 100_000 + b"\n\nIt is dark.\n",
    "100,000 references": lambda: HEAD + b"References: " + b"<a@b> " * 100_000 + b"\n\nIt is dark.\n",
    "100,000 parameters": lambda: HEAD + b"Content-Type: text/plain; " + b"a=b; " * 100_000 + b"\n\nIt is dark.\n",
    "2 million headers": lambda: HEAD + b"X: y\n" * (2 * MB) + b"\nIt is dark.\n",
    "NUL": lambda: HEAD + b"\n" + b"\0" * MB,
    "ESC": lambda: HEAD + b"\n" + b"\x1b[31m\x1b]0;owned\x07" * 100_000,
    "CR only": lambda: (HEAD + b"\nIt is dark.\n").replace(b"\n", b"\r"),
    "every byte": lambda: HEAD + b"\n" + bytes(range(256)) * 1_000,
    "uuencoded without end": lambda: HEAD + b"\n" + b"begin 644 a\n" * 100_000 + b"\nend\n",
    "quotes without end": lambda: HEAD + b"\n" + b"On Monday Ann <a@b.example> wrote:\n> x\n\n" * 50_000,
    "a report of 50,000 recipients": lambda: (
        HEAD
        + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        + b"--b\nContent-Type: message/delivery-status\n\n"
        + b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n" * 50_000
        + b"--b--\n"
    ),
    "HTML without end": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<table><tr><td>" * 50_000,
    "10 MB of blank lines": lambda: HEAD + b"\n" + b"\n" * (10 * MB),
    "no head": lambda: b"\xff" * 100_000,
    "nothing": lambda: b"",
    "a zip that would be huge": lambda: (
        MIXED
        + b"--b\nContent-Type: application/zip; name=bomb.zip\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(b"PK\3\4" + b"\0" * 10_000)
        + b"\n--b--\n"
    ),
    "50 MB": lambda: (
        MIXED
        + b"--b\n\nIt is dark.\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(b"%PDF" * (9 * MB))
        + b"\n--b--\n"
    ),
}
"""Made when they are wanted: together they take a hundred megabytes."""
READABLE = ("500", "header", "subject", "address", "references", "CR only", "zip", "50 MB", "parts")


def peak(pid: int) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmPeak"))


@pytest.mark.parametrize("name", BAD)
def test_it_is_filed_or_waits_with_its_cause(desk, name):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    filed = receive_mail(desk.intake, BAD[name](), Envelope("rita@example.com"))
    assert filed.outcome in (Outcome.NEW_TICKET, Outcome.PARKED)
    assert filed.outcome is Outcome.NEW_TICKET or filed.cause
    reader = desk.intake._inbox.reader._process
    if reader is not None and reader.poll() is None:
        assert peak(reader.pid) < 800, "MB at most"
    # What strangers wrote costs this process next to nothing: it only moves bytes.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < CPU_SECONDS
    if any(word in name for word in READABLE):
        assert filed.outcome is Outcome.NEW_TICKET
        ticket = desk.tickets.get("1")
        assert ticket.title.startswith("Lamp")
        assert ticket.contact_email == "rita@example.com"
    for each in desk.conversation.messages("1") if filed.ticket else ():
        assert not set(each.text) & set(map(chr, [*range(9), *range(11, 32), 127, *range(128, 160)]))


@pytest.mark.parametrize("where", ["From: {} <u{}@example.com>", "Subject: {}", "Content-Type: text/plain; name={}"])
def test_hostile_texts_in_any_header_reach_nothing(desk, where):
    for number, text in enumerate(HOSTILE_STRINGS):
        line = where.format(text, number)
        raw = f"From: u{number}@example.com\nMessage-ID: <{number}@x>\n{line}\n\nIt is dark."
        filed = receive_mail(desk.intake, raw.encode("utf-8", "surrogatepass"), Envelope())
        assert filed.outcome in (Outcome.NEW_TICKET, Outcome.PARKED, Outcome.UNSUBSCRIBED), text
        assert filed.author.isprintable()


def test_an_envelope_that_is_damaged_is_none_and_the_mail_is_filed(desk, files):
    store = RawStore(files / "incoming")
    for number, line in enumerate(
        (b"", b"{", b"[]", b'{"from": 7, "to": 8}', b'{"from": {}, "to": ["\\u0000"]}', b"\xff")
    ):
        held = store.put(b"", Envelope())
        raw = b"From: u%d@example.com\nSubject: Lamp\nMessage-ID: <%d@x>\n\nIt is dark." % (number, number)
        held.file.write_bytes(line + b"\n" + raw)
        held.release()
    assert [each.outcome for each in desk.intake.process()] == [Outcome.NEW_TICKET] * 6


def test_a_folder_or_a_link_among_the_stored_mails_does_no_harm(desk, files, tmp_path):
    folder = files / "incoming"
    RawStore(folder).put(b"From: u@example.com\nSubject: Lamp\n\nIt is dark.", Envelope()).release()
    (folder / "new" / "folder.eml").mkdir()
    (tmp_path / "secret").write_text("From: x@example.com\n\nsecret")
    (folder / "new" / "link.eml").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "new" / "pipe.eml")
    assert [each.outcome for each in desk.intake.process()] == [Outcome.NEW_TICKET]
    assert not desk.intake.has_waiting()
