"""The outbox in the mail log: what waits, what failed and why, and another try."""

import threading
from datetime import timedelta

import pytest

from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.email.provider import OutcomeUnknown, ServiceDown
from supportdesk.email.settings import MailSettings
from supportdesk.services.mail import delivery_thread as mail_thread
from tests.services.mail.services import Service


def at_first(failure):
    """What a service does that fails once."""
    failures = [failure]

    def act(mail):
        if failures:
            raise failures.pop()

    return act


async def test_a_failed_message_is_found_and_sent_again(sit_down, busy, colleague):
    service = Service(lambda mail: None)
    async with sit_down(open_provider=lambda: service) as desk:
        await desk.press("m", "r")
        await desk.sees("this message is sent; only failed and unknown ones can be sent again")
        await desk.press("f")
        await desk.sees("First letter (enter: all): sent 3  failed 1")
        await desk.press("f")
        await desk.sees("only failed · 1 found", "550 mock: this mailbox always refu")
        await desk.press("enter", "G")
        await desk.sees("Tried       once", "Message-ID")
        await desk.press("escape", "escape", "/", *"fire")
        await desk.sees("search fire · 3 found")
        await desk.press("escape")
        await desk.sees("Mail log · 4 messages")
        await desk.press("/", *"passw", "enter", "r", "y")
        await desk.sees("✓ mail to fail@example.com will be sent again")
        await desk.sees("✓ sent      fail@example.com")
        # The keys of the tickets are theirs again.
        await desk.press("escape", "escape", "f", "n")
        await desk.sees("filter status:new")
    assert service.subjects == ["Password forgotten"]
    assert colleague.mail.counts()[DeliveryStatus.FAILED] == 0


async def test_what_may_have_arrived_is_sent_again_only_when_that_is_wanted(sit_down, file, colleague):
    file("Printer on fire")
    service = Service(at_first(OutcomeUnknown("the connection ended after the text")))
    async with sit_down(open_provider=lambda: service) as desk:
        await desk.press("m")
        await desk.sees("? 1 unknown", "the connection ended after the text")
        await desk.press("r")
        await desk.sees("Send it again? rita@example.com may already have received it (y/N)")
        await desk.press("n")
        await desk.sees("nothing sent")
        await desk.press("r", "y")
        await desk.sees("✓ sent      rita@example.com")
    assert service.subjects == ["Printer on fire"]


async def test_mail_waits_a_moment_so_that_it_can_be_taken_back(sit_down, file, colleague):
    file("Printer on fire")
    colleague.mail.deliver()
    async with sit_down(mail=MailSettings(hold=10, zone="UTC")) as desk:
        await desk.press("m", "tab", "e")
        await desk.sees("… 1 waiting", "… pending   rita@example.com    leaves in 10 s · Re: Printer")
        await desk.press("u")
        await desk.sees("↶ withdrawn rita@example.com    undone by ann before it left")
        await desk.sees_no("waiting")


async def test_a_service_that_is_down_is_said_until_it_is_up(sit_down, file, clock, colleague):
    file("Printer on fire")
    service = Service(at_first(ServiceDown("421 we are closing")))
    async with sit_down(open_provider=lambda: service) as desk:
        await desk.sees("✗ mail paused until 09:3", ": 421 we are closing")
        await desk.press("m")
        await desk.sees("Mail log · 1 messages · … 1 waiting · ✗ mail paused until 09:3")
        await desk.press("f3")
        await desk.sees("FAQs", "✗ mail paused until")
        clock.at += timedelta(hours=1)
        await desk.sees("Mail delivery resumed.")
        await desk.sees_no("paused")
    assert colleague.mail.counts()[DeliveryStatus.SENT] == 1


async def test_a_service_that_hangs_holds_up_neither_a_key_nor_the_end(sit_down, file, colleague, monkeypatch):
    monkeypatch.setattr(mail_thread, "CLOSING_SECONDS", 0.1)
    file("Printer on fire")
    began, may_end = threading.Event(), threading.Event()

    def hang(mail):
        began.set()
        may_end.wait()

    try:
        async with sit_down(open_provider=lambda: Service(hang)) as desk:
            await desk.until(began.is_set, "a message on its way")
            await desk.press("e")
            await desk.sees("✓ #1 resolved")
    finally:
        may_end.set()


async def test_new_messages_come_in_below_and_move_nothing(sit_down, file, colleague):
    for number in range(40):
        file(f"Printer {number:02} on fire")
    colleague.mail.deliver()
    async with sit_down() as desk:
        await desk.press("m", "k")
        await desk.is_on("Printer 38")
        before = desk.cursors
        file("Lamp is dark")
        await desk.sees("Mail log · 41 messages", "Lamp is dark [#41]")
        assert desk.cursors == before
        await desk.press("g", "g")
        await desk.sees("Mail log · 41 messages")
        file("Lamp is still dark")
        await desk.sees("Mail log · 42 messages")
        await desk.sees_no("Lamp is still dark [#42]")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_a_ticket_shows_the_same_of_its_mail(sit_down, busy, size):
    async with sit_down(size=size) as desk:
        await desk.press("enter", "h", "h")
        await desk.sees("Notifications (1", "✗ failed  ticket_created", "550 mock: this mailbox always refuses")
