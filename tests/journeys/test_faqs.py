"""Finding, reading, writing answers."""

import pytest

from supportdesk.domain.faq import FaqQuery, new_faq

PASSWORD, INVOICE, PRINTER = 1, 2, 3


async def test_an_empty_desk_says_what_to_press(sit_down):
    async with sit_down() as desk:
        await desk.press("f3")
        await desk.sees("FAQs  all · 0", "This desk has no FAQs yet.", "c  creates one", "supportdesk faq import")
        await desk.press("e")
        await desk.sees("there is no FAQ here; c creates one")


async def test_the_first_faq(sit_down, colleague):
    async with sit_down() as desk:
        await desk.press("f3", "c")
        await desk.sees("Create an FAQ")
        await desk.press("ctrl+s")
        await desk.sees("Not saved. Question:", "✗")
        await desk.type("How do I reset my password?")
        # What is right now is not called wrong any more; the answer still is.
        await desk.until(lambda: desk.screen().count("✗ ") == 2, "the end of the fault")
        await desk.press("ctrl+s")
        await desk.sees("Not saved. Answer (Markdown):", "✗")
        assert colleague.journal.last_seq() == 0

        await desk.type("Press **Forgot**.")
        await desk.press("shift+tab", "right", "ctrl+s")
        await desk.sees("✓ FAQ #1 saved · u to undo", "FAQs  all · 1", "account 1")
        await desk.is_on("■ account   How do I reset my password?")
        await desk.press("u")
        await desk.sees("undone: FAQ #1", "This desk has no FAQs yet.", "account 0")


async def test_a_question_that_is_asked_already_is_saved_only_when_one_insists(sit_down, answered, colleague):
    async with sit_down(size=(140, 30)) as desk:
        await desk.press("f3", "c", *"how do I reset my PASSWORD", "tab", "tab", *"Call us.", "ctrl+s")
        await desk.sees("FAQ #1 asks the same: 'How do I reset my password?'; save again to keep both")
        assert colleague.faqs.count(FaqQuery()).rows == 3
        await desk.press("ctrl+s")
        await desk.sees("✓ FAQ #4 saved", "FAQs  all · 4", "general 1")
        await desk.is_on("how do I reset my PASSWORD")


async def test_an_faq_that_was_begun_comes_back(sit_down, answered):
    async with sit_down() as desk:
        await desk.press("f3", "c", *"Do you deliver?", "escape")
        await desk.sees("FAQs  all · ")
        await desk.press("c")
        await desk.sees("Your draft is back.", "Do you deliver?")
        await desk.press("escape", "e")
        await desk.sees("Edit FAQ #3", "Pull the plug.")
        await desk.sees_no("Your draft is back.", "Do you deliver?")


async def test_one_category_at_a_time(sit_down, answered, write):
    write("Where do I change my address?", category="account")
    async with sit_down() as desk:
        await desk.press("f3")
        await desk.sees("FAQs  all · 4 · general 0  account 2  technical 1  billing 1")
        await desk.is_on("■ account   Where do I change my address?")
        await desk.press("f")
        await desk.sees("general 0", "account 2", "technical 1", "billing 1", "(enter: all)")
        await desk.press("a")
        await desk.sees("account · 2 · general 0  account 2")
        assert desk.numbers == [4, PASSWORD]
        await desk.press("f", "g")
        await desk.sees("general · 0", "No FAQ matches this.", "esc  shows all FAQs")
        await desk.press("f", "x")
        await desk.sees("no category begins with 'x'", "general · 0")
        await desk.press("f", "enter")
        await desk.sees("FAQs  all · 4")
        await desk.press("f", "b", "escape")
        await desk.sees("FAQs  all · 4")
        await desk.is_on("Where is my invoice?")


async def test_hits_come_while_typing(sit_down, answered, write):
    write("Is my password safe?", "Nobody can read it.")
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("f3", "j", "j")
        await desk.is_on("Where is my invoice?")
        await desk.press("/", *"passw")
        await desk.sees("search passw · 2 found")
        # What is typed next still goes into the field.
        await desk.type("ord sa")
        await desk.sees("search password sa", "/ password sa")
        await desk.press(*["backspace"] * 3, "enter")
        await desk.sees("search password · 2 found · general 1  account 1  technical 0")

        await desk.press("f", "a")
        await desk.sees("account · search password · 1 found · general 1  account 1")
        assert desk.numbers == [PASSWORD]
        await desk.press("enter", "n")
        await desk.sees("Press Forgot password below the form.")

        await desk.press("escape", "escape")
        await desk.sees("FAQs  all · 4")
        await desk.is_on("Where is my invoice?")


