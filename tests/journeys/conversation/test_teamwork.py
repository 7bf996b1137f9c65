"""Owners and tags by keyboard: who sees to what is on the list, in the ticket, and can be taken back."""

import pytest

from supportdesk.services.agents import AgentChange
from supportdesk.services.desk import Desk


@pytest.fixture
def three(file):
    for title in ("Lamp is dark", "Door is shut", "Cup is empty"):
        file(title)


async def test_a_ticket_becomes_mine_nobodys_and_a_colleagues(sit_down, three, colleague):
    async with sit_down() as desk:
        await desk.press("a", "a")
        await desk.sees("✓ #1 assigned to ann")
        await desk.press("a", "n")
        await desk.sees("✓ #1 assigned to nobody")
        await desk.press("a", "b", "o", "enter")
        await desk.sees("✓ #1 assigned to bob")
        await desk.press("enter")
        await desk.sees("owner bob")
        await desk.press("u")
        await desk.sees("no owner")
    assert colleague.tickets.get("1").owner == ""


async def test_a_colleagues_ticket_is_taken_only_after_a_question(sit_down, three, colleague):
    colleague.tickets.assign(["1"], "me")
    async with sit_down() as desk:
        await desk.press("a", "a")
        await desk.sees("#1 is bob's. Reassign? (y/N)")
        await desk.press("enter")
        assert colleague.tickets.get("1").owner == "bob"
        await desk.press("a", "a", "y")
        await desk.sees("✓ #1 assigned to ann")
    assert colleague.tickets.get("1").owner == "ann"


async def test_a_colleague_is_a_digit_away_whatever_the_name_begins_with(sit_down, three, colleague):
    colleague.agents.set("nora", AgentChange(display_name="Nora"))
    async with sit_down() as desk:
        await desk.press("a")
        await desk.sees("a me · n nobody · 1 bob · 2 nora · or a name")
        await desk.press("2")
        await desk.sees("✓ #1 assigned to nora")
        await desk.press("a", "@", "n", "enter")
        await desk.sees("nothing to change: #1 assigned to nora already")
        await desk.press("a", *"Nora", "enter")
        await desk.sees("nothing to change: #1 assigned to nora already")


async def test_tags_are_added_removed_completed_and_repeated(sit_down, three, colleague):
    colleague.tickets.tag(["3"], ["urgent"], [])
    async with sit_down() as desk:
        await desk.press("t", *"+vip +ur", "tab", "enter")
        await desk.sees("✓ #1 tagged +vip +urgent", "Lamp is dark  +urgen")
        await desk.press("j", ".")
        await desk.sees("✓ #2 tagged +vip +urgent")
        await desk.press("t", *"-vip", "enter")
        await desk.sees("✓ #2 tagged -vip")
        await desk.press("t", *"+ü!", "enter")
        await desk.sees("✗ tag", "letters")
    assert [colleague.tickets.get(str(n)).tags for n in (1, 2)] == [("urgent", "vip"), ("urgent",)]


async def test_marked_tickets_get_an_owner_after_a_question(sit_down, three, colleague):
    async with sit_down() as desk:
        await desk.press("*", "a", "a")
        await desk.sees("will assign 3 tickets to you and mail nobody (y/N)")
        await desk.press("y")
        await desk.sees("3 of 3 tickets: assigned to ann")
        await desk.press("u")
        await desk.sees("undone")
    assert {colleague.tickets.get(str(n)).owner for n in (1, 2, 3)} == {""}


async def test_a_ticket_is_snoozed_woken_and_repeated(sit_down, three, colleague, clock):
    async with sit_down() as desk:
        await desk.press("z", *"2h", "enter")
        await desk.sees("✓ #1 snoozed until 2026-11-20 11:30", "☾")
        await desk.press("j", ".")
        await desk.sees("✓ #2 snoozed until")
        await desk.press("k", "z")
        await desk.sees("enter alone wakes it")
        await desk.press("enter")
        await desk.sees("✓ #1 awake")
        await desk.press("z", *"yesterday", "enter")
        await desk.sees("✗ until:", "Snooze #1 until: yesterday")
        await desk.press("escape")
        await desk.sees("nothing changed")
    assert colleague.tickets.get("1").snoozed_until is None
    assert colleague.tickets.get("2").is_snoozed(clock.at)


