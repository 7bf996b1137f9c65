"""Changing what a ticket says, deleting it, and what the list shows of tickets."""

from datetime import timedelta

import pytest

from supportdesk.domain.ticket import Priority, Status, TicketChange


async def test_a_ticket_is_edited(sit_down, file, colleague):
    file("Printer on fire")
    async with sit_down() as desk:
        await desk.press("E")
        await desk.sees("Edit ticket #1", "Printer on fire", "rita@example.com")
        await desk.press(*" again", "tab", "tab", "right", "ctrl+s")
        await desk.sees("✓ #1 saved · u to undo", "Printer on fire again", "▲ high")
        await desk.press("E", "ctrl+s")
        await desk.sees("nothing to change: #1 already says this")
    assert colleague.tickets.get("1").priority is Priority.HIGH


async def test_an_edit_overwrites_nothing_unseen(sit_down, file, colleague):
    file("Printer on fire")
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("E", *" again")
        colleague.tickets.update(["1"], TicketChange(title="Printer is put out", status=Status.RESOLVED))
        await desk.press("ctrl+s")
        await desk.sees("Not saved (your text is kept)", "save again to overwrite")
        await desk.press("ctrl+s")
        await desk.sees("✓ #1 saved")
    assert colleague.tickets.get("1").status is Status.RESOLVED


async def test_a_ticket_is_deleted_and_comes_back(sit_down, file, colleague):
    file("Printer on fire")
    file("Password forgotten")
    async with sit_down() as desk:
        await desk.press("enter", "d")
        await desk.sees("✓ #1 deleted · u to undo", "all tickets · 1 ")
        await desk.sees_no("Printer on fire")
        await desk.press("u")
        await desk.sees("undone: #1", "Printer on fire")


async def test_a_note_outlives_a_conflict(sit_down, file, colleague):
    file("Printer on fire")
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("s", "r", *"put out")
        colleague.tickets.update(["1"], TicketChange(status=Status.IN_PROGRESS))
        await desk.sees("◐ in-progress")
        await desk.press("enter")
        await desk.sees("Enter saves your note", "put out")
        await desk.press("enter")
        await desk.sees("✓ #1 resolved")
    assert colleague.tickets.history("1")[-1].notes == "put out"


@pytest.mark.parametrize(
    ("key", "copied"), [("a", "address"), ("t", "title"), ("x", "text"), ("enter", "reference"), ("r", "reference")]
)
async def test_what_is_copied_is_asked(sit_down, file, key, copied):
    file("Printer on fire")
    async with sit_down() as desk:
        await desk.press("y")
        await desk.sees("Copy of #1: r reference · a address · t title · x text")
        await desk.press(key)
        await desk.sees(f"✓ copied the {copied} of #1")


async def test_the_order_is_on_screen_and_a_click_changes_it(sit_down, file, clock):
    for title in ("Printer on fire", "Password forgotten"):
        clock.at += timedelta(minutes=5)
        file(title)
    async with sit_down(size=(160, 30)) as desk:
        await desk.sees("urgent first", "Priority▾")
        await desk.pilot.click("Heading")
        await desk.sees("newest first", "▾Age")
        await desk.press("O", "u")
        await desk.sees("Updated", "2026-11-20 09:40")
        await desk.press("o")
        await desk.sees("updated first", "Updated▾")


async def test_failed_mail_and_the_mock_are_seen_without_asking(sit_down, file, colleague):
    file("Printer on fire", email="fail@example.com")
    colleague.mail.deliver()
    async with sit_down(size=(120, 30)) as desk:
        await desk.sees("✗ 1 failed mail (m)", "mock: nothing leaves this machine")
        await desk.press("enter")
        await desk.sees("Mail     mock: nothing leaves this machine", "✗ 1 failed; h", "Notifications (1, 1 failed)")


async def test_the_tickets_of_a_requester(sit_down, file):
    file("Printer on fire", email="rita@example.com")
    file("Password forgotten", email="max@example.com")
    async with sit_down() as desk:
        await desk.press("w")
        await desk.sees("filter from:rita@example.com · 1 found")


async def test_the_colours_change_while_one_works(sit_down, file):
    file("Printer on fire")
    async with sit_down() as desk:
        await desk.press("T", *"nord", "enter")
        await desk.sees("theme nord until you quit")
        assert desk.app.theme == "nord"


async def test_the_open_pane_is_made_higher(sit_down, file):
    file("Printer on fire")
    async with sit_down() as desk:
        await desk.press("enter")
        await desk.sees("It says no.")
        before = desk.app.screen.pane.size.height
        await desk.press("+", "+")
        await desk.until(lambda: desk.app.screen.pane.size.height > before)


async def test_a_number_never_touches_the_next_column(sit_down, file, colleague):
    for _ in range(3):
        file("Printer on fire")
    async with sit_down() as desk:
        await desk.press("/", *"#3", "enter")
        await desk.sees("#3   · medium")


async def test_a_similar_ticket_of_the_same_requester_is_pointed_out(sit_down, file):
    file("Lamp in the hall is dark", email="rita@example.com")
    async with sit_down() as desk:
        await desk.press("c", *"Lamp is dark", "tab", *"rita@example.com")
        await desk.sees("rita@example.com has similar tickets: #1 Lamp in the hall is dark (new)")