async def test_more_hits_than_are_listed_are_counted_truly(sit_down, write):
    for number in range(60):
        write(f"Does sensor {number} fail?", category="technical" if number < 55 else "billing")
    async with sit_down() as desk:
        await desk.press("f3", "/", *"sensor", "enter")
        await desk.sees("search sensor · best 50 of 60 found · technical 55 ")
        await desk.press("f")
        await desk.sees("technical 55  billing 5")


async def test_enter_keeps_what_is_on_screen(sit_down, answered, write):
    write("Is my password safe?", "Nobody can read it.")
    async with sit_down() as desk:
        await desk.press("f3", "/", *"passw", "enter")
        await desk.sees("search passw · 2 found")
        # A blank says that the word is whole.
        await desk.press("/", "up", "space", "enter")
        await desk.sees("No FAQ has “passw”")


async def test_the_counts_of_all_categories_fit_a_narrow_terminal(sit_down, write):
    for category in ("general", "account", "technical", "billing"):
        for number in range(10):
            write(f"What about {category} {number}?", category=category)
    async with sit_down() as desk:
        await desk.press("f3")
        await desk.sees("FAQs  all · 40 · general 10  account 10  technical 10  billing 10 ")


async def test_esc_while_typing_goes_back_to_where_one_was(sit_down, write):
    for number in range(1, 61):
        write(f"Why does printer {number:02} smoke?")
    write("Where is my invoice?")
    async with sit_down() as desk:
        await desk.press("f3", "3", "0", "j")
        await desk.is_on("printer 31")
        await desk.press("/", *"invoice")
        await desk.sees("1 found")
        await desk.press("escape")
        await desk.sees("FAQs  all · 61")
        await desk.is_on("printer 31")
        # Also when what was typed is still being looked up.
        await desk.press("/", *"invoice", "escape")
        await desk.sees("FAQs  all · 61")
        await desk.is_on("printer 31")


async def test_a_misspelt_word_finds_what_was_meant_and_says_so(sit_down, answered):
    async with sit_down() as desk:
        await desk.press("f3", "/", *"pasword", "enter")
        await desk.sees("No FAQ has “pasword”: searched for password", "1 found")
        assert desk.numbers == [PASSWORD]


async def test_nothing_found_says_what_to_press(sit_down, answered):
    async with sit_down() as desk:
        await desk.press("f3", "j", "/", *"unicorn", "enter")
        await desk.sees("search unicorn · 0 found", "No FAQ matches this.", "esc  shows all FAQs", "/  searches again")
        await desk.sees("c  creates the missing FAQ")
        await desk.press("enter")
        await desk.sees("this list is empty")
        await desk.press("escape")
        await desk.sees("FAQs  all · 3")
        await desk.is_on("Where is my invoice?")


async def test_reading_is_counted_and_votes_are(sit_down, answered, colleague):
    async with sit_down() as desk:
        await desk.press("f3", "enter")
        await desk.sees("FAQ #3", "Pull the plug.", "Do not use water.", "read once", "helpful 0")
        await desk.press("+", "+", "-")
        await desk.sees("FAQ #3 is not helpful: counted · u to undo", "helpful 2   not helpful 1", "+2 -1")
        await desk.press("u")
        await desk.sees("undone: FAQ #3", "helpful 2   not helpful 0")
        await desk.press("escape")
        await desk.sees_no("Pull the plug.")
    faq = colleague.faqs.get("3")
    assert (faq.reads, faq.helpful, faq.unhelpful) == (1, 2, 0)


async def test_an_edit_and_how_it_is_taken_back(sit_down, answered, colleague):
    async with sit_down() as desk:
        await desk.press("f3", "G", "enter", "e")
        await desk.sees("Edit FAQ #1", "Press **Forgot password** below the form.")
        await desk.press("tab", "tab", "end", *" Then wait.", "ctrl+s")
        await desk.sees("✓ FAQ #1 saved", "Press Forgot password below the form. Then wait.", "edited", "Revisions (2)")
        await desk.press("u")
        await desk.sees("undone: FAQ #1", "Revisions (3)")
        await desk.sees_no("Then wait.")
    assert colleague.faqs.get("1").answer == "Press **Forgot password** below the form."


async def test_deleting_asks_first_and_can_be_undone(sit_down, answered, colleague):
    async with sit_down() as desk:
        await desk.press("f3", "j", "d")
        await desk.sees("Delete FAQ #2 “Where is my invoice?”? (y/N)")
        await desk.press("enter")
        await desk.sees("nothing deleted", "FAQs  all · 3")

        await desk.press("d", "y")
        await desk.sees("✓ FAQ #2 deleted · u to undo", "FAQs  all · 2", "billing 0")
        await desk.is_on("How do I reset my password?")
        assert desk.numbers == [PRINTER, PASSWORD]
        await desk.press("u")
        await desk.sees("undone: FAQ #2", "FAQs  all · 3", "billing 1")
        await desk.is_on("How do I reset my password?")
        assert desk.numbers == [PRINTER, INVOICE, PASSWORD]
        await desk.press("U")
        await desk.sees("redone: FAQ #2", "FAQs  all · 2")
        await desk.press("D")
        await desk.sees("Deleted FAQs", "#2 Where is my invoice?", "enter: bring back")
        await desk.press("enter")
        await desk.sees("✓ FAQ #2 is back · u to undo", "FAQs  all · 3")
        await desk.press("D")
        await desk.sees("no FAQ is deleted")
    assert colleague.faqs.get("2").question == "Where is my invoice?"


