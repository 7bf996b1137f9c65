"""The desk's history, and undo."""

import os
import pwd
import re

import pytest

FIELDS = ["seq", "change", "at", "actor", "kind", "subject", "number", "before", "after", "notes", "undoes", "login"]


def test_history_tells_who_did_what_newest_first(run):
    ticket = run.ticket("Cannot log in")
    run("ticket", "update", "1", "--status", "resolved", "--notes", "caps lock", agent="bob")
    updated, created = run("history", "--json").json["entries"]
    assert list(updated) == FIELDS
    assert (updated["actor"], updated["kind"], updated["number"]) == ("bob", "ticket.updated", 1)
    assert (updated["before"], updated["after"]) == ({"status": "new"}, {"status": "resolved"})
    assert (updated["notes"], updated["undoes"], updated["subject"]) == ("caps lock", None, ticket["id"])
    assert (created["actor"], created["kind"]) == ("ann", "ticket.created")

    newest, oldest = run("history").out.splitlines()[1:3]
    assert re.search(r"bob\)? +#1 +status new → resolved \(caps lock\)$", newest)
    assert re.search(r"ann\)? +#1 +created: Cannot log in$", oldest)


def test_history_shows_the_account_where_it_differs_from_the_name(run):
    login = pwd.getpwuid(os.getuid()).pw_name
    run.ticket()
    run("ticket", "update", "1", "--status", "resolved", agent=login)
    updated, created = run("history", "--json").json["entries"]
    assert [(entry["actor"], entry["login"]) for entry in (created, updated)] == [("ann", login), (login, login)]
    steps = run("ticket", "history", "1", "--json").json
    assert [(step["changed_by"], step["login"]) for step in steps] == [("ann", login), (login, login)]
    for words in (["history"], ["ticket", "history", "1"]):
        shown = run(*words).out
        assert f"{login} (as ann)" in shown
        assert f"{login} (as {login})" not in shown


def test_a_name_in_other_clothes_is_warned_about(run):
    run.ticket()
    warned = run("ticket", "update", "1", "--priority", "low", agent="\u0430nn")
    assert (warned.code, warned.err) == (0, "Note: \u0430nn looks like ann, the name of another agent\n")
    assert run("ticket", "update", "1", "--priority", "high", agent="ann").err == ""
    assert run("ticket", "update", "1", "--priority", "low", agent="bob").err == ""


def test_undo_takes_my_last_change_back_and_keeps_both_in_history(run):
    run.ticket()
    run("ticket", "update", "1", "--status", "resolved")
    undone = run("undo")
    assert (undone.code, undone.out) == (0, "undone: #1: status resolved → new\n")
    assert run("ticket", "show", "1", "--json").json["status"] == "new"
    steps = run("ticket", "history", "1", "--json").json
    assert [step["new_status"] for step in steps] == ["new", "resolved", "new"]
    back, change = run("history", "--json").json["entries"][:2]
    assert back["undoes"] == change["change"]


def test_undo_tells_scripts_what_it_took_back(run):
    for _ in range(2):
        run.ticket()
    run("ticket", "update", "1", "2", "--priority", "low")
    undone = run("undo", "--json").json
    assert {entry["number"] for entry in undone["undone"]} == {1, 2}
    assert {ticket["priority"] for ticket in undone["tickets"]} == {"medium"}


def test_what_is_undone_at_once_is_told_to_nobody_and_later_the_undo_is(run):
    run.ticket()
    run("ticket", "update", "1", "--status", "resolved")
    run("undo")
    states = [mail["status"] for mail in run("ticket", "notifications", "1", "--json").json]
    assert states == ["withdrawn", "pending"]
    run("ticket", "update", "1", "--status", "resolved")
    assert run.deliver()["sent"] == 2
    run("undo")
    assert run.deliver()["sent"] == 1


def test_undo_is_about_my_own_changes(run):
    run.ticket()
    run("ticket", "update", "1", "--status", "resolved", agent="bob")
    error = run("undo", "--json", agent="eve").error
    assert (error["code"], error["message"]) == ("not_allowed", "there is no change of yours to undo")
    assert run("ticket", "show", "1", "--json").json["status"] == "resolved"


def test_undo_does_not_trample_on_a_later_change(run):
    run.ticket()
    run("ticket", "update", "1", "--status", "in-progress", agent="ann")
    run("ticket", "update", "1", "--status", "resolved", agent="bob")
    ended = run("undo", agent="ann")
    assert ended.code == 4
    assert "bob made its status resolved; nothing was undone" in ended.err


def test_undo_goes_on_past_what_somebody_has_changed_since(run):
    for _ in range(2):
        run.ticket()
    run("ticket", "update", "2", "--priority", "low")
    run("ticket", "update", "1", "--status", "in-progress")
    run("ticket", "update", "1", "--status", "resolved", agent="bob")
    assert run("undo").out.splitlines() == [
        "cannot be undone, passed over: #1 has changed since: bob made its status resolved",
        "undone: #2: priority low → medium",
    ]


def test_a_created_ticket_is_taken_back(run):
    run.ticket()
    ended = run("undo")
    assert (ended.code, ended.out, ended.err) == (0, "undone: #1: created: Cannot log in\n", "")
    assert run("ticket", "list", "--json").json["tickets"] == []
    assert run("ticket", "show", "1", "--json").json["deleted_at"]
    assert [mail["status"] for mail in run("ticket", "notifications", "1", "--json").json] == ["withdrawn"]


def test_an_undo_that_a_requester_hears_of_says_so_before(run):
    run.ticket()
    run("ticket", "update", "1", "--status", "resolved")
    run.deliver()
    warning = "Note: #1: status new → resolved; rita@example.com was told and will be told again\n"
    for words in (["undo"], ["undo", "--yes"]):
        undone = run(*words)
        assert (undone.code, undone.err) == (0, warning)
        run("ticket", "update", "1", "--status", "resolved")
        run.deliver()


@pytest.mark.parametrize(("many", "said"), [("250", "imported 250 tickets"), ("1", "imported 1 ticket")])
def test_an_import_reads_as_one_line(run, sql, many, said):
    run.ticket()
    sql(
        "INSERT INTO journal (seq, change, at, actor, kind, before, after) "
        "VALUES (2, 2, '2026-11-22T10:15:30.123Z', 'ann', 'tickets.imported', '{}', ?)",
        f'{{"tickets": "{many}"}}',
    )
    assert run("history", "--limit", "1").out.splitlines()[1].endswith(said)


def test_what_was_undone_is_redone(run):
    run.ticket()
    run("ticket", "update", "1", "--status", "resolved")
    run("undo")
    assert run("redo").out == "redone: #1: status new → resolved\n"
    assert run("ticket", "show", "1", "--json").json["status"] == "resolved"
    refused = run("redo")
    assert (refused.code, refused.err) == (
        1,
        "Error: there is nothing to redo: you have undone nothing since your last change\n",
    )
    run("undo")
    document = run("redo", "--json").json
    assert [entry["kind"] for entry in document["redone"]] == ["ticket.updated"]
    assert [ticket["status"] for ticket in document["tickets"]] == ["resolved"]
