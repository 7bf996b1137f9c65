"""Owners, tags and agents from the command line."""

import pytest


def test_tickets_are_assigned_by_one_command_and_by_update(run):
    for _ in range(2):
        run.ticket()
    assert run("ticket", "assign", "1", "2", "me").out == "#1 is now owned by ann\n#2 is now owned by ann\n"
    assert run("ticket", "show", "1", "--json").json["owner"] == "ann"
    refused = run("ticket", "assign", "1", "me", agent="bob")
    assert (refused.code, refused.err) == (1, "Error: #1 is ann's; nothing was saved, pass --take to take it\n")
    assert run("ticket", "assign", "-", "me", "--take", "--json", agent="bob", stdin="1\n2").json["changed"] == [1, 2]
    assert run("ticket", "assign", "2", "none", agent="bob").out == "#2 is now unassigned\n"
    assert run("ticket", "update", "2", "--owner", "bob", "--status", "resolved", "--json").json["owner"] == "bob"
    assert (
        run(
            "ticket",
            "update",
            "2",
            "--owner",
            "none",
            agent="bob",
        ).code
        == 0
    )
    assert run("ticket", "show", "2", "--json").json["owner"] is None
    assert "owner      bob" in run("ticket", "show", "1").out
    error = run("ticket", "assign", "1", "bo", "--json").error
    assert (error["code"], error["field"]) == ("invalid_value", "owner")
    assert run("undo", agent="bob").out == "undone: #2: owner nobody → bob\n"


def test_tags_are_added_and_removed_in_any_order(run):
    run.ticket()
    assert run("ticket", "tag", "1", "+vip", "+late").out == "#1 is now tagged late vip\n"
    assert run("ticket", "tag", "1", "-late", "+hot", "--json").json["tags"] == ["hot", "vip"]
    assert run("ticket", "tag", "-h").out == run("ticket", "tag", "--help").out
    assert run("ticket", "tag", "--", "-hot", "1").out == "#1 is now tagged vip\n"
    assert run("ticket", "tag", "1", "+vip").out == "#1 was already tagged vip\n"
    assert run("ticket", "tag", "-", "-vip", stdin="1").out == "#1 is now without tags\n"
    assert run("ticket", "show", "1", "--json").json["tags"] == []
    assert run("ticket", "tag", "1", "+two words", "--json").error["field"] == "tag"


@pytest.mark.parametrize("words", [["1"], ["+vip"], []])
def test_a_tag_needs_a_ticket_and_a_ticket_a_tag(run, words):
    run.ticket()
    assert run("ticket", "tag", *words).code == 2


def test_agents_are_listed_and_set(run):
    run.ticket()
    run("ticket", "assign", "1", "me")
    assert run("agent", "set", "bob", "--email", "bob@example.com", "--display-name", "Bob B", "--away").code == 0
    ann, bob = run("agent", "list", "--json").json
    assert (ann["name"], ann["open_tickets"], ann["away_since"]) == ("ann", 1, None)
    assert (bob["email"], bob["display_name"], bob["open_tickets"]) == ("bob@example.com", "Bob B", 0)
    assert bob["away_since"]
    assert run("agent", "set", "bob", "--back", "--json").json["away_since"] is None
    assert run("agent", "list").out.splitlines()[-1] == "2 agents"
    assert run("agent", "set", "bob").code == 2
    assert run("agent", "set", "bob", "--email", "x", "--json").error["field"] == "email"
    told = [line.rstrip().partition("agent bob: ")[2] for line in run("history", "--limit", "2").out.splitlines()[1:3]]
    assert told == ["back", "email none → bob@example.com, display name none → Bob B, away"]


def test_tickets_are_snoozed_and_woken(run):
    run.ticket()
    run.ticket()
    assert run("ticket", "snooze", "1", "2", "--until", "2h").code == 0
    assert "snoozed" in run("ticket", "show", "1").out
    assert run("ticket", "show", "1", "--json").json["snoozed_until"].endswith("Z")
    assert run("ticket", "snooze", "1", "--wake").out == "#1 is awake\n"
    assert run("ticket", "snooze", "1", "--wake", "--json").json["snoozed_until"] is None
    assert run("ticket", "snooze", "1", "--until", "2020-01-01", "--json").error["field"] == "until"
    assert run("ticket", "snooze", "1").code == run("ticket", "snooze", "1", "--wake", "--until", "2h").code == 2


def test_who_goes_away_is_told_how_to_hand_over(run):
    run.ticket()
    run("ticket", "assign", "1", "me")
    ended = run("agent", "set", "ann", "--away")
    assert "1 open ticket of ann's" in ended.out
    assert run("agent", "hand-over", "ann").out == "#1 is unassigned\n1 ticket\n"
    assert run("undo").code == 0
    assert run("agent", "hand-over", "ann", "--to", "bob", "--json").error["field"] == "owner"
    assert run("agent", "set", "bob", "--display-name", "Bob").code == 0
    assert run("agent", "hand-over", "ann", "--to", "bob", "--json").json["changed"] == [1]


def test_tags_are_listed_and_renamed(run):
    run.ticket()
    run("ticket", "tag", "1", "+bug")
    assert run("tag", "list", "--json").json == [{"tag": "bug", "tickets": 1}]
    assert run("tag", "rename", "bug", "defect").out == "bug is now defect on 1 ticket\n"
    assert run("tag", "list").out.split("\n")[1].split() == ["defect", "1"]
    assert run("tag", "rename", "bug", "x").code == 3
