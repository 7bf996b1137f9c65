"""Many tickets at once: what is about to happen is said before, and one undo takes all of it back. Macros."""

import pytest

from supportdesk.domain.actions import parse_actions
from supportdesk.email.settings import MailSettings

HELD = MailSettings(hold=600, zone="UTC")


@pytest.fixture
def three(file):
    for title, email in (("Lamp", "rita@example.com"), ("Door", "rita@example.com"), ("Cup", "eve@example.com")):
        file(title, email=email)


def statuses(colleague):
    return [str(colleague.tickets.get(str(number)).status) for number in (1, 2, 3)]


async def test_what_is_done_to_many_and_who_is_mailed_is_said_before(sit_down, three, colleague):
    async with sit_down(mail=HELD) as desk:
        await desk.press("*", "e")
        await desk.sees("will resolve 3 tickets and mail 2 requesters (y/N)")
        await desk.press("enter")
        await desk.sees("nothing changed", "3 marked")
        assert statuses(colleague) == ["new"] * 3
        await desk.press("e", "y")
        await desk.sees("3 of 3 tickets: resolved")
        await desk.press("u")
        await desk.sees("undone")
        assert statuses(colleague) == ["new"] * 3
        assert {mail.status for mail in colleague.mail.page() if mail.notification_type == "status_update"} == {
            "withdrawn"
        }


async def test_a_macro_does_several_things_by_name_by_key_and_from_the_palette(sit_down, three, colleague):
    actions = {"status": "resolved", "tags": ["+thanked"], "note": "done", "reply": "Thank you, #{{number}}."}
    colleague.macros.save("Thank", parse_actions(actions))
    async with sit_down(mail=HELD, keys={"macro.Thank": ("f7",)}) as desk:
        await desk.press(";", *"th", "enter")
        await desk.sees("✓ #1 macro Thank done: answer, note, resolve and tag +thanked")
        ticket = colleague.tickets.get("1")
        assert (ticket.status, ticket.tags, ticket.owner) == ("resolved", ("thanked",), "ann")
        assert [each.text for each in colleague.conversation.messages("1")][1:] == ["Thank you, #1.", "done"]
        await desk.press("u")
        await desk.sees("undone")

        await desk.press("*", "f7")
        await desk.sees("answer 3 tickets, add a note to them, resolve them and tag them +thanked", "Go on? (y/N)")
        await desk.press("y")
        await desk.sees("3 of 3 tickets: macro Thank done")
        await desk.press("u")
        await desk.sees("undone")

        await desk.press("ctrl+p", *"macro thank")
        await desk.sees("Macro: Thank", "F7")
        await desk.press("enter")
        await desk.sees("macro Thank done")


async def test_a_desk_without_macros_says_how_to_make_one(sit_down, three):
    async with sit_down(keys={"macro.gone": ("f7",)}) as desk:
        await desk.press(";")
        await desk.sees("supportdesk macro save NAME")
        await desk.press("f7")
        await desk.sees("there is no macro 'gone'")
