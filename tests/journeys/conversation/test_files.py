"""Files of a ticket: Ann reads them inside, saves them, pipes them, and sends some with a reply."""

from email.message import EmailMessage

import pytest

from supportdesk.domain.mail.incoming import Envelope
from supportdesk.services.desk import Desk
from tests.incoming import receive_mail


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def receive(path, clock):
    """Return a function that takes in a mail with these files."""

    def receive(*files):
        mail = EmailMessage()
        mail["From"], mail["Subject"], mail["Message-ID"] = "Rita Sato <rita@example.com>", "Lamp", "<1@x>"
        mail.set_content("See the files.")
        for name, kind, content, disposition in files:
            main, _, sub = kind.partition("/")
            mail.add_attachment(content, maintype=main, subtype=sub, filename=name, disposition=disposition)
        with Desk(path, "postman", now=clock) as desk:
            receive_mail(desk.intake, bytes(mail), Envelope())

    return receive


LOG = ("lamp.log", "text/plain", b"1. It is dark.\n\x1b]0;owned\x07\x1b[2J2. Still.\n", "attachment")
PNG = b"\x89PNG\r\n\x1a\n"
PHOTO = ("ph\x1b[31moto.png", "image/png", PNG.ljust(30_000), "attachment")
LOGO = ("logo.png", "image/png", PNG, "inline")
LIE = ("plan.pdf", "application/pdf", b"MZ" + bytes(100), "attachment")


async def test_files_are_listed_read_inside_and_saved(sit_down, receive, home):
    receive(LOG, PHOTO, LOGO)
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("enter")
        await desk.sees("▣ lamp.log · text/plain", "▣ photo.png · image/png · 30,000 bytes", "▣ +1 small pictures")
        await desk.press("L")
        await desk.sees("1 lamp.log · 2 photo.png · 3 logo.png · m the mail as it came in")
        await desk.press("enter")
        await desk.sees("1. It is dark.", "2. Still.")
        await desk.press("escape", "L")
        await desk.press("m", "enter")
        await desk.sees("Raw mail", "MIME-Version")
        await desk.press("escape", "S")
        await desk.press("2", "enter")
        await desk.sees("saved", "scp")
    assert (home / "supportdesk" / "1" / "photo.png").read_bytes() == PHOTO[2]


async def test_a_file_without_a_viewer_says_how_to_set_one(sit_down, receive, home):
    receive(PHOTO)
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("L", "enter")
        await desk.sees('[viewers] image = "chafa {file}"')
        await desk.press("S")
        await desk.sees("saved")


async def test_a_file_that_is_not_what_it_says_is_saved_after_a_question_only(sit_down, receive, home):
    receive(LIE)
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("S")
        await desk.sees("careful: it says it is a PDF and is a program", "Save “plan.pdf”? (y/N)")
        await desk.press("enter")
        await desk.sees("nothing done")
        assert not home.exists()
        await desk.press("S", "y")
        await desk.sees("saved")


async def test_a_ticket_without_files_says_so(sit_down, file):
    file("Lamp is dark")
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("S")
        await desk.sees("#1 has no files")
        await desk.press("L", "enter")
        await desk.sees("no mail came in for #1")


async def test_a_reply_takes_files_and_says_at_once_what_is_none(sit_down, file, home, colleague):
    file("Lamp is dark")
    home.mkdir()
    (home / "plan.txt").write_text("Plug it in.")
    async with sit_down(size=(160, 40)) as desk:
        await desk.press("r")
        await desk.sees("Files to send too")
        await desk.type("See the plan.")
        await desk.press("tab")
        await desk.type("~/none.txt")
        await desk.press("ctrl+s")
        await desk.sees("it must be a file")
        await desk.press(*["backspace"] * 8)
        await desk.type("plan.txt")
        await desk.press("ctrl+s")
        await desk.until(lambda: len(colleague.conversation.messages("1")) == 2, "the reply")
    [file] = colleague.conversation.messages("1")[-1].attachments
    assert (file.name, file.size) == ("plan.txt", 11)
