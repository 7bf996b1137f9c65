"""Answering people: a reply, a note, and a colleague who was faster."""

import asyncio
from threading import Event

from supportdesk.domain.conversation.message import new_reply
from supportdesk.email.settings import MailSettings


async def test_a_reply_says_who_gets_it_leaves_and_stands_in_the_conversation(sit_down, file, colleague):
    file("Lamp is dark", email="rita@example.com")
    async with sit_down() as desk:
        await desk.press("enter", "r")
        await desk.sees("Reply to #1", "rita@example.com", "they read this text")
        await desk.press(*"Is it on?", "ctrl+s")
        await desk.sees("reply to rita@example.com", "▸ ann", "Is it on?")
    assert [each.text for each in colleague.conversation.messages("1")][1:] == ["Is it on?"]


async def test_a_reply_can_set_the_status_in_the_same_step(sit_down, file, colleague):
    file("Lamp is dark", description="It does not shine.")
    async with sit_down() as desk:
        await desk.press("r", *"Fixed.")
        await desk.sees("requester", "It does not shine.", "ctrl+t send + status", "F9 FAQ")
        await desk.press("ctrl+t")
        await desk.sees("k keep · n new · i in-progress · r resolved; then ctrl+t sends")
        await desk.press("i", "ctrl+t")
        await desk.sees("✓ #1 reply to rita@example.com, in-progress")
        await desk.press("r", *"Done.", "ctrl+t", "r", "ctrl+t")
        await desk.sees("✓ #1 reply to rita@example.com, resolved")
        await desk.press("r", *"Good bye.")
        file("Lamp again")
        colleague.relations.merge(["1"], "2")
        await desk.press("ctrl+s")
        await desk.sees("#1 was merged into #2: reply to rita@example.com")
    assert colleague.tickets.get("1").status == "resolved"


async def test_an_internal_note_says_that_the_requester_never_sees_it(sit_down, file, colleague):
    file("Lamp is dark")
    async with sit_down() as desk:
        await desk.press("enter", "i")
        await desk.sees("the requester never sees it")
        await desk.press(*"Call her.", "enter")
        await desk.sees("internal note, agents only", "Call her.")
        await desk.press("i", *"@a", "tab", *" and @eve know", "enter")
        await desk.sees("@ann and @eve know", "no agent is called eve")
    assert not [each for each in colleague.mail.page() if "Call her." in each.content]


async def test_a_reply_waits_when_a_colleague_has_answered_meanwhile_and_no_word_is_lost(sit_down, file, colleague):
    file("Lamp is dark")
    async with sit_down() as desk:
        await desk.press("r", *"Mine")
        colleague.conversation.reply("1", new_reply("Theirs"))
        colleague.conversation.note("1", "And a word about it")
        await desk.sees("Added while you wrote: 2 messages", "Theirs", "And a word about it", "Mine")
        await desk.press("ctrl+s")
        await desk.sees("bob has added to #1", "read it above, then send again", "Mine")
        assert len(colleague.conversation.messages("1")) == 3
        await desk.press("escape", "r")
        await desk.sees("Mine", "Your draft is back")
        await desk.press("ctrl+s")
        await desk.sees("reply to")
    assert [each.text for each in colleague.conversation.messages("1")][1:] == ["Theirs", "And a word about it", "Mine"]


async def test_a_long_message_that_is_added_and_a_refusal_leave_all_of_the_form_in_sight(sit_down, file, colleague):
    file("Lamp is dark", description="\n".join(f"Line {number}" for number in range(40)))
    async with sit_down() as desk:
        await desk.press("r", *"Try another bulb.")
        colleague.conversation.reply("1", new_reply("\n".join(f"Step {number}" for number in range(40))))
        await desk.sees("Added while you wrote")
        await desk.press("ctrl+s")
        await desk.sees("then send again")
        lines = desk.glass.lines
        status = next(place for place, line in enumerate(lines) if "Not saved" in line)
        assert lines[status - 1].startswith("╰")
        await desk.sees("Line 0", "Step 0", "Try another bulb.", "paths, with commas", "resolved")


