"""Two agents with one ticket open: each sees the other, in the list and above the ticket, and nothing is locked."""

import signal

from supportdesk.domain.ticket import Status


async def test_each_sees_who_else_has_the_ticket_open_and_who_writes(sit_down, file, tmp_path):
    file("Lamp is dark")
    file("Door is shut")
    async with sit_down() as ann, sit_down(agent="bob") as bob:
        await bob.press("enter")
        await ann.sees("‹bob› Lamp is dark")
        await ann.press("enter")
        await ann.sees("bob has it open")
        await bob.sees("ann has it open")

        await bob.press("r", *"On it")
        await ann.sees("‹✎ bob› Lamp is dark", "✎ bob writes")
        # Nothing is locked: Ann may do what she likes.
        await ann.press("s", "i", "enter")
        await ann.sees("✓ #1 in-progress")
        await bob.press("escape", "J")
        await ann.sees("‹bob› Door is shut")
        await ann.sees_no("bob has it open")

        await bob.press("f3")
        await ann.sees_no("‹bob›")
    with bob.desk.__class__(tmp_path / "support.db", "eve") as desk:
        assert desk.tickets.get("1").status is Status.IN_PROGRESS


async def test_who_leaves_is_gone(sit_down, file):
    file("Lamp is dark")
    async with sit_down() as ann:
        async with sit_down(agent="bob") as bob:
            await bob.press("enter")
            await ann.sees("‹bob› Lamp is dark")
        await ann.sees_no("‹bob›")


async def test_a_killed_session_is_gone_within_half_a_minute(file, log_in):
    file("Lamp is dark")
    with log_in() as ann, log_in(SUPPORTDESK_AGENT="bob") as bob:
        ann.sees("Lamp is dark")
        bob.sees("Lamp is dark")
        bob.press("enter")
        ann.sees("‹bob› Lamp is dark")
        bob.signal(signal.SIGKILL)
        # A terminal waits for thirty seconds at most.
        ann.sees(r"new +(• )?Lamp is dark")
