"""Tickets from the command line, as the original's requests did it."""

import re

import pytest

from tests.hostile import HOSTILE_STRINGS

TICKET_FIELDS = {
    "id",
    "number",
    "title",
    "description",
    "priority",
    "status",
    "contact_email",
    "created_at",
    "updated_at",
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_a_ticket_is_filed_with_all_its_fields(run):
    ticket = run.ticket("Cannot log in", description="It says no.", email="rita@example.com", priority="high")
    assert set(ticket) >= TICKET_FIELDS
    assert ticket["number"] == 1
    assert ticket["title"] == "Cannot log in"
    assert ticket["description"] == "It says no."
    assert (ticket["priority"], ticket["status"]) == ("high", "new")
    assert ticket["contact_email"] == "rita@example.com"
    assert MOMENT.fullmatch(ticket["created_at"])
    assert ticket["created_at"] == ticket["updated_at"]


def test_priority_is_medium_when_nobody_says(run):
    assert run.ticket()["priority"] == "medium"


def test_people_read_the_number_and_the_id(run):
    ended = run("ticket", "create", "--title", "t", "--description", "d", "--email", "rita@example.com")
    assert re.fullmatch(r"#1 created \(id [0-9a-f-]{36}\)\n", ended.out)


def test_filing_sends_the_requester_a_mail(run):
    run.ticket()
    assert [mail["status"] for mail in run("ticket", "notifications", "1", "--json").json] == ["pending"]
    run.deliver()
    [mail] = run("ticket", "notifications", "1", "--json").json
    assert (mail["notification_type"], mail["status"]) == ("ticket_created", "sent")
    assert mail["recipient_email"] == "rita@example.com"
    assert MOMENT.fullmatch(mail["sent_at"])


def test_a_mail_that_cannot_be_sent_leaves_the_ticket_filed(run):
    run.ticket(email="fail@example.com")
    run.deliver()
    [mail] = run("ticket", "notifications", "1", "--json").json
    assert (mail["status"], mail["sent_at"]) == ("failed", None)


def test_a_command_that_need_not_wait_sends_what_it_queued_and_leaves_the_rest_to_others(
    run, sql, monkeypatch, tmp_path
):
    run("preference", "set", "dora@example.com", "--frequency", "daily")
    for email in ("rita@example.com", "dora@example.com"):
        run.ticket(email=email)
    sql("UPDATE notifications SET due_at = '2000-01-01T00:00:00.000Z'")
    at_once = tmp_path / "at-once.toml"
    at_once.write_text("[mail]\nhold = 0\n")
    monkeypatch.setenv("SUPPORTDESK_CONFIG", str(at_once))
    run.ticket(email="omar@example.com")
    mails = run("notification", "list", "--json").json["notifications"]
    assert {mail["recipient_email"]: mail["status"] for mail in mails} == {
        "omar@example.com": "sent", "rita@example.com": "pending", "dora@example.com": "pending",
    }  # fmt: skip
    assert run("notification", "deliver").out == "1 digest made, 2 sent\n"


@pytest.mark.parametrize("broken", ["storage", "mistake"])
def test_trouble_with_sending_fails_no_command(run, monkeypatch, tmp_path, broken):
    from supportdesk.domain.errors import Unavailable
    from supportdesk.services.mail.service import Mail

    def deliver(self, **_):
        raise Unavailable("the desk is locked") if broken == "storage" else RuntimeError("a provider's mistake")

    monkeypatch.setattr(Mail, "deliver", deliver)
    at_once = tmp_path / "at-once.toml"
    at_once.write_text("[mail]\nhold = 0\n")
    monkeypatch.setenv("SUPPORTDESK_CONFIG", str(at_once))
    ended = run("ticket", "create", "--title", "t", "--description", "d", "--email", "r@example.com", "--json")
    assert ended.code == 0
    assert ended.json["number"] == 1
    assert ended.err.startswith("Note: the mail about it is still to be sent: ")
    assert ended.err.count("\n") == 1
    assert run("health", "--json").json["notifications_waiting"] == 1


@pytest.mark.parametrize(
    ("option", "value", "field", "allowed"),
    [
        ("--title", "", "title", "up to 500 characters"),
        ("--title", "x" * 501, "title", "up to 500"),
        ("--title", "\u200b", "title", "needs some text"),
        ("--description", "   ", "description", "needs some text"),
        ("--description", "x" * 100_001, "description", "up to 100,000"),
        ("--email", "rita", "contact_email", "ann@example.com"),
        ("--priority", "urgent", "priority", "it can be low, medium or high"),
    ],
)
def test_a_bad_value_is_refused_by_name_and_nothing_is_saved(run, option, value, field, allowed):
    values = {"--title": "t", "--description": "d", "--email": "rita@example.com", option: value}
    words = [word for pair in values.items() for word in pair]
    ended = run("ticket", "create", *words)
    assert ended.code == 1
    assert ended.err.startswith(f"Error: {option}: ")
    assert allowed in ended.err
    assert ended.err.count("\n") == 1

    error = run("ticket", "create", *words, "--json").error
    assert error["code"] == "invalid_value"
    assert error["field"] == field
    assert run("ticket", "list", "--json").json["tickets"] == []


def test_the_name_typed_beside_an_address_is_kept(run):
    run.ticket()
    run("ticket", "update", "1", "--email", "Tom Example <tom@example.com>", "--status", "in-progress")
    assert run("ticket", "history", "1", "--json").json[-1]["notes"] == "requester: Tom Example"
    run("agent", "set", "bob", "--email", "Bob Example <bob@example.com>")
    [bob] = [agent for agent in run("agent", "list", "--json").json if agent["name"] == "bob"]
    assert (bob["email"], bob["display_name"]) == ("bob@example.com", "Bob Example")


def test_a_title_that_would_drive_a_terminal_arrives_harmless(run):
    ticket = run.ticket(
        "[/b] \x1b]0;owned\x07\x1b[31mred\x1b[0m \u202efdp.exe\nnext", description="a\x1b[2Jb\x00c\td\ne"
    )
    assert ticket["title"] == "[/b] red fdp.exe next"
    assert ticket["description"] == "abc\td\ne"
    for words in (["ticket", "list"], ["ticket", "show", "1"], ["history"], ["notification", "list"]):
        shown = run(*words).out
        assert "[/b] red" in shown
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", shown)


def test_no_naughty_string_breaks_a_search_or_a_list(run):
    run.ticket()
    for text in HOSTILE_STRINGS[::4]:
        ended = run("ticket", "list", "--", text.replace("\0", ""))
        assert ended.code in (0, 1), (text, ended.err)
        assert ended.err.count("\n") <= 1


def test_naughty_strings_are_titles_like_any_other(run):
    strings = [text for text in HOSTILE_STRINGS if len(text) < 150][::10]
    filed = 0
    for text in strings:
        words = ("--title", f"t {text}", "--description", f"d {text}", "--email", "rita@example.com")
        filed += run("ticket", "create", *words).code == 0
    listed = run("ticket", "list", "--json", "--limit", "1000")
    assert len(listed.json["tickets"]) == filed == len(strings)
    shown = run("ticket", "list", "--limit", "1000").out
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown)
    assert len(shown.splitlines()) == filed + 2


