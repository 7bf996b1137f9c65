"""What the FAQs lack, and filling it."""

import pytest


async def test_a_desk_that_lacks_nothing_says_so(sit_down):
    async with sit_down() as desk:
        await desk.press("f3", "a")
        await desk.sees("Gaps", "no gaps yet", "The FAQs lack nothing that is known.", "goes back to the FAQs")
        await desk.press("c")
        await desk.sees("this list is empty")
        await desk.press("escape")
        await desk.sees("This desk has no FAQs yet.")


async def test_what_was_looked_for_in_vain_becomes_an_faq(sit_down, answered, colleague):
    async with sit_down() as desk:
        await desk.press("f3", "/", *"unicorn rental", "enter")
        await desk.sees("search unicorn rental · 0 found")
        # Nobody looked again, though the list was read again.
        colleague.faqs.delete("2")
        await desk.press("escape")
        await desk.sees("billing 0")
        await desk.press("a")
        await desk.sees("search without a hit  1×      unicorn rental")
        await desk.is_on("unicorn rental")

        await desk.press("c")
        await desk.sees("Create an FAQ", "unicorn rental")
        await desk.press("end", *" prices?", "tab", "tab", *"Ask us.", "ctrl+s")
        await desk.sees("✓ FAQ #4 saved")
        await desk.sees_no("search without a hit")
        await desk.press("escape")
        await desk.sees("unicorn rental prices?")


async def test_half_typed_searches_are_no_gaps(sit_down, answered, colleague, write):
    async with sit_down() as desk:
        await desk.press("f3", "/", *"unicorn")
        await desk.sees("search unicorn · 0 found")
        write("Do you deliver?")
        await desk.sees("general 0")
        await desk.press("escape")
        await desk.sees("FAQs  all · 4")
    assert not colleague.faqs.gaps().searches


async def test_an_answer_begun_for_a_gap_comes_back_under_its_question_only(sit_down, answered, colleague):
    for text in ("unicorn rental", "dragon insurance"):
        colleague.faqs.search(text, record=True)
    async with sit_down() as desk:
        await desk.press("f3", "a")
        await desk.is_on("search without a hit")
        first = "unicorn rental" if "unicorn" in desk.cursors[0] else "dragon insurance"
        await desk.press("c", "tab", "tab", *"Half a thought", "escape")
        await desk.sees("c starts an FAQ")
        await desk.press("j", "c")
        await desk.sees("Create an FAQ", ({"unicorn rental", "dragon insurance"} - {first}).pop())
        await desk.sees_no("Half a thought")
        await desk.press("escape", "k", "c")
        await desk.sees("Your draft is back.", first, "Half a thought")


async def test_a_ticket_that_no_faq_matches_opens(sit_down, answered, file):
    file("Xyzzy", description="Qwrtz plugh.")
    async with sit_down() as desk:
        await desk.press("f3", "a")
        await desk.sees("no FAQ matches        #1      Xyzzy")
        await desk.press("enter")
        await desk.sees("Tickets", "Qwrtz plugh.")


async def test_tab_goes_between_the_gaps_and_the_mail(sit_down, answered, file, colleague):
    file("Xyzzy", description="Qwrtz plugh.")
    colleague.mail.deliver()
    async with sit_down() as desk:
        await desk.press("f3", "a")
        await desk.is_on("no FAQ matches")
        await desk.press("m")
        await desk.is_on("Xyzzy")
        await desk.press("tab")
        await desk.is_on("no FAQ matches")
        await desk.press("tab", "enter")
        await desk.sees("Gaps", "your support ticket has been created")


async def test_what_is_told_of_an_faq_that_exists_starts_none(sit_down, answered):
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("f3", "a")
        await desk.is_on("least read")
        await desk.press("c")
        await desk.sees("this line is about an existing FAQ; choose a search or a ticket")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=["80x24", "200x50"])
async def test_every_kind_of_gap_has_its_line(sit_down, answered, file, colleague, size):
    file("Xyzzy", description="Qwrtz plugh.")
    colleague.faqs.search("unicorn rental", record=True)
    colleague.faqs.ignored("My printer smokes", [3])
    colleague.faqs.read("1")
    colleague.faqs.vote("1", helpful=True)
    colleague.faqs.vote("2", helpful=False)
    async with sit_down(size=size) as desk:
        await desk.press("f3", "a")
        await desk.sees(
            "Gaps", "search without a hit", "unicorn rental", "no FAQ matches", "Xyzzy", "suggestion ignored",
            "not helpful", "least read", "most read", "most helpful", "c create", "? help", "ann",
        )  # fmt: skip
