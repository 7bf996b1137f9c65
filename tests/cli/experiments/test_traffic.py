"""Users and events of experiments by command: assigned, tracked, refused and forgotten."""

import json

import pytest


def test_assigning_and_tracking(run, experiment):
    test = experiment()
    assigned = run("experiment", "assign", "1", "user123", "--json").json
    names = ["test_id", "user_identifier", "variant", "hash_value", "assigned_at", "stored", "note"]
    assert list(assigned) == names
    assert (assigned["test_id"], assigned["stored"]) == (test["id"], True)
    assert run("experiment", "assign", "1", "user123", "--json").json == assigned
    assert run("experiment", "assign", "1", "user123").out == f"user123: {assigned['variant']}\n"
    words = ("experiment", "track", "1", "user123", "clicks", "--value", "1", "--data", '{"color": "blue"}')
    tracked = run(*words, "--event-id", "a", "--json").json
    assert json.loads(tracked["event_data"]) == {"color": "blue"}
    assert (tracked["event_value"], tracked["counted"], tracked["variant"]) == (1, True, assigned["variant"])
    assert run(*words, "--event-id", "a").out == "clicks of user123 was known already\n"
    assert run("experiment", "show", "1", "--json").json["total_participants"] == 1


def test_a_second_conversion_says_that_it_counts_no_more(run, experiment):
    experiment("--secondary", "basket:revenue")
    run("experiment", "assign", "1", "u")
    assert run("experiment", "track", "1", "u", "clicks").out.endswith(") counts\n")
    again = run("experiment", "track", "1", "u", "clicks").out
    assert again == "clicks of u kept; this user counts already, or is left out; a conversion counts once\n"
    told = run("experiment", "track", "1", "u", "clicks", "--json").json
    assert (told["counted"], told["repeated"]) == (False, False)
    for _ in range(2):
        assert run("experiment", "track", "1", "u", "basket", "--value", "2", "--json").json["counted"] is True


def test_what_is_not_counted_comes_with_the_command_that_would_count_it(run, experiment):
    experiment()
    run("experiment", "assign", "1", "u")
    for _ in range(3):
        run("experiment", "track", "1", "u", "button_clicked")
    for command in ("show", "events"):
        shown = run("experiment", command, "1").out
        assert "not counted: 3 × button_clicked;" in shown
        assert "supportdesk experiment clone 1 --secondary button_clicked" in shown
    clone = run("experiment", "clone", "1", "--metric", "clicks,button_clicked", "--json").json
    assert (clone["target_metric"], clone["status"], clone["number"]) == ("clicks,button_clicked", "draft", 2)


def test_many_users_at_once(run, experiment, tmp_path):
    experiment()
    piped = run("experiment", "assign", "1", "--users", "-", "--json", stdin="a\nb\n\na\n").json["assignments"]
    assert [each["user_identifier"] for each in piped] == ["a", "b", "a"]
    assert run("experiment", "assign", "1", "-", "--json", stdin="a\n").json == piped[0]
    assert run("experiment", "assign", "1", "-", "--json", stdin="a\nb\n").json["assignments"] == piped[:2]
    users = tmp_path / "users.txt"
    users.write_text("a\nc\n")
    lines = run("experiment", "assign", "1", "--users", str(users)).out.splitlines()
    assert lines[0] == f"a\t{piped[0]['variant']}"
    assert run("experiment", "show", "1", "--json").json["total_participants"] == 3
    assert run("experiment", "assign", "1", "--users", str(tmp_path / "none")).code == 1
    assert run("experiment", "assign", "1").code == 2


@pytest.mark.parametrize(
    ("line", "said"), [(b"x" * 400, "line 3, user: 400 characters"), (b"\xff\xfe\x00", "line 3: it is no")]
)
def test_a_bad_user_among_many_is_named_by_its_line(run, experiment, tmp_path, line, said):
    experiment()
    users = tmp_path / "users.txt"
    users.write_bytes(b"a\n\n" + line + b"\nb\n")
    refused = run("experiment", "assign", "1", "--users", str(users), "--json")
    assert (refused.code, refused.error["field"]) == (1, "users")
    assert said in refused.error["message"]


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (["assign", "9", "u"], 3, "reference"),
        (["assign", "1", ""], 1, "user"),
        (["assign", "1", "x" * 400], 1, "user"),
        (["track", "1", "stranger", "clicks"], 1, "user"),
        (["track", "1", "u", "clicks", "--value", "nan"], 1, "value"),
        (["track", "1", "u", "clicks", "--value", "inf"], 1, "value"),
        (["track", "1", "u", "clicks", "--data", "{'a': 1}"], 1, "data"),
        (["track", "1", "u", "clicks", "--at", "2999-01-01T00:00:00Z"], 1, "at"),
        (["track", "1", "u", "clicks", "--at", "1999-01-01T00:00:00Z"], 1, "at"),
        (["track", "1", "u", "\x1b[31m"], 1, "event"),
    ],
)
def test_bad_users_and_events_are_refused_in_a_sentence(run, experiment, words, code, field):
    experiment()
    run("experiment", "assign", "1", "u")
    refused = run("experiment", *words, "--json")
    assert (refused.code, refused.error["field"]) == (code, field)
    assert run("experiment", "events", "1", "--json").json["events"] == []


def test_a_note_says_that_nothing_was_stored(run, experiment):
    experiment(start=False)
    shown = run("experiment", "assign", "1", "u")
    assert shown.code == 0
    assert shown.err == "Note: not stored; a draft: nobody is assigned before it starts\n"
    assert run("experiment", "assign", "1", "u", "--json").json["stored"] is False


def test_a_user_is_forgotten_after_a_question(run, experiment):
    experiment()
    run("experiment", "assign", "1", "ann")
    run("experiment", "track", "1", "ann", "clicks")
    assert run("experiment", "forget", "1", "ann").code == 1
    done = run("experiment", "forget", "1", "ann", "--yes", "--json").json
    assert done == {"user": "ann", "events": 1, "experiments": [1]}
    assert "forgotten   1 user; their counts stay" in run("experiment", "show", "1").out
    assert run("experiment", "forget", "all", "ann", "--yes").code == 3
