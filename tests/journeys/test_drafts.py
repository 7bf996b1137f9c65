"""What was typed is never lost."""

import sqlite3
from contextlib import closing

import pytest

from supportdesk.domain.preference import Frequency, PreferenceChange


async def test_a_form_that_was_left_comes_back(sit_down):
    async with sit_down() as desk:
        await desk.press("c", *"Water damage", "enter", *"rita@example.com", "tab", "right", "tab", *"It drips.")
        await desk.press("enter", *"A lot.", "escape")
        await desk.sees("This desk has no tickets yet.")
    # Another day, another session.
    async with sit_down() as desk:
        await desk.press("c")
        await desk.sees("Your draft is back.", "Water damage", "rita@example.com", "It drips.", "A lot.")
        await desk.press("f10")
        await desk.sees("✓ #1 created", "▲ high")
        await desk.press("c")
        await desk.sees("Create a ticket")
        await desk.sees_no("Water damage", "Your draft is back.")


async def test_an_empty_form_leaves_no_draft(sit_down):
    async with sit_down() as desk:
        await desk.press("c", "x", "escape", "c")
        await desk.sees("Your draft is back.")
        await desk.press("backspace", "escape", "c")
        await desk.sees("Create a ticket")
        await desk.sees_no("Your draft is back.")


async def test_a_form_that_was_only_looked_at_leaves_no_draft(sit_down, answered, colleague):
    colleague.preferences.set("rita@example.com", PreferenceChange(notification_frequency=Frequency.WEEKLY))
    async with sit_down() as desk:
        for screen, heading in (("f3", "Edit FAQ #3"), ("f5", "Preferences of rita@example.com")):
            await desk.press(screen)
            for _ in range(2):
                await desk.press("e")
                await desk.sees(heading)
                await desk.sees_no("Your draft is back.")
                await desk.press("escape")
                await desk.sees_no(heading)


async def test_a_choice_put_back_where_it_stood_leaves_no_draft(sit_down, answered):
    async with sit_down() as desk:
        await desk.press("f3", "e", "tab", "right", "escape", "e")
        await desk.sees("Your draft is back.", "▐●▌ billing")
        await desk.press("tab", "left", "escape", "e")
        await desk.sees("Edit FAQ #3", "▐●▌ technical")
        await desk.sees_no("Your draft is back.")


async def test_a_window_pulled_to_another_size_keeps_the_form(sit_down):
    async with sit_down(size=(80, 24)) as desk:
        await desk.press("c", *"Water damage", "tab", *"rita@")
        for size in ((200, 50), (60, 20), (80, 24)):
            await desk.resize(*size)
            await desk.sees("Create a ticket", "Water damage", "rita@", "Title", "Requester", "Priority", "Description")
        await desk.press(*"example.com", "tab", "tab", *"It drips.", "ctrl+s")
        await desk.sees("✓ #1 created")


@pytest.mark.parametrize("columns", [60, 70, 80])
async def test_all_choices_are_in_sight(sit_down, answered, colleague, columns):
    colleague.preferences.set("rita@example.com", PreferenceChange(notification_frequency=Frequency.WEEKLY))
    async with sit_down(size=(columns, 24)) as desk:
        await desk.press("f3", "e")
        await desk.sees("▐ ▌ general ", "▐ ▌ account ", "▐●▌ technical ", "▐ ▌ billing ", "Pull the plug.")
        await desk.press("escape", "f5", "e")
        await desk.sees("▐ ▌ immediate ", "▐ ▌ daily ", "▐●▌ weekly ", "▐ ▌ none ")
        await desk.sees("▐●▌ en English ", "▐ ▌ de German ", "▐ ▌ fr French ", "▐ ▌ es Spanish ")
        await desk.press("escape", "f2", "c")
        await desk.sees("▐ ▌ low ", "▐●▌ medium ", "▐ ▌ high ")


async def test_a_long_text_is_wrapped_anew_in_a_narrower_window(sit_down, write):
    write("Where is it?", " ".join(f"word{number}" for number in range(24)))
    async with sit_down(size=(80, 24)) as desk:
        await desk.press("f3", "e")
        await desk.sees(*(f"word{number}" for number in range(24)))
        await desk.resize(60, 20)
        await desk.sees(*(f"word{number}" for number in range(24)))


async def test_starting_over_begins_in_the_first_field(sit_down, answered):
    async with sit_down() as desk:
        await desk.press("f3", "e", "tab", "tab", *"First. ", "ctrl+r")
        await desk.sees("Form cleared")
        await desk.press("end", *" Really?")
        await desk.sees("smoke? Really?")
        await desk.sees_no("First.")


async def test_a_desk_that_cannot_be_written_keeps_the_form(sit_down, path):
    async with sit_down(busy_seconds=0.1) as desk:
        await desk.press("c", *"Water damage", "tab", *"rita@example.com", "tab", "tab", *"It drips.")
        with closing(sqlite3.connect(path, isolation_level=None)) as greedy:
            greedy.execute("BEGIN IMMEDIATE")
            await desk.press("ctrl+s")
            await desk.sees("Not saved (your text is kept):", "Water damage", "It drips.")
        await desk.press("ctrl+s")
        await desk.sees("✓ #1 created")


async def test_pasted_text_is_cleaned_before_it_is_shown(sit_down, colleague):
    async with sit_down() as desk:
        await desk.press("c")
        await desk.paste("Water\r\ndamage \x1b[31mred\x1b[0m \x1b]0;owned\x07and \u202eover")
        await desk.sees("Water damage red and over")
        await desk.press("tab")
        await desk.paste(" rita@example.com\n")
        await desk.press("tab", "tab")
        await desk.paste("It drips.\r\n\x1b[2JA lot.\x07")
        await desk.sees("It drips.", "A lot.")
        await desk.press("ctrl+s")
        await desk.sees("✓ #1 created")
    assert colleague.tickets.get("1").description == "It drips.\nA lot."
