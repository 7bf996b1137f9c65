"""Queries on the command line: what is wrong with one is said in a sentence that names the place."""

import pytest

from tests.hostile import HOSTILE_STRINGS


@pytest.mark.parametrize(
    ("arguments", "field", "message"),
    [
        (("ticket", "list", "stats:new"), "query", "unknown filter 'stats' at character 1; did you mean status:?"),
        (("ticket", "list", "lamp", "status:done"), "status", "'done' is not allowed"),
        (("ticket", "list", "(" * 60), "query", "brackets can be nested up to 50 deep (at character 51)"),
        (("ticket", "list", "(a (b OR " * 20), "query", "nested up to 12 deep"),
        (("ticket", "list", "x" * 10_000), "query", "it can have up to 1,000 characters"),
        (("ticket", "export", "colour:red"), "query", "filters are status:, priority:, from:, owner:, tag:"),
        (("notification", "list", "--search", "re:lamp"), "search", "there are no filters here"),
        (("notification", "list", "--search", "lamp " * 2_000), "search", "it can have up to 1,000 characters"),
    ],
)
def test_a_query_that_is_refused_names_the_place(run, arguments, field, message):
    run("ticket", "create", "--title", "Lamp", "--description", "Dark.", "--email", "rita@example.com")
    refused = run(*arguments, "--json") if arguments[1] == "list" else run(*arguments)
    assert refused.code == 1
    assert message in refused.err
    assert f"{field}: " in refused.err
    assert len(refused.err) < 400


def test_imported_tickets_are_found_by_special_names(run, tmp_path):
    file = tmp_path / "tickets.csv"
    file.write_text(
        "title,description,contact_email\nC++ build,Uses C#,rita@example.com\n订单退款问题,-,rita@example.com\n",
        "utf-8",
    )
    run("ticket", "import", str(file))
    for query, number in (("C++", 1), ("C#", 1), ("退款", 2)):
        assert [ticket["number"] for ticket in run("ticket", "list", query, "--json").json["tickets"]] == [number]


def test_references_of_all_that_match_go_to_other_commands(run):
    for title in ("Lamp", "Door", "Lamp shade"):
        run.ticket(title)
    assert run("ticket", "list", "--refs", "lamp").out == "3\n1\n"
    assert run("ticket", "list", "--refs", "is:deleted").out == ""
    assert run("ticket", "list", "--refs", "--limit", "2").out == "1\n2\n"
    assert run("ticket", "list", "--refs", "--page", "2").code == 2
    assert run("ticket", "list", "--refs", "--json").code == 2
    changed = run("ticket", "update", "-", "--status", "resolved", "--json", stdin=run("ticket", "list", "--refs").out)
    assert changed.json["changed"] == [1, 2, 3]


def test_a_ticket_says_who_it_waits_for_and_who_takes_part(run):
    run.ticket("Lamp")
    run("ticket", "reply", "1", "--text", "Which lamp?", "--cc", "sam@example.com")
    (ticket,) = run("ticket", "list", "awaiting:them from:example.com -is:unread", "--json").json["tickets"]
    assert (ticket["awaiting"], ticket["unread"], ticket["participants"]) == ("them", False, ["sam@example.com"])
    assert (ticket["owner"], ticket["tags"], ticket["snoozed_until"], ticket["merged_into"]) == ("ann", [], None, None)


def test_fields_and_lines_of_json(run):
    run.ticket("Lamp")
    assert run("ticket", "list", "--ndjson", "--fields", "number,awaiting,unread").out == (
        '{"number": 1, "awaiting": "us", "unread": false}\n'
    )


@pytest.mark.parametrize("option", ["--refs", "--json"])
def test_hostile_queries_are_answered_or_refused_in_one_sentence(run, option):
    run.ticket("Lamp")
    for text in HOSTILE_STRINGS[::7]:
        for typed in (text, f"tag:{text}", f'owner:"{text}', f"note:{text} OR from:{text}"):
            ended = run("ticket", "list", option, "--", typed)
            assert ended.code in (0, 1), typed
            assert "Traceback" not in ended.err


@pytest.mark.parametrize("command", ["show", "messages"])
def test_a_ticket_is_unread_until_its_words_are_shown(run, command):
    run.ticket("Lamp")
    assert run("ticket", "list", "--refs", "is:unread").out == ""
    assert run("ticket", "list", "--refs", "is:unread", agent="bob").out == "1\n"
    run("ticket", command, "1", agent="bob")
    assert run("ticket", "list", "--refs", "is:unread", agent="bob").out == ""
    run("ticket", "note", "1", "--text", "Called them.", agent="bob")
    assert run("ticket", "list", "--refs", "is:unread").out == "1\n"
