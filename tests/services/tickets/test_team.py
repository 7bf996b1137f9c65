"""Owners and tags: whose a ticket is, what it is about, and that nobody takes a colleague's by accident."""

import pytest

from supportdesk.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from supportdesk.domain.page import START
from supportdesk.domain.ticket import TAG_LIMIT, TAGS_LIMIT, Status, TicketChange
from supportdesk.services.agents import AgentChange


def test_a_ticket_is_given_to_me_to_a_colleague_and_to_nobody(desk, filed, colleague):
    filed()
    colleague.agents.set("bob", AgentChange(display_name="Bob B"))
    for typed, owner in (("me", "ann"), ("BOB", "bob"), ("none", "")):
        given = desk.tickets.assign(["1"], typed, take=True)
        assert (given.tickets[0].owner, given.changed) == (owner, {1})
        assert desk.tickets.get("1").owner == owner
    assert desk.tickets.assign(["1"], "none").changed == frozenset()
    assert desk.journal.page(START, 1)[0].summary == "owner bob → nobody"
    assert len(desk.mail.page()) == 1


def test_a_colleagues_ticket_is_taken_on_purpose_only(desk, filed, colleague):
    filed()
    filed()
    colleague.tickets.assign(["1"], "me")
    for owner in ("me", "none"):
        with pytest.raises(NotAllowed, match="^#1 is bob's; nothing was saved, pass --take to take it$"):
            desk.tickets.assign(["2", "1"], owner)
    assert desk.tickets.get("2").owner == ""
    assert desk.tickets.assign(["2", "1"], "me", take=True).changed == {1, 2}
    # Everything else of it can be changed by anybody.
    colleague.tickets.update(["1"], TicketChange(Status.RESOLVED))


@pytest.mark.parametrize("name", ["nobody-here", "", "\u200b", "x" * 65])
def test_a_ticket_is_given_to_nobody_unknown(desk, filed, name):
    filed()
    with pytest.raises(InvalidValue, match="^owner: "):
        desk.tickets.assign(["1"], name)


def test_a_name_that_was_nearly_typed_is_proposed(desk, filed):
    filed()
    desk.agents.set("charlotte", AgentChange())
    desk.agents.set("charlotte", AgentChange(email="c@example.com"))
    with pytest.raises(InvalidValue, match="did you mean charlotte"):
        desk.tickets.assign(["1"], "charlote")


def test_open_tickets_of_an_agent_are_handed_over_and_given_back_by_one_undo(desk, filed, colleague):
    for _ in range(4):
        filed()
    colleague.tickets.assign(["1", "2", "3"], "me")
    desk.tickets.update(["3"], TicketChange(status=Status.RESOLVED))
    assert desk.tickets.hand_over("bob").changed == {1, 2}
    assert [desk.tickets.get(each).owner for each in "1234"] == ["", "", "bob", ""]
    desk.journal.undo()
    assert desk.tickets.hand_over("BOB", "me").changed == {1, 2}
    assert desk.tickets.hand_over("bob").changed == frozenset()
    for name, to in (("ann", "me"), ("none", "me"), ("zoe", "me")):
        with pytest.raises(InvalidValue):
            desk.tickets.hand_over(name, to)


def test_tags_are_added_and_removed_and_undone(desk, filed):
    filed()
    filed()
    tagged = desk.tickets.tag(["1", "2"], ["VIP", "zürich", "vip"], [])
    assert [ticket.tags for ticket in tagged.tickets] == [("vip", "zürich")] * 2
    changed = desk.tickets.tag(["1", "2"], ["a.b/c:d-e_f"], ["vip", "never-there"])
    assert desk.tickets.get("1").tags == ("a.b/c:d-e_f", "zürich")
    assert changed.changed == {1, 2}
    assert desk.tickets.tag(["1"], ["zürich"], ["vip"]).changed == frozenset()
    assert desk.journal.page(START, 1)[0].summary == "tags vip zürich → a.b/c:d-e_f zürich"
    desk.journal.undo()
    assert desk.tickets.get("2").tags == ("vip", "zürich")
    desk.journal.undo()
    assert desk.tickets.get("2").tags == ()


@pytest.mark.parametrize(
    "tag", ["", " ", "two words", "a,b", "-x", "+x", "x" * (TAG_LIMIT + 1), "\x1b[31m", "a\u200bb", "#"]
)
def test_what_is_no_tag_is_refused_and_nothing_is_tagged(desk, filed, tag):
    filed()
    with pytest.raises(InvalidValue, match="^tag: "):
        desk.tickets.tag(["1"], ["good", tag], [])
    assert desk.tickets.get("1").tags == ()


def test_a_ticket_has_so_many_tags_and_no_more(desk, filed):
    filed()
    desk.tickets.tag(["1"], [f"t{number}" for number in range(TAGS_LIMIT)], [])
    with pytest.raises(InvalidValue, match="^tags: #1 can have up to 50"):
        desk.tickets.tag(["1"], ["one-more"], [])
    assert desk.tickets.tag(["1"], ["one-more"], ["t1"]).changed == {1}


