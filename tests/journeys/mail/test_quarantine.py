"""Mail that waits: Ann reads why, and decides; what strangers wrote reaches her terminal as text only."""

import pytest

from supportdesk.domain.mail.incoming import Envelope
from supportdesk.services.desk import Desk
from tests.hostile import HOSTILE_STRINGS
from tests.incoming import receive_mail
from tests.journeys.test_hostile_text import HOSTILE, what_is_not_ours

ATTACKS = (
    *HOSTILE,
    "\x1b]8;;http://evil\x07x\x1b]8;;\x07",
    "\x1b[?1049l",
    "\x05",
    "\x0e",
    "\x1b#8",
    "\x1b[200~x\x1b[201~",
)


@pytest.fixture
def receive(path, clock):
    """Return a function that takes a mail in, as the mail system does."""

    def receive(number=1, subject="Lamp is dark", text="It does not shine.", sender="rita@example.com", head=""):
        mail = f"{head}From: {sender}\nSubject: {subject}\nMessage-ID: <{number}@x>\n\n{text}\n"
        with Desk(path, "postman", now=clock) as desk:
            return receive_mail(desk.intake, mail.encode("utf-8", "surrogatepass"), Envelope())

    return receive


ROBOT = "Auto-Submitted: auto-replied\n"


async def test_a_parked_mail_is_read_and_becomes_a_ticket_and_waits_again_after_undo(sit_down, receive):
    receive(head=ROBOT)
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("g", "m")
        await desk.sees("1 waiting for a decision", "a robot wrote it", "rita@example.com")
        await desk.press("enter")
        await desk.sees("<rita@example.com>", "It does not shine.", "a accept", "R raw")
        await desk.press("R")
        await desk.sees("Raw mail", "Auto-Submitted")
        await desk.press("escape", "enter")
        await desk.sees("<rita@example.com>", "a accept")
        await desk.press("a")
        await desk.sees("mail 1 is now #1", "No mail waits for a decision.")
        await desk.press("u")
        await desk.sees("1 waiting for a decision")


async def test_the_cursor_keeps_its_place_where_a_mail_was_decided(sit_down, receive):
    for number in range(1, 5):
        receive(number, subject=f"Word {number}", head=ROBOT)
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("g", "m")
        await desk.is_on("Word 4")
        await desk.press("j", "d")
        await desk.sees("mail 3 discarded", "3 waiting for a decision")
        await desk.is_on("Word 2")


async def test_a_mail_is_added_to_a_ticket_discarded_or_its_sender_blocked(sit_down, receive, file):
    file("Lamp is dark")
    receive(1, head=ROBOT)
    receive(2, subject="Spam", head="X-Spam-Flag: YES\n", sender="eve@example.org")
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("g", "m")
        await desk.sees("2 waiting for a decision")
        await desk.press("b")
        await desk.sees("Block address or domain: eve@example.org")
        await desk.press("enter")
        await desk.sees("mail from eve@example.org is parked from now on")
        await desk.press("d")
        await desk.sees("mail 2 discarded", "1 waiting")
        await desk.press("t")
        await desk.sees("Add this mail to ticket:")
        await desk.press("1", "enter")
        await desk.sees("mail 1 added to #1")
        await desk.press("B")
        await desk.sees("Unblock: eve@example.org")
        await desk.press("enter")
        await desk.sees("accepted again")


async def test_what_cannot_be_done_is_said(sit_down, receive):
    receive(head=ROBOT)
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("g", "m", "t")
        await desk.press("9", "9", "enter")
        await desk.sees("✗ there is no ticket 99", "Add this mail to ticket: 99")
        await desk.press("escape")
        await desk.sees("nothing added")
        await desk.press("B")
        await desk.sees("Nobody is blocked.")
        await desk.press("escape")
        await desk.sees("Tickets")


async def test_hostile_mails_send_no_control_sequence_to_the_terminal(sit_down, receive):
    for number, attack in enumerate((*ATTACKS, *HOSTILE_STRINGS[:20])):
        clean = attack.replace("\n", " ").replace("\r", " ")
        receive(
            number,
            subject=f"{clean}Subject",
            text=f"{attack}Body\n<b>{attack}</b>",
            sender=f'"{clean}Eve" <eve{number}@example.org>',
            head=ROBOT if number % 2 else "",
        )
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("g", "m")
        await desk.sees("waiting for a decision")
        for key in ("enter", "escape", "R", "escape") * 3:
            await desk.press(key)
        for _ in range(12):
            await desk.press("j", "R")
            await desk.press("escape")
        await desk.press("g", "t")
        await desk.press("enter")
        for _ in range(12):
            await desk.press("J")
    assert what_is_not_ours(bytes(desk.glass.received)) == []
