"""Two programs in two terminals on one ticket: each sees the other, nothing is overwritten, no word is lost."""

from supportdesk.domain.ticket import Priority

LONG = "\n".join(f"Line {number}" for number in range(1, 61))


def test_two_agents_work_on_one_ticket(log_in, file, colleague):
    file("Lamp is dark", description=LONG)
    with log_in() as ann, log_in("--as", "dora", columns=120, rows=40) as dora:
        # Presence, in the list and above the ticket.
        ann.sees("Lamp is dark")
        dora.sees("Lamp is dark")
        ann.press("enter")
        dora.sees("‹ann› Lamp is dark")
        dora.press("enter")
        ann.sees("dora has it open")

        # A live change, which takes neither the place in the text nor the focus.
        ann.press("G")
        ann.sees("Line 60")
        dora.press("p", "h")
        ann.sees("dora: #1 high")
        ann.sees("▲ high +○ new")
        ann.sees("Line 60")
        ann.press("k")
        ann.sees("Line 59")

        # Different fields are merged.
        ann.press("E", "end", " again")
        ann.sees("Lamp is dark again")
        dora.press("p", "l")
        dora.sees("✓ #1 low priority")
        ann.press("ctrl+s")
        ann.sees("✓ #1 saved")
        dora.sees("Lamp is dark again")
        ticket = colleague.tickets.get("1")
        assert (ticket.title, ticket.priority) == ("Lamp is dark again", Priority.LOW)

        # One field shows both values, and the agent chooses.
        ann.press("E", "end", "!")
        ann.sees("dark again!")
        dora.press("E", "end", "?", "ctrl+s")
        dora.sees("✓ #1 saved")
        ann.press("ctrl+s")
        ann.sees("#1 was changed by dora")
        ann.sees(r"now: Lamp is dark again\? \(F7 takes it\)")
        ann.press("ctrl+s")
        ann.sees("✓ #1 saved")
        assert colleague.tickets.get("1").title == "Lamp is dark again!"

        # A reply is held back while there are words that its author has not seen.
        ann.press("r", "Try another bulb.")
        ann.sees("Try another bulb")
        dora.sees("ann writes")
        # Whoever begins to answer too learns of it, and so does the first.
        dora.press("r")
        dora.sees("Reply · ✎ ann writes too")
        ann.sees("Reply · ✎ dora writes too")
        dora.press("escape")
        ann.sees("Reply ──")
        dora.press("i", "They called.", "enter")
        dora.sees("✓ #1 internal note added")
        ann.sees("Added while you wrote: 1 message")
        ann.sees("They called.")
        ann.press("ctrl+s")
        ann.sees("then send again")
        assert [each.text for each in colleague.conversation.messages("1")[1:]] == ["They called."]
        ann.sees("Try another bulb")
        ann.press("ctrl+s")
        ann.sees("✓ #1 reply to rita@example.com")
        dora.sees("ann: #1 replied")
        dora.press("G")
        dora.sees("▸ ann to rita@example.com")
        dora.sees("Try another bulb")
    assert [each.text for each in colleague.conversation.messages("1")[1:]] == ["They called.", "Try another bulb."]
