"""A ticket that may be a duplicate is pointed out when it is created."""

import pytest

from supportdesk.domain.ticket import new_ticket
from tests.hostile import HOSTILE_STRINGS


@pytest.mark.parametrize(
    ("title", "email", "found"),
    [
        ("Lamp is dark", "rita@example.com", [1]),
        ("lamp is STILL dark!", "RITA@example.com", [1]),
        ("Dark is my lamp", "rita@example.com", [1]),
        ("Lamp is dark", "sam@example.com", []),
        ("Refund", "rita@example.com", []),
        ("???", "rita@example.com", []),
    ],
)
def test_the_same_requester_with_a_similar_title(desk, filed, title, email, found):
    filed("Lamp is dark")
    filed("Invoice 12")
    assert [each.number for each in desk.tickets.similar(new_ticket(title, "x", email))] == found


def test_merged_and_deleted_tickets_are_not_pointed_out(desk, filed):
    for _ in range(3):
        filed("Lamp is dark")
    desk.relations.merge(["2"], "1")
    desk.tickets.delete(["3"])
    assert [each.number for each in desk.tickets.similar(new_ticket("Lamp is dark", "x", "rita@example.com"))] == [1]


def test_hostile_titles_are_compared_like_any_other(desk, filed):
    for text in HOSTILE_STRINGS:
        if text.strip():
            desk.tickets.similar(new_ticket(f"a {text}"[:400], "x", "rita@example.com"))