def test_the_same_ticket_is_named_by_number_sign_id_and_prefix(run):
    ticket = run.ticket()
    # A prefix of digits only would be a number, so it has to reach the id's first letter.
    letter = max(re.search("[a-f-]", ticket["id"]).end(), 4)
    for ref in ("1", "#1", " 1 ", ticket["id"], ticket["id"].upper(), ticket["id"][:letter]):
        assert ticket.items() <= run("ticket", "show", ref, "--json").json.items()


def test_a_prefix_of_digits_is_a_number(run):
    run.ticket()
    ended = run("ticket", "show", "123456")
    assert (ended.code, ended.err) == (3, "Error: there is no ticket 123456\n")


@pytest.mark.sqlite
def test_an_ambiguous_prefix_lists_its_candidates(run, sql):
    for number in (1, 2):
        run.ticket()
        sql("UPDATE tickets SET id = ? WHERE number = ?", f"abcd000{number}-0000-4000-8000-000000000000", number)
    ended = run("ticket", "show", "abcd")
    assert ended.code == 1
    assert "#1 abcd0001" in ended.err
    assert "#2 abcd0002" in ended.err
    assert run("ticket", "show", "abcd", "--json").error["code"] == "ambiguous_reference"
    assert run("ticket", "show", "abcd0002", "--json").json["number"] == 2