async def test_a_duplicate_is_merged_after_a_question_and_taken_apart_again(sit_down, three, colleague):
    async with sit_down() as desk:
        await desk.press("enter", "M", *"3", "enter")
        await desk.sees("Merge #1 into #3 “Cup is empty”? (y/N)")
        await desk.press("y")
        await desk.sees("✓ #1 merged into #3", "#3  Status changes")
        await desk.press("u")
        await desk.sees("undone")
        await desk.press("escape", "M", *"1", "enter", "y")
        await desk.sees("cannot be merged into itself", "Merge #1 into #: 1")
        await desk.press("backspace", *"99", "enter")
        await desk.sees("✗ there is no ticket 99", "Merge #1 into #: 99")
        await desk.press("escape")
        await desk.sees("nothing merged")
    assert colleague.tickets.get("1").merged_into is None


async def test_tickets_are_linked_and_unlinked(sit_down, three, colleague):
    async with sit_down() as desk:
        await desk.press("&", *"3", "enter")
        await desk.sees("✓ #1 linked to #3 · u to undo")
        assert colleague.relations.of("3").linked == (1,)
        await desk.press("&")
        await desk.sees("linked now: #3; -3 unlinks")
        await desk.press(*"1", "enter")
        await desk.sees("✗ to: #1 cannot be linked to itself", "Link #1 to #: 1")
        await desk.press("backspace", *"-3", "enter")
        await desk.sees("✓ #1 unlinked from #3")
    assert colleague.relations.of("1").linked == ()


async def test_my_note_is_corrected_and_removed(sit_down, three, colleague, clock):
    colleague.conversation.note("1", "Bob's words.")
    async with sit_down() as desk:
        await desk.press("I")
        await desk.sees("you have written no note on #1")
        await desk.press("i", *"Cal her", "enter", "enter", "I", "left", "left", "left", "left", *"l", "enter")
        await desk.sees("✓ #1 internal note corrected", "Call her", "edited")
        await desk.press("I", *["backspace"] * 8, "enter")
        await desk.sees("✓ #1 internal note removed")
        await desk.press("u")
        await desk.sees("Call her")
    assert [each.text for each in colleague.conversation.messages("1")][1:] == ["Bob's words.", "Call her"]


async def test_a_note_of_several_lines_keeps_them(sit_down, three, colleague, path, clock):
    with Desk(path, "ann", now=clock) as desk:
        desk.conversation.note("1", "Call her.\nNot before ten.")
    async with sit_down() as desk:
        await desk.press("I")
        await desk.sees("Your last note on #1", "Internal note (agents only)", "Not before ten.")
        await desk.press("down", "end", *" Ask for Rita.", "ctrl+s")
        await desk.sees("✓ #1 internal note corrected")
    assert colleague.conversation.messages("1")[-1].text == "Call her.\nNot before ten. Ask for Rita."


async def test_going_away_hands_over(sit_down, three, colleague):
    async with sit_down() as desk:
        await desk.press("*", "a", "a", "y", "W")
        await desk.sees("y hands your 3 open tickets to the team")
        await desk.press("y")
        await desk.sees("✓ you are away; 3 open tickets handed to the team")
        assert colleague.tickets.get("1").owner == ""
        assert next(each for each in colleague.agents.list() if each.name == "ann").is_away
        await desk.press("W")
        await desk.sees("you are back")


async def test_queues_and_views_are_a_key_away(sit_down, three, colleague):
    async with sit_down() as desk:
        await desk.press("/", *"lamp", "enter", "V")
        await desk.sees("Queues and views", "Mine", "Unassigned", "Waiting for us")
        await desk.press("s", *"Lamps", "enter", "t")
        await desk.sees("✓ view Lamps saved for the team")
        await desk.press("escape", "V", "1")
        await desk.sees("filter lamp · 1 found")
        await desk.press("V", "a")
        await desk.sees("all tickets · 3")
        await desk.press("V", "G", "escape", "V", *["j"] * 9, "d")
        await desk.sees("Delete the view “Lamps”? (y/N)")
        await desk.press("y")
        await desk.sees("✓ view Lamps deleted")
    assert colleague.views.list() == []
