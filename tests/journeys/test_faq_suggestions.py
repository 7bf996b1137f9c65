"""Answers that come up while a ticket is typed, and answering a ticket that is there."""

import pytest

from supportdesk.domain.mail.notification import NotificationType
from supportdesk.domain.ticket import Status
from supportdesk.email.settings import MailSettings

HEADING = "This may already be answered"


OTHERS = (
    "Do you deliver abroad?", "When are you open?", "How can I pay?", "What does shipping cost?",
    "Is there a warranty?", "Can I cancel an order?", "Who repairs screens?", "Do you buy laptops?",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _a_desk_with_answers(answered, write):
    """What is rare on a desk of some size says what somebody means."""
    for question in OTHERS:
        write(question)
    write("What is a VPN?", "A private tunnel; a VPN is set up in your settings.", "technical")


async def test_answers_come_up_while_a_ticket_is_typed(sit_down, colleague):
    async with sit_down() as desk:
        await desk.press("c", *"VPN")
        await desk.sees(HEADING, "▸ #12 What is a VPN?")
        await desk.press(*["backspace"] * 3, *"xyzzy qwrtz")
        await desk.sees_no(HEADING)
        await desk.press(*["backspace"] * 11, "tab", "tab", "tab", *"The printer smokes.")
        await desk.sees(HEADING, "▸ #3 Why does the printer smoke?")
        await desk.press("escape")
        await desk.sees_no(HEADING)
        await desk.sees("Create a ticket", "The printer smokes.")
        await desk.press("backspace")
        await desk.sees("▸ #3 Why does the printer smoke?")


async def test_an_answer_put_away_stays_away_until_the_text_changes(sit_down):
    async with sit_down() as desk:
        await desk.press("c", *"printer smoke")
        await desk.sees(HEADING)
        # A look-up for these last letters is still to come when esc is pressed.
        await desk.press(*" again", "escape")
        await desk.sees_no(HEADING)
        await desk.press("f7")
        await desk.sees("There is no suggestion to read.")
        # The draft is kept later than answers are looked up.
        await desk.until(lambda: desk.app.drafts.load("ticket").get("title") == "printer smoke again", "the draft")
        assert HEADING not in desk.screen()


async def test_reading_an_answer_keeps_what_was_typed(sit_down, colleague):
    async with sit_down() as desk:
        await desk.press("c", *"The printer smokes", "tab", *"rita@example.com", "tab", "right", "tab", *"It smells.")
        await desk.sees("▸ #3 Why does the printer smoke?")
        await desk.press("f7")
        await desk.sees("Pull the plug.", "read once")
        await desk.press("escape")
        await desk.sees("Create a ticket", "The printer smokes", "rita@example.com", "It smells.", HEADING)
        await desk.type(" Really.")
        await desk.sees("It smells. Really.")
    assert colleague.faqs.get("3").reads == 1


async def test_an_answer_that_helps_makes_the_ticket_needless(sit_down, colleague):
    async with sit_down() as desk:
        await desk.press("c", *"The printer smokes")
        await desk.sees(HEADING)
        await desk.press("f8")
        await desk.sees("Answered by FAQ #3; no ticket was filed.", "This desk has no tickets yet.")
        # It was filed neither now nor as a draft.
        await desk.press("c")
        await desk.sees("Create a ticket")
        await desk.sees_no("The printer smokes")
    assert colleague.faqs.get("3").helpful == 1
    assert [wording.text for wording in colleague.faqs.wordings("3")] == ["The printer smokes"]
    assert not colleague.faqs.gaps().ignored


async def test_an_answer_is_copied_into_the_text(sit_down, colleague):
    async with sit_down() as desk:
        await desk.press("c", *"The printer smokes", "tab", *"rita@example.com", "tab", "tab", *"It smells.")
        await desk.sees(HEADING)
        await desk.press("f9")
        await desk.sees("copied the answer of FAQ #3", "Pull the plug.")
        await desk.press("ctrl+s")
        await desk.sees("✓ #1 created")
    assert colleague.tickets.get("1").description == "It smells.\n\nPull the plug.\n\n- Do not use water.\n- Call us."


async def test_a_ticket_that_is_filed_all_the_same_shows_in_the_gaps(sit_down):
    async with sit_down() as desk:
        await desk.press("c", *"The printer smokes", "tab", *"rita@example.com", "tab", "tab", *"It smells.")
        await desk.sees(HEADING)
        await desk.press("ctrl+s")
        await desk.sees("✓ #1 created")
        await desk.press("f3", "a")
        await desk.sees("suggestion ignored    1×      #3 Why does the printer smoke?")


async def test_the_chosen_answer_is_the_one_that_is_used(sit_down, write, colleague):
    write("How do I change my password?", "In your account.", "account")
    async with sit_down() as desk:
        await desk.press("c", *"my password")
        await desk.sees(HEADING, "#1 How do I reset my password?", "#13 How do I change my password?")
        second = next(line for line in desk.glass.lines if line.startswith("    #"))
        await desk.press("ctrl+n", "f7")
        await desk.sees("In your account." if "#13" in second else "Press Forgot password")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=["80x24", "200x50"])
