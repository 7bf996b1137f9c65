"""Preferences: found, changed, taken back, and what they do to mail."""

import pytest

from supportdesk.domain.preference import Frequency, Language, PreferenceChange
from supportdesk.email.settings import MailSettings

DAILY = PreferenceChange(notification_frequency=Frequency.DAILY)
FRENCH = PreferenceChange(preferred_language=Language.FRENCH)
OFF = PreferenceChange(email_notifications=False)


@pytest.fixture
def chosen(colleague):
    """Three people who have chosen something."""
    colleague.preferences.set("rita@example.com", DAILY)
    colleague.preferences.set("Émile@example.com", FRENCH)
    colleague.preferences.set("max@example.com", OFF)


async def test_somebody_is_found_changed_and_changed_back(sit_down, chosen, colleague):
    async with sit_down(mail=MailSettings(hold=10, zone="UTC")) as desk:
        await desk.press("f5")
        await desk.sees("everybody · 3", "Mail       on 2   off 1", "immediate 2   daily 1", "en 2   de 0   fr 1")
        await desk.press("f", "d")
        await desk.sees("filter daily · 1 found")
        await desk.press("escape", "/")
        await desk.type("EX")
        await desk.sees("3 found")
        await desk.type("ample.com max")
        await desk.sees("No stored preferences match this.")
        await desk.press("escape")
        await desk.sees("everybody · 3")
        await desk.press("/", *"rita", "enter", "enter")
        await desk.sees("Preferences of rita@example.com", "Set on", "SMS (kept for later")
        await desk.press("tab", "right", "ctrl+s")
        await desk.sees("✓ rita@example.com: frequency daily → weekly · u to undo", "≣ weekly")
        assert colleague.preferences.get("rita@example.com").notification_frequency is Frequency.WEEKLY
        await desk.press("u")
        await desk.sees("undone: rita@example.com: frequency weekly → daily", "≡ daily")
        await desk.press("f4")
        await desk.sees("rita@example.com frequency weekly → dai", "max@example.com mail on → off")


async def test_a_requester_asks_for_no_more_mail(sit_down, file, colleague):
    file("Printer on fire", email="rita@example.com")
    colleague.mail.deliver()
    async with sit_down() as desk:
        await desk.press("P")
        await desk.sees("Nothing is stored for this address: these are the defaults.")
        await desk.press("right", "ctrl+s")
        await desk.sees("✓ rita@example.com: mail on → off · u to undo")
        await desk.press("e", "m")
        await desk.sees("‖ 1 held", "email notifications are off")
        await desk.press("P")
        await desk.press("m", "enter", "P")
        await desk.sees("Set on", "Nothing is sent: email notifications are off.")


async def test_two_agents_change_the_same(sit_down, chosen, colleague):
    async with sit_down() as desk:
        await desk.press("f5")
        colleague.preferences.set("anna@example.com", FRENCH)
        await desk.sees("bob: anna@example.com language en → fr", "everybody · 4")
        await desk.is_on("max@example.com")
        await desk.press("e")
        await desk.sees("Preferences of max@example.com")
        colleague.preferences.set("max@example.com", PreferenceChange(True, preferred_language=Language.GERMAN))
        await desk.press("tab", "right", "ctrl+s")
        await desk.sees("Not saved", "now Mail on, SMS off, How often", "to overwrite")
        assert colleague.preferences.get("max@example.com").email_notifications
        await desk.press("ctrl+s")
        await desk.sees("✓ max@example.com: mail on → off, frequency immediate → daily, language de → en")


async def test_a_draft_of_older_preferences_says_so_and_takes_two_saves(sit_down, chosen, colleague):
    async with sit_down(size=(200, 30)) as desk:
        await desk.press("f5")
        await desk.is_on("max@example.com")
        await desk.press("e", "tab", "right", "escape")
        await desk.sees("everybody · 3")
        colleague.preferences.set("max@example.com", PreferenceChange(True, preferred_language=Language.GERMAN))
        for _ in range(2):
            await desk.press("e")
            await desk.sees("Your draft is back, but the preferences of max@example.com were changed")
            await desk.sees("(mail off → on, language en → de) since; ctrl+r loads the current version", "▐●▌ daily")
            await desk.press("ctrl+s")
            await desk.sees("Not saved", "were changed since you looked", "now Mail on, SMS off", "ctrl+r to load")
            await desk.press("escape")
            await desk.sees("everybody · 3")
        await desk.press("e", "ctrl+r")
        await desk.sees("Form cleared", "▐●▌ immediate", "▐●▌ de German")
        await desk.press("ctrl+r", "ctrl+s")
        await desk.sees("Not saved", "were changed since you looked", "▐●▌ daily", "▐●▌ en English")
        assert colleague.preferences.get("max@example.com").preferred_language is Language.GERMAN
        await desk.press("ctrl+s")
        await desk.sees("✓ max@example.com: mail on → off, frequency immediate → daily, language de → en")


async def test_a_draft_of_preferences_that_were_left_alone_is_saved_at_once(sit_down, chosen):
    async with sit_down() as desk:
        await desk.press("f5")
        await desk.is_on("max@example.com")
        await desk.press("e", "tab", "right", "escape", "e")
        await desk.sees("Your draft is back.", "▐●▌ daily")
        await desk.press("ctrl+s")
        await desk.sees("✓ max@example.com: frequency immediate → daily")


async def test_nobody_has_chosen_yet(sit_down, colleague):
    async with sit_down() as desk:
        await desk.press("g", "p")
        await desk.sees("everybody gets every mail immediately", "c  sets the preferences of an address")
        await desk.press("e")
        await desk.sees("no preferences are stored here; c sets those of an address")
        await desk.press("c", *"rita", "enter")
        await desk.sees("✗ email: 'rita' is not allowed; it must be a mail address")
        await desk.press(*"@example.com", "enter")
        await desk.sees("these are the defaults")
        await desk.press("ctrl+s")
        await desk.sees("nothing to change: rita@example.com already has these preferences")
    assert colleague.preferences.stats().total == 0
