"""Saved views: mine, the team's, and those whose query no longer parses."""

from contextlib import suppress

import pytest

from supportdesk.domain.errors import InvalidValue, NotFound
from tests.hostile import HOSTILE_STRINGS


def test_a_view_is_the_agents_or_the_teams(desk, colleague):
    desk.views.save("Urgent", "priority:high status:open")
    desk.views.save("Lamps", "lamp", team=True)
    assert [(view.name, view.owner, view.query) for view in desk.views.list()] == [
        ("Urgent", "ann", "priority:high status:open"),
        ("Lamps", "", "lamp"),
    ]
    assert [view.name for view in colleague.views.list()] == ["Lamps"]


def test_the_agents_own_view_comes_before_the_teams_of_the_same_name(desk, colleague):
    colleague.views.save("lamps", "lamp", team=True)
    desk.views.save("Lamps", "candle")
    assert desk.views.get("LAMPS").query == "candle"
    assert colleague.views.get("lamps").query == "lamp"
    assert not desk.views.delete("lamps").is_team
    assert desk.views.delete("lamps").is_team
    with pytest.raises(NotFound, match="there is no view 'lamps'"):
        desk.views.delete("lamps")


def test_a_view_is_replaced_by_one_of_its_name(desk):
    desk.views.save("Urgent", "priority:high")
    desk.views.save("URGENT", "priority:high status:new")
    assert [(view.name, view.query) for view in desk.views.list()] == [("URGENT", "priority:high status:new")]


def test_a_view_whose_query_no_longer_parses_is_listed_and_says_so(desk, sql):
    desk.views.save("Old", "lamp")
    sql("UPDATE views SET query = 'colour:red'")
    (view,) = desk.views.list()
    assert (view.name, view.query) == ("Old", "colour:red")
    assert "unknown filter 'colour'" in view.fault
    assert desk.views.delete("Old").name == "Old"


def test_what_is_no_query_is_not_saved(desk):
    with pytest.raises(InvalidValue, match="unknown filter 'colour'"):
        desk.views.save("Red", "colour:red")
    assert desk.views.list() == []


def test_hostile_names_are_saved_whole_or_refused(desk):
    for name in HOSTILE_STRINGS:
        with suppress(InvalidValue):
            saved = desk.views.save(name, "lamp")
            assert desk.views.get(saved.name) == saved
            assert saved in desk.views.list()
            desk.views.delete(saved.name)
    assert desk.views.list() == []