def test_of_several_tickets_all_are_tagged_and_given_or_none(desk, filed):
    filed()
    for refused in (lambda: desk.tickets.tag(["1", "9"], ["x"], []), lambda: desk.tickets.assign(["1", "9"], "me")):
        with pytest.raises(NotFound):
            refused()
    assert (desk.tickets.get("1").tags, desk.tickets.get("1").owner) == ((), "")


def test_undo_gives_a_ticket_back_unless_somebody_has_it_by_now(desk, filed, colleague):
    filed()
    desk.tickets.assign(["1"], "me")
    colleague.tickets.assign(["1"], "me", take=True)
    with pytest.raises(Conflict, match="^#1 has changed since: bob changed its owner; nothing was undone$"):
        desk.journal.undo()
    assert colleague.journal.undo().tickets[0].owner == "ann"
    assert desk.journal.undo().tickets[0].owner == ""


def test_agents_are_all_who_acted_or_were_set_with_their_open_tickets(desk, filed, colleague, clock):
    for _ in range(3):
        filed()
    colleague.tickets.assign(["1", "2", "3"], "me")
    colleague.tickets.update(["2"], TicketChange(Status.RESOLVED))
    colleague.tickets.delete(["3"])
    desk.agents.set("cat", AgentChange("Cat@EXAMPLE.com", "Cat C", away=True))
    found = {agent.name: agent for agent in desk.agents.list()}
    assert list(found) == ["ann", "bob", "cat"]
    assert [agent.open_tickets for agent in found.values()] == [0, 1, 0]
    assert (found["cat"].email, found["cat"].display_name, found["cat"].away_since) == (
        "Cat@example.com",
        "Cat C",
        clock.at,
    )


def test_what_is_known_of_an_agent_is_changed_cleared_and_undone(desk, colleague):
    desk.agents.set("cat", AgentChange("cat@example.com", "Cat", away=True))
    last = desk.journal.last_seq()
    desk.agents.set("cat", AgentChange("cat@example.com", away=True))
    assert desk.journal.last_seq() == last
    cleared = desk.agents.set("cat", AgentChange("", "", away=False))
    assert (cleared.email, cleared.display_name, cleared.is_away) == ("", "", False)
    desk.journal.undo()
    assert desk.agents.list()[-1].email == "cat@example.com"
    colleague.agents.set("cat", AgentChange(display_name="Kitty"))
    with pytest.raises(Conflict, match="^agent cat has changed since: bob changed display_name; nothing was undone$"):
        desk.journal.undo()
    colleague.journal.undo()
    desk.journal.undo()
    assert desk.agents.list()[-1].email == ""


@pytest.mark.parametrize(
    ("name", "change", "field"),
    [
        ("", AgentChange("a@example.com"), "agent"),
        ("cat", AgentChange("cat"), "email"),
        ("cat", AgentChange(display_name="x" * 65), "display_name"),
    ],
)
def test_a_bad_value_of_an_agent_is_refused(desk, name, change, field):
    with pytest.raises(InvalidValue, match=f"^{field}: "):
        desk.agents.set(name, change)


def test_a_tag_is_renamed_and_merged_everywhere_and_undone_at_once(desk, filed):
    for _ in range(4):
        filed()
    desk.tickets.tag(["1", "2", "4"], ["bug", "vip"], [])
    desk.tickets.tag(["2", "3"], ["defect"], [])
    desk.tickets.delete(["4"])
    assert [(each.tag, each.tickets) for each in desk.tags.list()] == [("bug", 2), ("defect", 2), ("vip", 2)]
    assert desk.tags.rename("Bug", "defect").changed == {1, 2}
    assert [desk.tickets.get(each).tags for each in "123"] == [("defect", "vip"), ("defect", "vip"), ("defect",)]
    desk.journal.undo()
    assert [desk.tickets.get(each).tags for each in "12"] == [("bug", "vip"), ("bug", "defect", "vip")]
    for old, new, error in (("gone", "x", NotFound), ("bug", "bug", InvalidValue), ("bug", "a b", InvalidValue)):
        with pytest.raises(error):
            desk.tags.rename(old, new)


def test_who_has_opened_the_app_can_be_mentioned_and_given_tickets_at_once(desk, filed, colleague):
    filed()
    assert list(desk.agents.unknown_mentions("@bob, do you know her?")) == ["bob"]
    colleague.agents.arrive()
    colleague.agents.arrive()
    assert desk.agents.unknown_mentions("@bob, do you know her?") == []
    desk.conversation.note("1", "@bob, do you know her?")
    assert len(colleague.conversation.mentions()) == 1
    assert [each.name for each in desk.agents.list()] == ["ann", "bob"]
    desk.tickets.assign(["1"], "bob")