async def test_an_answer_that_comes_up_hides_nothing(sit_down, size):
    async with sit_down(size=size) as desk:
        await desk.press("c", *"The printer smokes")
        await desk.sees(HEADING, "▸ #3", "The printer smokes", "Requester", "Priority", "Description", "ctrl+s save")
        # With the keys for it, also where the line of hints has no room.
        await desk.sees(f"{HEADING}  F7 read  F8 answers it  F9 copy")


async def test_a_ticket_is_answered_with_an_faq(sit_down, file, colleague):
    file("The printer smokes", description="It smells.", email="rita@example.com")
    # Held: the requester has not been told when it is undone.
    async with sit_down(size=(120, 40), mail=MailSettings(hold=60, zone="UTC")) as desk:
        await desk.press("F")
        await desk.sees("1  Why does the printer smoke?  FAQ #3", "Pull the plug.")
        await desk.press("A")
        await desk.sees("Answer #1 with which?")
        await desk.press(*"00019", "enter")
        await desk.sees("'00019' is no FAQ of the list; type a number up to")
        await desk.press("escape")
        await desk.sees("nothing changed")
        assert colleague.tickets.get("1").status is Status.NEW

        await desk.press("A", "enter")
        await desk.sees(
            "Answer #1 with FAQ #3", "Mailed to rita@example.com", "Pull the plug.", "ctrl+s send and resolve"
        )
        await desk.press(*"Rita! ", "ctrl+s")
        await desk.sees("✓ #1 answered with FAQ #3 and resolved · u to undo", "#1   · ●")
        mail = colleague.mail.page()[0]
        assert (mail.notification_type, mail.recipient_email) == (NotificationType.FAQ_ANSWER, "rita@example.com")
        assert "Rita! Pull the plug." in mail.content
        assert not colleague.faqs.get("3").answer.startswith("Rita")
        assert len(colleague.faqs.wordings("3")) == 1

        await desk.press("u")
        await desk.sees("undone: #1 and FAQ #3: status resolved → new", "#1   · ○")
    assert colleague.tickets.get("1").status is Status.NEW
    assert colleague.faqs.wordings("3") == []


async def test_a_ticket_that_no_faq_matches_takes_any_by_its_number(sit_down, file, colleague):
    file("Xyzzy", description="Qwrtz plugh.")
    async with sit_down() as desk:
        await desk.press("A")
        await desk.sees("No FAQ matches this ticket", "Answer #1 with which? (#20 for FAQ 20)")
        await desk.press("1", "enter")
        await desk.sees("'1' is no FAQ of the list; type #20 for FAQ 20")
        await desk.press("backspace", *"#99", "enter")
        await desk.sees("there is no FAQ #99")
        await desk.press("backspace", "backspace", *"12", "enter", "ctrl+s")
        await desk.sees("✓ #1 answered with FAQ #12 and resolved")
        await desk.press("A", *"#12", "enter", "ctrl+s")
        await desk.sees("ann has answered #1 with FAQ #12 before", "save again to mail it")
        assert len(colleague.mail.page()) == 2
        await desk.press("ctrl+s")
        await desk.sees("✓ #1 answered with FAQ #12 and resolved")
        assert len(colleague.mail.page()) == 3


async def test_every_answer_to_choose_from_is_on_screen(sit_down, file, write):
    for n in range(4):
        write(f"How do I set up VPN number {n}?", "Line.\n" * 20, "technical")
    file("VPN", description="VPN")
    async with sit_down() as desk:
        await desk.press("A")
        await desk.sees("Answer #1 with which? (1 to 5, or #20", *(f"{number}  " for number in range(1, 6)))
        await desk.sees("What is a VPN?  FAQ #12", *(f"FAQ #{number}" for number in range(13, 17)))


async def test_an_answer_deleted_meanwhile_does_not_stand_in_the_way(sit_down, colleague):
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("c", *"The printer smokes")
        await desk.sees(HEADING)
        colleague.faqs.delete("3")
        for key in ("f7", "f8"):
            await desk.press(key)
            await desk.sees("there is no FAQ 3; bob deleted it", "Create a ticket", "The printer smokes")
