"""What waits: counts in the tab line, unread signs in the list, the title of the window, the bell."""

import re

from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.preference import Frequency, PreferenceChange

WIDE = (160, 40)


async def test_what_waits_is_counted_and_what_was_looked_at_is_not_unread(sit_down, file, colleague):
    file("Lamp is dark")
    file("Door is shut")
    async with sit_down(size=WIDE) as desk:
        await desk.sees("unassigned 2", "F2 Tickets (2)", "• Lamp is dark")
        await desk.press("enter", "J", "escape", "k")
        await desk.sees_no("unread", "•")
        colleague.conversation.note("2", "Look at this.")
        await desk.sees("F2 Tickets (1)", "unread 1", "• Door is shut")
        await desk.press("j", "enter")
        await desk.sees("Look at this.")
        await desk.sees_no("unread 1", "• Door is shut")
        await desk.press("a", "a")
        await desk.sees("mine 1", "unassigned 1")
        await desk.press("f3")
        await desk.sees("mine 1")


async def test_each_tab_counts_what_colleagues_changed_until_one_looks(sit_down, file, write, colleague):
    async with sit_down(size=WIDE) as desk:
        file("Lamp is dark")
        write("How do I reset my password?")
        await desk.sees("F3 FAQs (1)", "F4 History (2)")
        await desk.press("i", *"My own word.", "enter", "f4")
        await desk.sees("F2 Tickets · F3 FAQs (1) · F4 History · F5 Preferences · F6 Experiments")
        colleague.preferences.set("rita@example.com", PreferenceChange(notification_frequency=Frequency.WEEKLY))
        await desk.sees("F4 History · F5 Preferences (1)")
        await desk.press("f3", "f2")
        await desk.sees("F3 FAQs · F4 History · F5 Preferences (1)")
        # The FAQ has answered somebody and learned a wording: one change.
        colleague.faqs.used("I forgot what I log in with", "1")
        await desk.sees("F3 FAQs (1) · F4 History (1) · F5 Preferences (1)")


async def test_a_narrow_screen_counts_what_is_unread(sit_down, file, colleague):
    file("Lamp is dark")
    async with sit_down() as desk:
        colleague.conversation.note("1", "Look at this.")
        await desk.sees("F2 Tickets (1)", "F6 Experiments")


async def test_a_mail_that_failed_is_counted_and_marked(sit_down, file, colleague):
    file("Lamp is dark", email="fail@example.com")
    async with sit_down(size=WIDE) as desk:
        colleague.conversation.reply("1", new_reply("Is it on?"))
        colleague.mail.deliver()
        await desk.sees("failed mail 1", "✗ • Lamp is dark")


async def test_the_title_of_the_window_says_where_one_is_and_what_waits(sit_down, file, colleague, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    file("Lamp is dark \x1b]2;gotcha\x07")
    async with sit_down() as desk:
        await desk.until(lambda: b"\x1b]2;supportdesk \xc2\xb7 Tickets" in desk.glass.received, "a title")
        await desk.press("enter")
        await desk.until(lambda: b"Tickets #1" in desk.glass.received, "a title with the ticket")
        colleague.conversation.note("1", "Look at this.")
        await desk.until(lambda: b"1 unread" in desk.glass.received, "a title with what waits")
    titles = re.findall(rb"\x1b\]2;([^\x1b]*)\x1b", desk.glass.received)
    assert not any(b"gotcha" in title for title in titles)


def bells(desk):
    return re.sub(rb"\x1b\][^\a\x1b]*(?:\a|\x1b\\)", b"", desk.glass.received).count(b"\a")


async def test_the_bell_rings_for_words_of_requesters_and_mentions_where_it_is_wished_for(sit_down, file, colleague):
    async with sit_down() as silent, sit_down(bell=True) as ringing:
        file("Lamp is dark")
        for desk in (silent, ringing):
            await desk.sees("Lamp is dark")
        await ringing.until(lambda: bells(ringing) == 1, "a bell")
        colleague.conversation.note("1", "Look at this.")
        await ringing.sees("note: Look at this.")
        assert (bells(ringing), bells(silent)) == (1, 0)
        colleague.conversation.note("1", "@ann, look at this.")
        await ringing.until(lambda: bells(ringing) == 2, "a bell for a mention")
        await silent.sees("mentions 1")
        assert bells(silent) == 0
