"""Attachments: what came with a mail and what leaves with a reply, stored once and never trusted."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from supportdesk.domain.conversation.attachment import REPLY_LIMIT, Attachment, NewFile, safe_name
from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.errors import InvalidValue, NotAllowed, NotFound, Unavailable
from supportdesk.domain.mail.incoming import Envelope
from supportdesk.email.messages.mime import wire_mail
from supportdesk.email.provider import OutgoingFile, OutgoingMail
from supportdesk.services.conversation.attachments import MAILS_OPENED, read_files
from supportdesk.services.desk import Desk
from tests.hostile import HOSTILE_STRINGS
from tests.incoming import receive_mail
from tests.services.intake.conftest import HELP
from tests.services.mail.services import Service


@pytest.fixture
def settings():
    return HELP


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def desk(path, clock, settings, service):
    with Desk(path, "ann", now=clock, mail=settings, open_provider=lambda: service) as desk:
        yield desk


def mail_with(*files: tuple[str, str, bytes], number=1, sender="rita@example.com", inline=False) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = sender, f"Photo {number}", f"<{number}@x>"
    mail.set_content("See below.")
    for name, content_type, content in files:
        kind, _, subtype = content_type.partition("/")
        disposition = "inline" if inline else "attachment"
        mail.add_attachment(content, maintype=kind, subtype=subtype, filename=name, disposition=disposition)
    return bytes(mail)


PHOTO = ("lamp.png", "image/png", b"PNG" * 10_000)


@pytest.mark.parametrize(
    ("name", "content_type", "content", "warning"),
    [
        ("plan.pdf", "application/pdf", b"MZ" + bytes(100), "it says it is a PDF and is a program"),
        ("plan.pdf", "application/pdf", b"<html>", "it says it is a PDF and is a web page"),
        ("plan.pdf", "application/octet-stream", b"words", "it says it is a PDF and is none"),
        ("lamp.jpg", "image/jpeg", b"\x89PNG\r\n\x1a\n", "it says it is a JPEG picture and is a PNG picture"),
        ("notes.txt", "text/plain", b"\x7fELF\x02", "it says it is text and is a program"),
        ("notes.txt", "text/plain", b"#!/bin/sh\nrm", "it says it is text and is a script"),
        ("letter.docx", "application/pdf", b"%PDF-1.4", "it says it is a ZIP archive and is a PDF"),
        ("a", "application/octet-stream", b"MZ" + bytes(100), "it is a program"),
        ("plan.pdf.exe", "application/pdf", b"%PDF-1.4", "the name is that of a program"),
        ("plan.pdf", "application/pdf", b"\n\n%PDF-1.4", ""),
        ("lamp.png", "image/png", b"\x89PNG\r\n\x1a\n", ""),
        ("letter.docx", "application/octet-stream", b"PK\x03\x04", ""),
        ("notes.txt", "text/plain", b"plain words", ""),
        ("table.xls", "application/vnd.ms-excel", b"<html>", ""),
        ("empty.pdf", "application/pdf", b"", ""),
    ],
)
def test_a_file_that_is_not_what_it_says_has_a_warning(desk, name, content_type, content, warning):
    receive_mail(desk.intake, mail_with((name, content_type, content)), Envelope())
    assert [each.warning for each in desk.attachments.list("1")] == [warning]


def test_the_files_in_a_mail_that_was_attached_are_listed_and_saved(desk, tmp_path):
    forwarded = message_from_bytes(mail_with(("plan.pdf", "application/pdf", b"MZ" + bytes(90)), number=2))
    mail = message_from_bytes(mail_with(("lamp.png", "image/png", b"PNG")), policy=policy.default)
    mail.add_attachment(message_from_bytes(bytes(forwarded), policy=policy.default), filename="old.eml")
    receive_mail(desk.intake, bytes(mail), Envelope())
    files = desk.attachments.list("1")
    assert [each.label for each in files] == ["lamp.png", "old.eml", "plan.pdf (in old.eml)"]
    assert files[2].warning == "it says it is a PDF and is a program"
    for wanted in ("3", "plan.pdf"):
        saved = desk.attachments.save(desk.attachments.find("1", wanted), tmp_path)
        assert saved.read_bytes() == b"MZ" + bytes(90)


def test_a_mail_in_a_mail_that_was_attached_is_looked_into_and_many_are_not_without_end(desk, tmp_path):
    def enclosing(*mails):
        lamp = mail_with(("lamp.png", "image/png", b"PNG"), number=len(mails) + 2)
        outer = message_from_bytes(lamp, policy=policy.default)
        for number, mail in enumerate(mails):
            outer.add_attachment(message_from_bytes(mail, policy=policy.default), filename=f"{number}.eml")
        return bytes(outer)

    plan = mail_with(("plan.pdf", "application/pdf", b"%PDF-1.4"), number=2)
    receive_mail(desk.intake, enclosing(enclosing(plan)), Envelope())
    labels = [each.label for each in desk.attachments.list("1")]
    assert labels[-1] == "plan.pdf (in 0.eml (in 0.eml))"
    saved = desk.attachments.save(desk.attachments.find("1", "plan.pdf"), tmp_path)
    assert saved.read_bytes() == b"%PDF-1.4"
    receive_mail(desk.intake, enclosing(*[plan] * (MAILS_OPENED + 5)), Envelope())
    assert sum("plan.pdf" in each.label for each in desk.attachments.list("2")) == MAILS_OPENED


def test_a_file_is_listed_with_its_message_and_saved_under_a_clean_name(desk, tmp_path):
    receive_mail(desk.intake, mail_with(("../lamp.png", "image/png", b"PNG")), Envelope())
    [file] = desk.attachments.list("1")
    assert (file.name, file.size, file.message) == ("../lamp.png", 3, desk.tickets.get("1").id)
    assert desk.conversation.messages("1")[0].attachments == (file,)
    saved = desk.attachments.save(desk.attachments.find("1", "1"), tmp_path / "here")
    assert (saved, saved.read_bytes()) == (tmp_path / "here" / "lamp.png", b"PNG")
    assert desk.attachments.save(desk.attachments.find("1", "lamp.png"), tmp_path / "here").name == "lamp-2.png"
    with pytest.raises(NotFound, match="it has 1"):
        desk.attachments.find("1", "other.png")


def test_the_same_content_is_stored_once(desk, files):
    for number in range(3):
        receive_mail(desk.intake, mail_with(PHOTO, number=number, sender=f"u{number}@example.com"), Envelope())
    assert len([each for each in (files / "attachments").rglob("*") if each.is_file()]) == 1


def test_a_content_that_was_changed_is_not_offered(desk, files, tmp_path):
    receive_mail(desk.intake, mail_with(PHOTO), Envelope())
    [stored] = [each for each in (files / "attachments").rglob("*") if each.is_file()]
    stored.write_bytes(b"other")
    with pytest.raises(Unavailable, match=r"lamp\.png"):
        desk.attachments.content(desk.attachments.find("1", "1"))
    stored.unlink()
    with pytest.raises(Unavailable):
        desk.attachments.save(desk.attachments.find("1", "1"), tmp_path)


def test_hostile_names_stay_in_their_folder(desk, tmp_path):
    names = [*HOSTILE_STRINGS, "../../etc/passwd", "-rf", "..", "/", "a\x1b]0;x\x07.txt"]
    folder = tmp_path / "here"
    for name in names:
        file = Attachment("", name, "text/plain", 1, desk.attachments._store.put(b"x"), inline=False)
        saved = desk.attachments.save(file, folder)
        assert saved.parent == folder
        assert saved.name.isprintable()
        assert not saved.name.startswith(("-", "."))


@pytest.mark.parametrize(("size", "inline", "decoration"), [(9, True, True), (9, False, False), (30_000, True, False)])
def test_small_pictures_within_a_text_are_decoration(desk, size, inline, decoration):
    receive_mail(desk.intake, mail_with(("logo.png", "image/png", b"x" * size), inline=inline), Envelope())
    assert desk.attachments.list("1")[0].is_decoration is decoration


def test_a_picture_that_comes_again_and_again_is_decoration(desk):
    for number in range(3):
        receive_mail(desk.intake, mail_with(PHOTO, ("a.pdf", "application/pdf", b"%PDF"), number=number), Envelope())
    assert [each.is_decoration for each in desk.attachments.list("1")] == [True, False]


@pytest.mark.parametrize(
    ("name", "warned"),
    [("invoice.pdf.exe", True), ("a.JS", True), ("photo.png", False), ("run.sh ", True), ("a.exe. .", True)],
)
def test_a_programs_name_is_warned_of(name, warned):
    assert bool(Attachment("", name, "application/pdf", 1, "0" * 64, inline=False).warning) is warned


class TestScan:
    @pytest.fixture
    def settings(self):
        return replace(HELP, intake_scan="grep -q EVIL -")

    def test_what_the_scan_command_finds_is_not_offered(self, desk, tmp_path):
        # grep exits 0 when it finds something, so this command refuses what does not say EVIL.
        receive_mail(
            desk.intake, mail_with(("a.txt", "text/plain", b"EVIL"), ("b.txt", "text/plain", b"good")), Envelope()
        )
        assert desk.attachments.content(desk.attachments.find("1", "a.txt")) == b"EVIL"
        with pytest.raises(NotAllowed, match=r"refuses b\.txt"):
            desk.attachments.save(desk.attachments.find("1", "b.txt"), tmp_path)


class TestBrokenScan:
    @pytest.fixture(params=["/no/such/command", "sh -c 'exit 2'"])
    def settings(self, request):
        return replace(HELP, intake_scan=request.param)

    def test_a_scan_that_fails_offers_nothing(self, desk):
        receive_mail(desk.intake, mail_with(PHOTO), Envelope())
        with pytest.raises(Unavailable, match="cannot be scanned"):
            desk.attachments.content(desk.attachments.find("1", "1"))


def test_a_file_whose_bytes_have_changed_is_found_when_all_are_read(desk, files):
    receive_mail(desk.intake, mail_with(PHOTO, ("a.txt", "text/plain", b"one"), number=1), Envelope())
    assert [each.is_ok for each in desk.doctor.examine_files()] == [True]
    [text] = [file for file in (files / "attachments").rglob("*") if file.is_file() and file.stat().st_size == 3]
    text.write_bytes(b"two")
    [finding] = desk.doctor.examine_files()
    assert not finding.is_ok
    assert finding.found.startswith("1 of 2 files are missing or damaged")


def test_a_reply_carries_files_and_lists_them(desk, service):
    receive_mail(desk.intake, mail_with(), Envelope())
    files = (NewFile("bericht é.txt", "text/plain", b"Zeile"), NewFile("a.pdf", "application/pdf", b"%PDF" * 100))
    replied = desk.conversation.reply("1", new_reply("See the files.", files=files)).message
    assert [each.name for each in replied.attachments] == ["bericht é.txt", "a.pdf"]
    assert desk.conversation.messages("1")[-1].attachments == replied.attachments
    desk.mail.deliver()
    assert [each.content for each in service.sent[-1].files] == [b"Zeile", b"%PDF" * 100]


def test_files_arrive_in_the_mail_with_their_names():
    hostile = [OutgoingFile(name, "text/plain", b"x") for name in ("a\r\nBcc: eve@example.org", '"; x="', "é.txt")]
    files = (OutgoingFile("ü 1.pdf", "application/pdf", b"\x00\xff" * 500), *hostile)
    mail = OutgoingMail("help@example.com", "rita@example.com", "Re", "Text", "<p>Text</p>", "<1@x>", files=files)
    read = message_from_bytes(wire_mail(mail).data)
    assert read.get_content_type() == "multipart/mixed"
    body, first, *others = read.get_payload()
    assert body.get_content_type() == "multipart/alternative"
    assert (first.get_filename(), first.get_payload(decode=True)) == ("ü 1.pdf", b"\x00\xff" * 500)
    assert len(others) == 3
    assert "Bcc" not in str([part.keys() for part in read.walk()])


def test_files_of_a_reply_are_checked_before_they_are_read(tmp_path):
    (tmp_path / "small").write_bytes(b"x")
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(REPLY_LIMIT)
    assert [each.content for each in read_files([tmp_path / "small"])] == [b"x"]
    for paths in ([tmp_path / "none"], [tmp_path], [big, tmp_path / "small"], [tmp_path / "small"] * 51):
        with pytest.raises(InvalidValue):
            read_files(paths)


@pytest.mark.parametrize(
    ("name", "safe"),
    [("a b;rm -rf.txt", "a brm -rf.txt"), ("$(id).txt", "id.txt"), ("`id`.txt", "id.txt"), ("a (1).png", "a 1.png"),
     ("a'b\"c&d|e.txt", "abcde.txt"), ("~root/x", "x"), ("~x", "x"), ("é 日本.pdf", "é 日本.pdf")],
)  # fmt: skip
def test_no_shell_obeys_a_name(name, safe):
    assert safe_name(name) == safe