async def test_a_long_question_leaves_room_for_the_answer(sit_down, write):
    write("Why " + "oh why " * 40 + "?")
    async with sit_down() as desk:
        await desk.press("f3", "d")
        await desk.sees("Delete FAQ #1 “Why oh why", "…”? (y/N)")
        await desk.press("n", "x")
        await desk.sees("FAQ #1 has no wordings to forget")


async def test_old_words_can_be_read_and_brought_back(sit_down, answered, colleague):
    colleague.faqs.update("3", new_faq("Why does the printer smoke?", "Call us.", "technical"))
    colleague.faqs.used("There is smoke\ncoming out of the thing", "3")
    async with sit_down(size=(120, 40)) as desk:
        await desk.press("f3", "h")
        await desk.sees("Revision 2  bob", "Call us.", "Revision 1  bob", "Pull the plug.")
        await desk.press("h")
        await desk.sees("Wordings (1)", "There is smoke coming out of the thing")
        await desk.press("h")
        await desk.sees_no("There is smoke")
        await desk.press("b")
        await desk.sees("Bring back which revision of FAQ #3?")
        await desk.press("9", "enter")
        await desk.sees("FAQ #3 has no revision 9", "revision of FAQ #3? (number · esc: cancel) 9")
        await desk.press("backspace", "1", "enter")
        await desk.sees("✓ FAQ #3: revision 1 is back · u to undo", "Revisions (3)", "Do not use water.")
        await desk.press("x", *"one", "enter")
        await desk.sees("✗ 'one' is no number", "Forget which wording? (number · esc: cancel) one")
        await desk.press("ctrl+u", "1", "enter")
        await desk.sees("forgotten · u to undo", "No wordings yet.")
        await desk.press("u")
        await desk.sees("Wordings (1)", "There is smoke coming out of the thing")
        await desk.press("u")
        await desk.sees("undone: FAQ #3", "Revisions (4)")
    assert colleague.faqs.get("3").answer == "Call us."


async def test_what_others_write_is_shown_at_once(sit_down, answered, write, colleague):
    async with sit_down() as desk:
        await desk.press("f3", "j")
        await desk.is_on("Where is my invoice?")
        write("Do you deliver?")
        await desk.sees("Do you deliver?", "FAQs  all · 4 · general 1")
        await desk.is_on("Where is my invoice?")
        colleague.faqs.update("2", new_faq("Where are all my invoices?", "There.", "billing"))
        await desk.is_on("Where are all my invoices?")
        colleague.faqs.delete("3")
        await desk.sees("FAQs  all · 3 · general 1  account 1  technical 0  billing 1")
        await desk.is_on("Where are all my invoices?")
        assert desk.numbers == [4, INVOICE, PASSWORD]

        # The open answer follows, and goes with its FAQ.
        await desk.press("enter")
        await desk.sees("There.")
        colleague.faqs.update("2", new_faq("Where are all my invoices?", "Elsewhere.", "billing"))
        await desk.sees("Elsewhere.")
        colleague.faqs.delete("2")
        await desk.sees_no("Elsewhere.")
        await desk.sees("FAQs  all · 2 ")
        await desk.is_on("How do I reset my password?")


async def test_what_others_move_elsewhere_leaves_the_filter(sit_down, answered, colleague):
    async with sit_down() as desk:
        await desk.press("f3", "f", "t")
        await desk.is_on("Why does the printer smoke?")
        colleague.faqs.update("3", new_faq("Why does the printer smoke?", "It should not.", "general"))
        await desk.sees("technical · 0 · general 1", "No FAQ matches this.")
        await desk.press("escape", "/", *"invoice", "enter")
        await desk.sees("1 found")
        await desk.is_on("Where is my invoice?")
        colleague.faqs.update("2", new_faq("Where is the bill?", "There.", "billing"))
        await desk.sees("search invoice · 0 found", "No FAQ matches this.")


