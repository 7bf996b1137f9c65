"""Owners and tags by keyboard: who sees to what is on the list, in the ticket, and can be taken back."""

import pytest


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


async def test_a_name_that_begins_like_a_key(sit_down, three, colleague):
    async with sit_down() as desk:
        await desk.press("a", "@", "b", "enter")
        await desk.sees("✓ #1 assigned to bob")


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


async def test_marked_tickets_get_an_owner_at_once(sit_down, three, colleague):
    async with sit_down() as desk:
        await desk.press("*", "a", "a")
        await desk.sees("3 of 3 tickets: assigned to ann")
        await desk.press("u")
        await desk.sees("undone")
    assert {colleague.tickets.get(str(n)).owner for n in (1, 2, 3)} == {""}