async def test_news_that_come_as_a_reply_is_left_do_no_harm(sit_down, file, colleague):
    file("Lamp is dark")
    goes_on = Event()
    async with sit_down() as desk:
        await desk.press("r", *"Mine")
        (form,) = desk.app.forms
        # The disk is slow: what the colleague has said is read when the form has gone.
        held = asyncio.create_task(desk.desk.run(goes_on.wait, 30))
        colleague.conversation.note("1", "Theirs")
        told = asyncio.create_task(form.hear(colleague.journal.after(0)))
        left = asyncio.create_task(desk.press("escape"))
        await desk.until(lambda: form not in desk.app.screen_stack, "the end of the form")
        goes_on.set()
        await asyncio.gather(held, told, left)
        await desk.sees("bob: #1")


async def test_a_reply_is_taken_back_while_it_waits(sit_down, file, colleague):
    file("Lamp is dark")
    async with sit_down(mail=MailSettings(hold=600, zone="UTC")) as desk:
        await desk.press("r", *"Oops", "ctrl+s")
        await desk.sees("reply to")
        await desk.press("u")
        await desk.sees("undone", "its text is a draft again")
        await desk.press("r")
        await desk.sees("Your draft is back", "Oops")


async def test_who_is_new_in_the_conversation_or_gets_no_mail_is_said_before_sending(sit_down, file, colleague):
    file("Lamp is dark")
    colleague.suppressions.add("gone@example.com", "mailbox does not exist")
    async with sit_down(size=(160, 40)) as desk:
        await desk.press("r", "shift+tab", *"eve@example.com, gone@example.com")
        await desk.sees("gets no mail: gone@example.com (mailbox does not exist)", "new here: eve@example.com")


async def test_a_draft_is_handed_to_a_colleague(sit_down, file, colleague):
    file("Lamp is dark")
    async with sit_down(size=(120, 30)) as ann:
        await ann.press("r", *"Is it on?", "f7")
        await ann.sees("Draft shared")
        await ann.press("escape")
        async with sit_down(agent="bob", size=(120, 30)) as bob:
            await bob.press("r")
            await bob.sees("ann has shared a draft: F7 takes it")
            await bob.press("f7")
            await bob.sees("Is it on?", "ann's draft is yours now")
            await bob.sees_no("has shared a draft")
    assert colleague.shared_drafts.find("1") is None


async def test_another_terminal_picks_the_draft_up(sit_down, file):
    file("Lamp is dark")
    async with sit_down() as one:
        await one.press("r", *"Is it")
        await one.press("escape")
        async with sit_down() as two:
            await two.press("r")
            await two.sees("Your draft is back", "Is it")


async def test_a_canned_reply_is_written_edited_and_deleted_without_a_shell(sit_down, file, colleague):
    file("Lamp is dark")
    async with sit_down() as desk:
        await desk.press("r", "f8")
        await desk.sees("There are no canned replies yet: C in the list of tickets makes one.")
        await desk.press("escape", "C")
        await desk.sees("Name (agents type it)", "{{number}}")
        await desk.press(*"thanks", "tab", *"Thank you for {{naem}}.", "ctrl+s")
        await desk.sees("Not saved", "{{naem}}' is not allowed; a variable")
        await desk.press(*["backspace"] * 7, *"title}}.", "ctrl+s")
        await desk.sees("✓ canned reply thanks saved · u to undo")
        assert colleague.canned_replies.get("thanks").text == "Thank you for {{title}}."
        # Another name is no copy, and one change.
        await desk.press("C", "enter")
        await desk.sees("Canned reply thanks (without a text it is deleted)")
        await desk.press("end", *" all", "ctrl+s")
        await desk.sees("✓ canned reply thanks is thanks all now · u to undo")
        assert [each.name for each in colleague.canned_replies.list()] == ["thanks all"]
        await desk.press("u")
        await desk.sees("✓ undone: canned reply thanks")
        assert [each.name for each in colleague.canned_replies.list()] == ["thanks"]
        await desk.press("C")
        await desk.sees("Canned replies", "thanks: Thank you for", "+ new: write one")
        await desk.press("enter")
        await desk.sees("Canned reply thanks (without a text it is deleted)")
        await desk.press("tab", "end", *["backspace"] * 30, "ctrl+s")
        await desk.sees("✓ canned reply thanks deleted · u to undo")
        assert colleague.canned_replies.list() == []
        await desk.press("u")
        await desk.sees("undone: canned reply thanks deleted")
    assert [each.name for each in colleague.canned_replies.list()] == ["thanks"]