@pytest.mark.parametrize("ref", ["abc", "x", "#", "12a", "9" * 30, "-", "%", "' OR 1=1"])
def test_what_is_no_reference_is_refused(run, ref):
    run.ticket()
    ended = run("ticket", "show", "--", ref)
    assert ended.code == 1
    assert "reference: " in ended.err


@pytest.mark.parametrize("ref", ["2", "ffff", "00000000-0000-4000-8000-000000000000"])
def test_what_does_not_exist_ends_with_3(run, ref):
    run.ticket()
    for verb in ("show", "history", "notifications"):
        assert run("ticket", verb, ref).code == 3
    assert run("ticket", "update", ref, "--status", "resolved", "--json").error["code"] == "not_found"


def test_show_tells_people_everything(run):
    run.ticket("Cannot log in", description="First line.\nSecond line.")
    shown = run("ticket", "show", "1").out
    for words in ("#1 Cannot log in", "status     new", "priority   medium", "rita@example.com", "First line.\nSecond"):
        assert words in shown


def test_update_changes_status_priority_and_history(run):
    run.ticket()
    changed = run("ticket", "update", "1", "--status", "resolved", "--priority", "low", "--notes", "It was caps lock")
    assert (changed.code, changed.out) == (0, "#1 is now resolved, priority low\n")

    created, resolved = run("ticket", "history", "1", "--json").json
    assert set(created) == {"id", "ticket_id", "old_status", "new_status", "changed_by", "login", "notes", "changed_at"}
    assert (created["old_status"], created["new_status"]) == (None, "new")
    assert (resolved["old_status"], resolved["new_status"]) == ("new", "resolved")
    assert (resolved["changed_by"], resolved["notes"]) == ("ann", "It was caps lock")


def test_update_gives_one_ticket_for_one_reference(run):
    run.ticket()
    ticket = run("ticket", "update", "1", "--status", "in-progress", "--json").json
    assert set(ticket) >= TICKET_FIELDS
    assert ticket["status"] == "in-progress"


def test_update_of_several_is_all_or_nothing(run):
    for _ in range(3):
        run.ticket()
    refused = run("ticket", "update", "1", "2", "99", "--status", "resolved")
    assert refused.code == 3
    assert {each["status"] for each in run("ticket", "list", "--json").json["tickets"]} == {"new"}

    run("ticket", "update", "2", "--status", "resolved")
    done = run("ticket", "update", "1", "2", "#3", "--status", "resolved", "--json").json
    assert [each["number"] for each in done["tickets"]] == [1, 2, 3]
    assert done["changed"] == [1, 3]


def test_update_takes_its_references_from_a_pipe(run):
    for _ in range(3):
        run.ticket()
    done = run("ticket", "update", "-", "--status", "resolved", stdin="1\n#3\n")
    assert done.out == "#1 is now resolved, priority medium\n#3 is now resolved, priority medium\n"
    empty = run("ticket", "update", "-", "--status", "resolved", stdin="\n")
    assert (empty.code, empty.err) == (1, "Error: refs: standard input names no ticket\n")


