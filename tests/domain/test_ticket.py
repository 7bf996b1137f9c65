"""The rules of tickets."""

import pytest

from supportdesk.domain.agent import agent_name
from supportdesk.domain.errors import InvalidValue, one_of, quoted
from supportdesk.domain.ticket import NewTicket, Priority, Status, TicketChange, new_ticket, parse_status, queue_rank


def test_a_new_ticket_is_cleaned_field_by_field():
    assert new_ticket(" Lamp\n is dark ", "\nIt does\x1b[m not shine. ", " rita@Example.com", " HIGH ") == NewTicket(
        "Lamp is dark", "It does not shine.", "rita@example.com", Priority.HIGH
    )
    assert new_ticket("t", "d", "r@example.com").priority is Priority.MEDIUM


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title": " "}, "title: '' is not allowed; it needs some text, up to 500 characters"),
        ({"description": "\n"}, "description: '' is not allowed; it needs some text, up to 100,000 characters"),
        ({"contact_email": "rita"}, "contact_email: 'rita' is not allowed; it must be a mail address such as"),
        ({"priority": "urgent"}, "priority: 'urgent' is not allowed; it can be low, medium or high"),
    ],
)
def test_the_first_field_at_fault_is_named_with_what_is_allowed(values, message):
    with pytest.raises(InvalidValue) as caught:
        new_ticket(**{"title": "t", "description": "d", "contact_email": "r@example.com", **values})
    assert caught.value.message.startswith(message)
    assert caught.value.field == message.partition(":")[0]


def test_the_queue_begins_with_what_is_urgent_and_ends_with_what_is_done():
    open_ones = [queue_rank(Status.NEW, priority) for priority in (Priority.HIGH, Priority.MEDIUM, Priority.LOW)]
    assert open_ones == sorted(set(open_ones))
    assert {queue_rank(Status.RESOLVED, priority) for priority in Priority} == {3}
    assert max(open_ones) < 3
    for priority in Priority:
        assert queue_rank(Status.NEW, priority) == queue_rank(Status.IN_PROGRESS, priority)


def test_a_status_is_one_of_three():
    assert parse_status(" In-Progress ") is Status.IN_PROGRESS
    with pytest.raises(InvalidValue, match="^status: 'in progress' is not allowed; it can be new, in-progress or"):
        parse_status("in progress")


def test_notes_and_agents_are_one_clean_line():
    assert TicketChange(notes="called\nher\x1b[m ").notes == "called her"
    assert agent_name(" ann\t") == "ann"
    for name in ("", "\u200b", "a" * 65):
        with pytest.raises(InvalidValue, match="^agent: "):
            agent_name(name)


def test_a_value_stands_in_a_message_on_one_line_and_shortened():
    assert quoted("a\x1b[m\nb\u202e") == r"'a\x1b[m\nb\u202e'"
    assert quoted("x" * 61) == f"'{'x' * 59}…'"
    assert one_of(["a"]) == "it can be a"
    assert one_of(["a", "b", "c"]) == "it can be a, b or c"