async def test_changed_by_somebody_else_first(sit_down, answered, colleague):
    async with sit_down(size=(200, 30)) as desk:
        await desk.press("f3", "e", "tab", "tab", "end", *" Quickly!")
        await desk.sees("Quickly!")
        colleague.faqs.update("3", new_faq("Why does the printer smoke?", "Call us.", "technical"))
        await desk.press("ctrl+s")
        await desk.sees(
            "Not saved (your text is kept): FAQ #3 was changed by bob (answer) since you opened it", "Quickly!"
        )
        await desk.sees("save again to overwrite, ctrl+r to load the current version")
        await desk.press("ctrl+r")
        await desk.sees("Call us.", "Press again to restore your text")
        await desk.sees_no("Quickly!")
        await desk.press("ctrl+r")
        await desk.sees("Quickly!")
        await desk.press("ctrl+s")
        await desk.sees("✓ FAQ #3 saved")
    assert colleague.faqs.get("3").answer.startswith("Pull the plug. Quickly!")


async def test_a_draft_of_an_older_text_says_so_and_takes_two_saves(sit_down, answered, colleague):
    async with sit_down(size=(200, 30)) as desk:
        await desk.press("f3", "e", "tab", "tab", "end", *" Quickly!", "escape")
        await desk.sees("FAQs  all · ")
        colleague.faqs.update("3", new_faq("Why does the printer smoke?", "Call us.", "billing"))
        for _ in range(2):
            await desk.press("e")
            await desk.sees("Your draft is back, but FAQ #3 was changed by bob (answer, category) since", "Quickly!")
            await desk.press("ctrl+s")
            await desk.sees("Not saved (your text is kept): FAQ #3 was changed by bob (answer, category)", "save again")
            await desk.press("escape")
            await desk.sees("FAQs  all · ")
        assert colleague.faqs.get("3").answer == "Call us."
        await desk.press("e", "ctrl+s")
        await desk.sees("save again")
        await desk.press("ctrl+s")
        await desk.sees("✓ FAQ #3 saved")
    assert colleague.faqs.get("3").answer.startswith("Pull the plug. Quickly!")


async def test_a_draft_that_was_started_over_is_gone(sit_down, answered):
    async with sit_down() as desk:
        await desk.press("f3", "e", *" Really?", "escape", "e")
        await desk.sees("Your draft is back.", "smoke? Really?")
        await desk.press("ctrl+r", "escape", "e")
        await desk.sees("Edit FAQ #3")
        await desk.sees_no("Your draft is back.", "Really?")


async def test_what_is_brought_back_after_starting_over_is_as_old_as_it_was(sit_down, answered, colleague):
    async with sit_down(size=(200, 30)) as desk:
        await desk.press("f3", "e", "tab", "tab", "end", *" Quickly!", "escape")
        await desk.sees("FAQs  all · ")
        colleague.faqs.update("3", new_faq("Why does the printer smoke?", "Call us.", "technical"))
        for _ in range(2):
            await desk.press("e")
            await desk.sees("Your draft is back, but FAQ #3 was changed by bob (answer) since", "Quickly!")
            await desk.press("ctrl+r", "ctrl+r")
            await desk.sees("Your text is restored.", "Quickly!")
            await desk.press("escape")
            await desk.sees("FAQs  all · ")
        await desk.press("e", "ctrl+r", "ctrl+r", "ctrl+s")
        await desk.sees("Not saved (your text is kept): FAQ #3 was changed by bob (answer)", "save again")
        assert colleague.faqs.get("3").answer == "Call us."
        await desk.press("ctrl+s")
        await desk.sees("✓ FAQ #3 saved")
    assert colleague.faqs.get("3").answer.startswith("Pull the plug. Quickly!")


async def test_deleted_by_somebody_else_while_one_writes(sit_down, answered, colleague):
    async with sit_down(size=(140, 30)) as desk:
        await desk.press("f3", "e", "tab", "tab", "end", *" Quickly!")
        await desk.sees("Quickly!")
        colleague.faqs.delete("3")
        await desk.press("ctrl+s")
        await desk.sees("Not saved (your text is kept): there is no FAQ 3; bob deleted it", "save again", "Quickly!")
        await desk.press("ctrl+s")
        await desk.sees("✓ FAQ #4 saved", "FAQs  all · 3")
        await desk.is_on("Why does the printer smoke?")
    assert colleague.faqs.get("4").answer.startswith("Pull the plug. Quickly!")


@pytest.mark.parametrize(("size", "beside"), [((80, 24), False), ((200, 50), True)], ids=["80x24", "200x50"])
async def test_list_and_answer_are_both_on_screen(sit_down, answered, size, beside):
    async with sit_down(size=size) as desk:
        await desk.press("f3", "j", "enter")
        await desk.sees("Under Billing, one for each month.", "FAQs  all · 3", "? help", "e edit", "ann")
        assert desk.numbers == [PRINTER, INVOICE, PASSWORD]
        line = next(line for line in desk.glass.lines if "Under Billing" in line)
        assert (line.index("Under Billing") > size[0] // 3) == beside
        assert "general 0  account 1  technical 1  billing 1" in desk.glass.lines[0]
