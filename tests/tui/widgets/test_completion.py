"""What enter and tab make of a line."""

import pytest

from supportdesk.tui.widgets.completion import Completions

NAMES = ("Bob", "bobby", "rita")


@pytest.mark.parametrize(
    ("typed", "taken"), [("bo", "Bob"), ("BOBB", "bobby"), ("Bob", "Bob"), ("", ""), (" ", " "), ("x", "x")]
)
def test_enter_takes_the_first_answer_that_begins_so(typed, taken):
    assert Completions(NAMES).proposal(typed) == taken


def test_tab_takes_one_completion_after_the_other_and_starts_again_with_what_is_typed():
    completions = Completions(NAMES)
    assert completions.step("bo") == ["Bob", "bobby"]
    assert completions.step("Bob") == ["bobby", "Bob"]
    assert completions.step("bobby") == ["Bob", "bobby"]
    assert completions.step("r") == ["rita"]
    assert completions.step("x") == []


def test_enter_takes_no_completion_that_only_tab_takes():
    completions = Completions((), lambda line: [f"{line}:new"])
    assert completions
    assert completions.proposal("status") == "status"
    assert completions.step("status") == ["status:new"]
    assert not Completions()
