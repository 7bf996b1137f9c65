"""Mail that should come in and does not: the title says so until it does."""

from datetime import timedelta

from supportdesk.domain import moment
from supportdesk.storage.intake import sources
from supportdesk.tui import feed


async def test_a_mailbox_that_is_silent_for_too_long_is_in_the_title_until_it_is_read(sit_down, colleague, monkeypatch):
    monkeypatch.setattr(feed, "ALARM_SECONDS", 1)
    database = colleague._database
    with database.writing():
        sources.add(database, "imap help@example.com/INBOX", 15, colleague.now() - timedelta(minutes=20))
        sources.save_error(database, "imap help@example.com/INBOX", "no route to host")
    since = moment.clock(colleague.now() - timedelta(minutes=20))
    async with sit_down() as desk:
        await desk.sees(f"no mail has come in since {since}", "no route to host")
        with database.writing():
            sources.save_success(database, "imap help@example.com/INBOX", colleague.now())
        await desk.sees("Mail comes in again.")