def test_saying_what_is_so_already_changes_nothing(run):
    before = run.ticket()
    ended = run("ticket", "update", "1", "--status", "new")
    assert (ended.code, ended.out) == (0, "#1 was already new, priority medium\n")
    assert before.items() <= run("ticket", "show", "1", "--json").json.items()
    assert len(run("ticket", "history", "1", "--json").json) == 1


def test_notes_need_no_change(run):
    run.ticket()
    assert (
        run("ticket", "update", "1", "--notes", "asked again").out
        == "#1 was already new, priority medium; note added\n"
    )
    assert run("ticket", "note", "1", "--text", "-", stdin="and again\n").code == 0
    notes = [message["text"] for message in run("ticket", "messages", "1", "--json").json if message["kind"] == "note"]
    assert notes == ["asked again", "and again"]
    assert run("ticket", "note", "1", "--text", " ", "--json").error["field"] == "text"
    assert run("ticket", "note", "9", "--text", "x").code == 3


def test_update_changes_title_description_and_requester(run):
    run.ticket()
    words = ["--title", "Lamp", "--description", "-", "--email", "omar@example.com"]
    changed = run("ticket", "update", "1", *words, "--json", stdin="Dark").json
    fields = ("title", "description", "contact_email")
    assert [changed[name] for name in fields] == ["Lamp", "Dark", "omar@example.com"]
    assert run("history", "--limit", "1").out.splitlines()[1].endswith("description edited")
    for option in ("--title", "--description"):
        assert run("ticket", "update", "1", option, " ", "--json").error["field"] == option[2:]
    refused = run("ticket", "update", "1", "--email", "rita")
    assert (refused.code, refused.err.startswith("Error: --email: 'rita' is not allowed")) == (1, True)


def test_delete_takes_a_ticket_out_of_all_lists_and_undelete_brings_it_back(run):
    for _ in range(2):
        run.ticket()
    assert run("ticket", "delete", "1", "--json").error["field"] == "yes"
    assert run("ticket", "delete", "1", "--yes").out == "#1 deleted\n"
    assert run("ticket", "delete", "-", "--yes", stdin="1 2").out == "#1 was already deleted\n#2 deleted\n"
    assert run("ticket", "list", "--json").json["tickets"] == []
    shown = run("ticket", "show", "1", "--json").json
    assert MOMENT.fullmatch(shown["deleted_at"])
    assert "deleted " in run("ticket", "show", "1").out
    refused = run("ticket", "update", "1", "--status", "resolved")
    assert (refused.code, refused.err) == (1, "Error: #1 is deleted; undelete it first\n")
    assert run("ticket", "undelete", "1", "1", "--json").json["changed"] == [1]
    assert run("ticket", "undelete", "1").out == "#1 was not deleted\n"
    assert [each["number"] for each in run("ticket", "list", "--json").json["tickets"]] == [1]
    assert run("undo").out == "undone: #1: restored\n"
    assert run("undo").out == "undone: #2: deleted: Cannot log in\n"
    assert run("ticket", "delete", "9", "--yes").code == 3


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (["--status", "done"], "it can be new, in-progress or resolved"),
        (["--priority", ""], "it can be low, medium or high"),
        (["--status", "resolved", "--notes", "x" * 2001], "up to 2,000"),
        (["--status", "resolved", "--if-version", "0"], "a whole number from 1"),
        (["--status", "resolved", "--if-version", "two"], "a whole number from 1"),
    ],
)
def test_a_bad_change_is_refused_and_says_what_is_allowed(run, words, allowed):
    run.ticket()
    ended = run("ticket", "update", "1", *words)
    assert ended.code == 1
    assert allowed in ended.err
    assert run("ticket", "show", "1", "--json").json["status"] == "new"


@pytest.mark.parametrize(
    "words",
    [
        ["update", "1"],
        ["update", "--status", "resolved"],
        ["update", "1", "2", "--status", "resolved", "--if-version", "1"],
        ["create", "--title", "t"],
        ["show"],
        ["show", "1", "2"],
        ["list", "--colour", "red"],
        ["frobnicate"],
    ],
)
def test_wrong_usage_ends_with_2_in_one_line(run, words):
    ended = run("ticket", *words)
    assert ended.code == 2
    assert ended.err.startswith("Error: ")
    assert ended.err.count("\n") == 1
    assert "--help" in ended.err
    assert run("ticket", *words, "--json").error["code"] == "wrong_usage"


