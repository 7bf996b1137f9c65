"""What is done to tickets in one step, in words."""

import pytest

from supportdesk.domain.actions import Actions


@pytest.mark.parametrize(
    ("actions", "verbs", "done"),
    [
        (Actions(status="resolved", tags=("+vip",)), "resolve and tag +vip", "resolve 3 tickets and tag them +vip"),
        (Actions(status="open"), "set to open", "set 3 tickets to open"),
        (Actions(owner="none"), "unassign", "unassign 3 tickets"),
        (Actions(owner="me"), "assign to you", "assign 3 tickets to you"),
        (Actions(owner="bob"), "assign to bob", "assign 3 tickets to bob"),
        (Actions(note="seen"), "note", "add a note to 3 tickets"),
        (Actions(snooze="wake"), "wake", "wake 3 tickets"),
        (
            Actions(canned="thanks", priority="high", snooze="2d"),
            "answer, set to high priority and snooze until 2d",
            "answer 3 tickets, set them to high priority and snooze them until 2d",
        ),
        (Actions(), "change", "change 3 tickets"),
    ],
)
def test_each_action_is_named(actions, verbs, done):
    assert (actions.verbs, actions.done_to("3 tickets")) == (verbs, done)


def test_one_ticket_is_an_it():
    assert Actions(owner="bob", tags=("-spam",)).done_to("1 ticket") == "assign 1 ticket to bob and tag it -spam"
