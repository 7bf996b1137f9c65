"""Merging and linking by command."""


def test_merge_and_unmerge(run):
    for title in ("One", "Two", "Three"):
        run.ticket(title)
    ended = run("ticket", "merge", "2", "-", "--into", "1", stdin="#3\n")
    assert (ended.code, ended.out) == (0, "#2 merged into #1\n#3 merged into #1\n")
    assert [each["number"] for each in run("ticket", "list", "--json").json["tickets"]] == [1]
    assert run("ticket", "show", "2", "--json").json["merged_into"] == 1
    assert run("ticket", "show", "1", "--json").json["merged"] == [2, 3]
    assert "merged into #1" in run("ticket", "show", "2").out
    assert [each["kind"] for each in run("ticket", "messages", "1", "--json").json] == ["requester"] * 3
    assert len(run("ticket", "notifications", "1", "--json").json) == 3
    assert run("ticket", "unmerge", "2", "--json").json["merged_into"] is None
    assert run("ticket", "unmerge", "2").code == 1
    assert run("ticket", "merge", "1", "--into", "1", "--json").error["field"] == "into"
    assert run("ticket", "merge", "1", "--into", "77").code == 3


def test_link_and_unlink(run):
    run.ticket("One")
    run.ticket("Two")
    assert run("ticket", "link", "2", "--to", "1").out == "#2 is now linked to #1\n"
    assert run("ticket", "show", "1", "--json").json["linked"] == [2]
    assert "linked" in run("ticket", "show", "2").out
    assert run("ticket", "unlink", "1", "--from", "2").out == "#1 is not linked to #2\n"
    assert run("ticket", "show", "1", "--json").json["linked"] == []


def test_a_possible_duplicate_is_pointed_out_at_creation(run):
    run.ticket("Lamp is dark")
    words = ("ticket", "create", "--description", "x", "--email", "rita@example.com", "--title")
    ended = run(*words, "Lamp is dark again")
    assert (ended.code, ended.err) == (0, "Note: #1 of the same requester is similar: Lamp is dark\n")
    assert run(*words, "Refund").err == ""