def test_somebody_who_saw_an_older_version_overwrites_nothing(run):
    seen = run.ticket()["version"]
    assert run("ticket", "update", "1", "--priority", "high", "--if-version", str(seen), agent="bob").code == 0
    late = run("ticket", "update", "1", "--status", "resolved", "--if-version", str(seen), agent="ann")
    assert late.code == 4
    assert "bob" in late.err
    assert "priority medium → high" in late.err
    assert run("ticket", "show", "1", "--json").json["status"] == "new"
    error = run("ticket", "update", "1", "--status", "resolved", "--if-version", str(seen), "--json").error
    assert error["code"] == "conflict"


def test_the_mail_about_a_ticket_comes_newest_first_and_without_the_notes(run):
    run.ticket()
    run("ticket", "update", "1", "--status", "resolved", "--notes", "a difficult requester")
    newest, oldest = run("ticket", "notifications", "1", "--json").json
    assert (newest["notification_type"], oldest["notification_type"]) == ("status_update", "ticket_created")
    assert "difficult" not in newest["content"]


def test_a_ticket_with_more_mail_than_a_page_shows_it_all(run, monkeypatch):
    monkeypatch.setattr("supportdesk.cli.mail.notifications.PAGE_LIMIT", 2)
    run.ticket()
    for status in ("in-progress", "resolved", "new", "resolved"):
        run("ticket", "update", "1", "--status", status)
    assert len(run("ticket", "notifications", "1", "--json").json) == 5


def test_a_list_comes_by_pages_or_all_at_once(run):
    for number in range(5):
        run.ticket(f"Lamp {number}")

    def listed(*words):
        found = run("ticket", "list", "--order", "newest", *words, "--json").json
        return [each["number"] for each in found["tickets"]], found["next_cursor"]

    assert listed("--all", "--limit", "2") == ([5, 4, 3, 2, 1], None)
    first, cursor = listed("--limit", "2")
    assert (first, listed("--limit", "2", "--page", "1")) == ([5, 4], (first, cursor))
    assert listed("--limit", "2", "--page", "2") == listed("--limit", "2", "--cursor", cursor)
    assert listed("--limit", "2", "--page", "3") == ([1], None)
    assert listed("--limit", "2", "--page", "4") == ([], None)
    assert listed("lamp", "--all")[0] == [5, 4, 3, 2, 1]
    for words in (["--all", "--page", "1"], ["--page", "1", "--cursor", cursor], ["--all", "--cursor", cursor]):
        assert run("ticket", "list", *words).code == 2
    assert run("ticket", "list", "--page", "0").code == 1


def test_a_list_can_be_of_a_period(run, sql):
    for number, day in enumerate(("2026-11-17", "2026-11-18", "2026-11-19"), start=1):
        run.ticket()
        sql("UPDATE tickets SET created_at = ? WHERE number = ?", f"{day}T23:59:59.999Z", number)

    def listed(*words):
        return [each["number"] for each in run("ticket", "list", "--order", "newest", *words, "--json").json["tickets"]]

    assert listed("--since", "2026-11-18") == [3, 2]
    assert listed("--until", "2026-11-18") == [2, 1]
    assert listed("--since", "2026-11-18", "--until", "2026-11-18") == [2]
    assert listed("login OR log", "--since", "2026-11-19") == [3]
    assert listed("--since", "2026-11-18T23:59:59.999Z", "--until", "2026-11-19T23:59:59.999Z") == [2]
    assert run("ticket", "list", "--until", "2026-11-17").out.endswith("1 of 1 tickets\n")
    assert run("ticket", "list", "--since", "soon", "--json").error["field"] == "since"
