"""Values from standard input."""

from types import SimpleNamespace

FILING = ("ticket", "create", "--title", "t", "--email", "rita@example.com")


def test_a_description_comes_from_standard_input(run):
    made = run(*FILING, "--description", "-", "--json", stdin="It says\nno.\n")
    assert made.json["description"] == "It says\nno."


def test_every_value_can_come_from_standard_input(run):
    words = {"--title": "t", "--description": "d", "--email": "rita@example.com", "--priority": "low"}
    for option, value in words.items():
        given = [word for pair in {**words, option: "-"}.items() for word in pair]
        assert run("ticket", "create", *given, "--json", stdin=f"{value}\n").code == 0
    ticket = run("ticket", "show", "-", "--json", stdin="4\n").json
    assert (ticket["title"], ticket["priority"]) == ("t", "low")
    assert run("ticket", "update", "4", "--status", "-", "--notes", "n", stdin="resolved\n").code == 0
    assert run("ticket", "update", "4", "--status", "new", "--notes", "-", stdin="why\n").code == 0
    assert run("ticket", "history", "4", "--json").json[-1]["notes"] == "why"
    assert run("ticket", "list", "--status", "-", "--json", stdin="new\n").json["tickets"] != []
    assert run("ticket", "list", "-", "--json", stdin="status:resolved").json["tickets"] == []


def test_standard_input_is_one_value(run):
    ended = run(*FILING[:2], "--title", "-", "--email", "r@example.com", "--description", "-", stdin="t")
    assert ended.code == 1
    assert "standard input was already read for title" in ended.err


def test_standard_input_that_is_no_text_arrives_as_text(run):
    made = run(*FILING, "--description", "-", "--json", stdin=b"\xff\xfe caf\xc3\xa9 \x00\x1b[31m")
    assert made.json["description"] == "\ufffd\ufffd café"


def test_endless_standard_input_is_refused(run):
    ended = run(*FILING, "--description", "-", stdin="x" * 1_000_001)
    assert ended.code == 1
    assert "description: standard input is too long; it can have up to 1,000,000 bytes" in ended.err


def test_an_empty_standard_input_is_an_empty_value(run):
    ended = run(*FILING, "--description", "-", stdin="")
    assert ended.err.startswith("Error: --description: '' is not allowed")


def test_a_closed_standard_input_is_said_so(run, monkeypatch):
    monkeypatch.setattr("supportdesk.cli.io.param_types.sys", SimpleNamespace(stdin=None))
    ended = run(*FILING, "--description", "-")
    assert (ended.code, ended.err) == (1, "Error: --description: standard input is closed\n")
