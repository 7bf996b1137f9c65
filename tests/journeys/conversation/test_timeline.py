"""The open ticket: the newest words in sight, what did not arrive, quoted parts on a key."""

from datetime import timedelta

from supportdesk.domain.conversation.message import new_reply
from supportdesk.email.settings import MailSettings


async def test_the_newest_message_is_in_sight_and_stays_while_others_work(sit_down, file, colleague):
    file("Lamp is dark", description="\n".join(f"Line {n}" for n in range(1, 61)))
    colleague.conversation.reply("1", new_reply("Is it on?"))
    async with sit_down() as desk:
        await desk.press("enter")
        await desk.sees("▸ bob", "Is it on?")
        await desk.press("g", "g")
        await desk.sees("Line 1\n")
        colleague.conversation.note("1", "Asked twice.")
        await desk.sees("bob: #1")
        assert "Line 1\n" in desk.screen(), "nothing scrolls under the reader's eyes"
        await desk.press("G")
        await desk.sees("internal note, agents only", "Asked twice.")


async def test_what_one_does_oneself_comes_into_sight(sit_down, file, colleague):
    file("Lamp is dark", description="\n".join(f"Line {n}" for n in range(1, 61)))
    async with sit_down() as desk:
        await desk.press("enter")
        await desk.sees("Line 1\n")
        await desk.press("i", *"Sent a lamp.", "enter")
        await desk.sees("✎ ann internal note, agents only", "Sent a lamp.")
        await desk.press("g", "g", "s", "i", *"on my way", "enter")
        await desk.sees("status new → in-progress", "│ ✎ on my way")
        await desk.press("g", "g", "p", "h")
        await desk.sees("▲ high   no owner")
        await desk.press("g", "g", "r", *"Try this.", "ctrl+s")
        await desk.sees("▸ ann to rita@example.com", "Try this.")


async def test_what_became_of_a_reply_is_shown_while_one_reads(sit_down, file, colleague, clock):
    file("Lamp is dark")
    async with sit_down(mail=MailSettings(hold=600, zone="UTC")) as desk:
        await desk.press("enter", "r", *"Try this.", "ctrl+s")
        await desk.sees("▸ ann to rita@example.com", "waiting to leave")
        clock.at += timedelta(seconds=601)
        colleague.mail.deliver()
        await desk.sees("✓ sent")


async def test_a_reply_that_failed_is_told_in_the_ticket(sit_down, file, colleague):
    file("Lamp is dark", email="fail@example.com")
    colleague.conversation.reply("1", new_reply("Is it on?"))
    colleague.mail.deliver()
    async with sit_down() as desk:
        await desk.press("enter")
        await desk.sees("✗ NOT DELIVERED", "reply to fail@example.com: NOT DELIVERED")


async def test_a_long_conversation_unfolds(sit_down, file, colleague):
    file("Lamp is dark")
    for number in range(50):
        colleague.conversation.note("1", f"Note {number}.")
    async with sit_down() as desk:
        await desk.press("enter", "g", "g")
        await desk.sees("earlier messages and changes (Q shows them)")
        await desk.press("Q")
        await desk.sees("everything is shown", "Note 0.")

        # What one reads stays where it is.
        await desk.press("Q", "G")
        await desk.sees("quoted parts are folded", "Note 49.")
        read = next(place for place, line in enumerate(desk.glass.lines) if "Note 48." in line)
        await desk.press("Q")
        await desk.sees("everything is shown")
        assert "Note 48." in desk.glass.lines[read]
        await desk.press("Q")
        await desk.sees("quoted parts are folded")
        assert "Note 48." in desk.glass.lines[read]
