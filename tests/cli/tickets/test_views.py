"""Saved views on the command line."""


def test_views_are_saved_listed_and_deleted(run):
    assert run("view", "save", "Urgent", "priority:high", "status:open").out == (
        "view Urgent saved: priority:high status:open\n"
    )
    saved = run("view", "save", "Lamps", "lamp", "--team", "--json").json
    assert (saved["name"], saved["query"], saved["owner"], saved["fault"]) == ("Lamps", "lamp", None, "")
    assert [each["name"] for each in run("view", "list", "--json").json] == ["Urgent", "Lamps"]
    assert run("view", "list").out.splitlines()[0].split() == ["NAME", "OF", "QUERY"]
    assert run("view", "delete", "lamps", "--json").json == {"name": "Lamps", "deleted": True}
    assert run("view", "delete", "lamps").code == 3


def test_a_query_that_does_not_parse_is_refused(run):
    refused = run("view", "save", "Red", "colour:red", "--json")
    assert refused.code == 1
    assert "unknown filter 'colour' at character 1" in refused.err
