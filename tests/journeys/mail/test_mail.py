"""Mail leaves while Ann works, unless she thinks better of it, and trouble with it is said."""

from datetime import timedelta

from supportdesk.email.provider import Receipt, ServiceDown
from supportdesk.email.settings import MailSettings


class Service:
    """A mail service that can be down."""

    def __init__(self):
        self.down = True

    def send(self, mail):
        if self.down:
            raise ServiceDown("no route to mail.example.com")
        return Receipt("250")

    def close(self):
        pass


async def test_a_service_that_fails_is_said_once_and_so_is_its_return(sit_down, file, clock, colleague):
    service = Service()
    file("Lamp is dark")
    async with sit_down(open_provider=lambda: service) as desk:
        await desk.sees("✗ mail paused until 09:3", ": no route to mail.example.com")
        await desk.press("s", "i", "enter")
        await desk.sees("#1 in-progress")
        service.down = False
        clock.at += timedelta(hours=1)
        await desk.sees("Mail delivery resumed.")
        await desk.until(lambda: colleague.mail.counts()["sent"] == 2, "two messages sent")


async def test_what_is_undone_before_its_mail_left_is_told_to_nobody(sit_down, file, clock, colleague):
    file("Lamp is dark")
    colleague.mail.deliver()
    async with sit_down(mail=MailSettings(hold=10)) as desk:
        await desk.press("s", "r", "enter")
        await desk.sees("#1 resolved")
        await desk.press("u")
        await desk.sees("undone")
        clock.at += timedelta(seconds=10)
        await desk.press("s", "i", "enter")
        await desk.sees("#1 in-progress")
        clock.at += timedelta(seconds=10)
        await desk.until(lambda: colleague.mail.counts()["sent"] == 2, "one more message sent")
    assert [message.status for message in colleague.mail.page()] == ["sent", "withdrawn", "sent"]


async def test_a_log_longer_than_the_screen_opens_full_of_its_newest_messages(sit_down, file, colleague):
    for number in range(1, 71):
        file(f"Printer {number:02} on fire")
    colleague.mail.deliver()
    async with sit_down() as desk:
        await desk.press("m")
        await desk.sees("Mail log", *(f"Printer {number} on fire [#" for number in range(64, 71)))
