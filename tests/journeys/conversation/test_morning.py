"""A morning: thirty tickets answered by keyboard, and how many keys each takes beside the text that is typed.

`pytest -s tests/journeys/conversation/test_morning.py` prints the keys of every ticket.
"""

import csv

import pytest

from supportdesk.email.settings import MailSettings

ABOUT = ("Lamp is dark", "Door is shut", "Cup is empty", "Invoice is wrong", "Parcel is late", "Login fails")
ANSWERED_BY_HAND = "We have looked at it and it works again."
MOST_KEYS = 6


class Hand:
    """Counts what is pressed; what is typed as the text of an answer does not count."""

    def __init__(self, desk):
        self.desk = desk
        self.keys = []

    async def press(self, *keys):
        self.keys += keys
        await self.desk.press(*keys)


@pytest.fixture
def thirty(file, colleague):
    for number in range(1, 31):
        file(f"{ABOUT[number % len(ABOUT)]} ({number})", email=f"requester{number}@example.com")
    colleague.canned_replies.save("thanks", "Thank you, #{{number}} is solved.")
    colleague.canned_replies.save("later", "We are on it.")
    return 30


async def answer(desk, number):
    """Answers the ticket under the cursor in one of three ways; returns the keys that took."""
    hand = Hand(desk)
    if number % 3 == 0:
        await hand.press("r")
        await desk.type(ANSWERED_BY_HAND)
        await hand.press("ctrl+t", "ctrl+t")
    else:
        await hand.press("r", "f8")
        if number == 1:
            # The first time it is found by its name, from then on it comes first.
            await hand.press("t")
        await hand.press("enter", "ctrl+t", "ctrl+t")
    await desk.sees(f"#{number} reply to")
    await hand.press("j")
    return hand.keys


def report(kept):
    for number, keys in kept.items():
        print(f"#{number:<3} {len(keys)} keys: {' '.join(keys)}")
    total = sum(map(len, kept.values()))
    print(f"{len(kept)} tickets, {total} keys, {total / len(kept):.1f} a ticket")


async def test_thirty_tickets_take_six_keys_each_at_most(sit_down, thirty, colleague):
    async with sit_down(mail=MailSettings(hold=600, zone="UTC")) as desk:
        # Newest first: nothing that is resolved moves out from under the hand.
        kept = {number: await answer(desk, number) for number in range(1, thirty + 1)}
    report(kept)
    assert max(len(keys) for number, keys in kept.items() if number > 1) <= MOST_KEYS
    assert len(kept[1]) <= MOST_KEYS + 1
    for number in kept:
        ticket = colleague.tickets.get(str(number))
        assert (ticket.status, ticket.owner) == ("resolved", "ann")
        said = [each.text for each in colleague.conversation.messages(str(number))][1:]
        assert said == [ANSWERED_BY_HAND if number % 3 == 0 else f"Thank you, #{number} is solved."]


async def test_thirty_real_tickets(sit_down, file, colleague, shared_data):
    """The same with real tickets, which lie beside the repository."""
    with next(shared_data.rglob("customer_support_tickets.csv")).open(encoding="utf-8", newline="") as rows:
        titles = [row["Ticket Subject"] for row, _ in zip(csv.DictReader(rows), range(30), strict=False)]
    for number, title in enumerate(titles, 1):
        file(title, email=f"requester{number}@example.com")
    colleague.canned_replies.save("thanks", "Thank you, #{{number}} is solved.")
    async with sit_down(mail=MailSettings(hold=600, zone="UTC")) as desk:
        kept = {number: await answer(desk, number) for number in range(1, 31)}
    report(kept)
    assert max(map(len, list(kept.values())[1:])) <= MOST_KEYS
