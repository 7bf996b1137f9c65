"""Many tickets at once from a shell, and macros."""

import json


def test_macros_from_a_shell(run):
    run.ticket("One")
    run.ticket("Two", email="sam@example.com")
    words = ("--status", "resolved", "--tag", "+done", "--tag", "-open", "--reply", "Done, {{requester}}.")
    saved = run("macro", "save", "close", *words, "--json")
    assert saved.json["actions"] == {
        "status": "resolved", "tags": ["+done", "-open"], "reply": "Done, {{requester}}."
    }  # fmt: skip
    assert "close" in run("macro", "list").out
    assert json.loads(run("macro", "list", "--ndjson").out)["name"] == "close"
    dry = run("macro", "run", "close", "-", "--dry-run", stdin="1\n2\n")
    assert dry.out == "will answer 2 tickets, resolve them and tag them +done -open and mail 2 requesters\n"
    ended = run("macro", "run", "close", "1", "2", "--json")
    assert ended.json["changed"] == [1, 2]
    assert run("undo").code == 0
    assert run("ticket", "show", "2", "--json").json["tags"] == []
    assert run("macro", "run", "open", "1").code == 3
    assert run("macro", "save", "x").code == 1
    assert run("macro", "delete", "close").out == "macro close deleted\n"


def test_what_many_changes_would_do_is_said_first(run):
    for title in ("One", "Two", "Three"):
        run.ticket(title)
    run("ticket", "update", "3", "--status", "resolved")
    refs = "1\n#2\n"
    dry = run("ticket", "update", "-", "--status", "resolved", "--dry-run", "--json", stdin=refs).json
    assert dry["summary"] == "will resolve 2 tickets and mail 1 requester"
    assert run("ticket", "tag", "-", "+vip", "--dry-run", stdin=refs).out == "will tag 2 tickets +vip and mail nobody\n"
    assert "assign 2 tickets to you" in run("ticket", "assign", "-", "me", "--dry-run", stdin=refs).out
    assert "snooze 2 tickets until 2h" in run("ticket", "snooze", "-", "--until", "2h", "--dry-run", stdin=refs).out
    assert {each["status"] for each in run("ticket", "list", "--json").json["tickets"]} == {"new", "resolved"}
    done = run("ticket", "update", "-", "--status", "resolved", "--json", stdin=refs).json
    assert done["changed"] == [1, 2]
    assert run("undo").code == 0
    assert run("ticket", "show", "1", "--json").json["status"] == "new"
    assert run("ticket", "update", "1", "--title", "x", "--dry-run").code == 2


def test_macros_of_the_config_file(run, tmp_path):
    run.ticket()
    config = tmp_path / "config.toml"
    config.write_text('[macros.Close]\nstatus = "resolved"\ntags = ["+done"]\n', "utf-8")

    def typed(*words):
        return run.typed("--config", str(config), "--db", str(run.db), "--as", "ann", *words)

    [found] = typed("macro", "list", "--json").json
    assert (found["name"], found["actions"]) == ("Close", {"status": "resolved", "tags": ["+done"]})
    assert (found["changed_by"], found["changed_at"]) == ("", None)
    assert typed("macro", "run", "close", "1", "--json").json["tags"] == ["done"]
    for text, says in (
        ("[macros.Close]\nstatus = 7\n", "macros.Close: status: '7' is not allowed"),
        ("[macros.Close]\nverb = 'x'\n", "macros.Close: macro: 'verb' is not allowed"),
    ):
        # A fault of one keeps nobody from using the others.
        config.write_text(f'{text}[macros.open]\nstatus = "new"\n', "utf-8")
        listed = typed("macro", "list")
        assert (listed.code, says in listed.out) == (0, True), listed.out
        assert says in typed("macro", "run", "close", "1").err
        assert typed("macro", "run", "open", "1").code == 0
    for text in ("macros = 3\n", "[macros]\nclose = 'x'\n"):
        config.write_text(text, "utf-8")
        ended = typed("macro", "list")
        assert ended.code == 1
        assert "it must be tables such as [macros.close]" in ended.err
        assert ended.err.count("\n") == 1
