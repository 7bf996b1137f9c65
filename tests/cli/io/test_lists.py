"""Lists: filters, pages, cursors, CSV."""

import base64
import csv
import io
import json

import pytest


@pytest.fixture
def desk(run):
    """Nine tickets of all priorities, three of them resolved."""
    for number in range(9):
        run.ticket(
            f"Ticket about {'refunds' if number % 2 else 'plants'}",
            priority=("low", "medium", "high")[number % 3],
            email=("rita@example.com", "sam@example.com")[number % 2],
        )
    run("ticket", "update", "2", "4", "6", "--status", "resolved")
    return run


def numbers(ended):
    return [ticket["number"] for ticket in ended.json["tickets"]]


def test_an_empty_desk_is_an_empty_list(run):
    assert run("ticket", "list", "--json").json == {"tickets": [], "next_cursor": None}
    assert run("ticket", "list").out == "no tickets\n"
    assert run("ticket", "list", "status:new").out == "no tickets for status:new\n"
    assert run("ticket", "list", "--csv").out.count("\n") == 1
    assert run("notification", "list", "--json").json == {"notifications": [], "next_cursor": None}
    assert run("notification", "list").out == "no notifications\n"
    assert run("history", "--json").json == {"entries": [], "next_cursor": None}
    assert run("history").out == "no entries\n"


def test_the_queue_has_urgent_and_old_first_and_resolved_last(desk):
    assert numbers(desk("ticket", "list", "--json")) == [3, 9, 5, 8, 1, 7, 2, 4, 6]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--status", "resolved"], {2, 4, 6}),
        (["--status", "open"], {1, 3, 5, 7, 8, 9}),
        (["--status", "RESOLVED"], {2, 4, 6}),
        (["--priority", "high"], {3, 6, 9}),
        (["--priority", "high,low"], {1, 3, 4, 6, 7, 9}),
        (["--email", "SAM@example.com"], {2, 4, 6, 8}),
        (["--status", "new", "--priority", "high"], {3, 9}),
        (["refunds"], {2, 4, 6, 8}),
        (["status:new", "refunds"], {8}),
        (["status:new refunds"], {8}),
        (["status:new", "--status", "resolved"], {2, 4, 6}),
        (["--", "ticket", "-refunds"], {1, 3, 5, 7, 9}),
        (["zebra"], set()),
    ],
)
def test_filters_find_what_they_say(desk, words, found):
    assert set(numbers(desk("ticket", "list", "--json", *words))) == found


def test_newest_and_lately_updated_come_first_when_asked(desk):
    assert numbers(desk("ticket", "list", "--json", "--order", "newest"))[0] == 9
    desk("ticket", "update", "5", "--priority", "low")
    assert numbers(desk("ticket", "list", "--json", "--order", "updated"))[0] == 5


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--status", "done"], "status: 'done' is not allowed; it can be open, new, in-progress or resolved"),
        (["--priority", "urgent"], "it can be low, medium or high"),
        (["--order", "random"], "it can be queue, newest or updated"),
        (["--status", ""], "status: '' is not allowed"),
        (["--email", " "], "email: ' ' is not allowed"),
        (["status:done"], "status: 'done' is not allowed"),
        (["x" * 1001], "up to 1,000 characters"),
        (["--limit", "0"], "limit: '0' is not allowed; it must be a whole number from 1 to 1,000"),
        (["--limit", "1001"], "from 1 to 1,000"),
        (["--limit", "-1"], "from 1 to 1,000"),
        (["--limit", "many"], "from 1 to 1,000"),
    ],
)
def test_a_bad_filter_is_refused_and_says_what_is_allowed(run, words, says):
    ended = run("ticket", "list", *words)
    assert ended.code == 1
    assert says in ended.err


@pytest.mark.parametrize(
    "words",
    [
        ["ticket", "list"],
        ["ticket", "list", "--order", "newest"],
        ["ticket", "list", "--order", "updated"],
        ["ticket", "list", "ticket"],
        ["notification", "list"],
        ["history"],
    ],
)
def test_pages_joined_by_cursors_give_everything_once(desk, words):
    whole = desk(*words, "--json", "--limit", "100").json
    rows = next(iter(whole.values()))
    assert whole["next_cursor"] is None

    walked, cursor = [], []
    for _ in range(20):
        page = desk(*words, "--json", "--limit", "2", *cursor).json
        walked += next(iter(page.values()))
        if page["next_cursor"] is None:
            break
        cursor = ["--cursor", page["next_cursor"]]
    assert walked == rows


def test_a_page_that_just_fits_is_the_last(desk):
    assert desk("ticket", "list", "--json", "--limit", "9").json["next_cursor"] is None


def test_a_ticket_filed_meanwhile_shifts_no_page(desk):
    first = desk("history", "--json", "--limit", "3").json
    desk.ticket()
    second = desk("history", "--json", "--limit", "3", "--cursor", first["next_cursor"]).json
    assert [entry["seq"] for entry in first["entries"] + second["entries"]] == [12, 11, 10, 9, 8, 7]


def coded(*key):
    return base64.b64encode(json.dumps(key).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "rubbish",
        "!!!!",
        "é",
        "A" * 10_000,
        coded("newest", "2026-11-22T10:15:30.123Z", 1),
        coded("queue", "0", "2026-11-22T10:15:30.123Z", 1),
        coded("queue", True, "2026-11-22T10:15:30.123Z", 1),
        coded("queue", 0, "\ud800", 1),
        coded("queue", 0, "2026-11-22T10:15:30.123Z", 2**64),
        coded("queue"),
        base64.b64encode(b"[").decode(),
        base64.b64encode(b"{}").decode(),
        base64.b64encode(b"7").decode(),
        base64.b64encode(b"[" * 200).decode(),
    ],
)
def test_a_broken_cursor_is_one_sentence(desk, cursor):
    ended = desk("ticket", "list", "--cursor", cursor)
    assert ended.code == 1
    assert ended.err.startswith("Error: --cursor: ")
    assert "next_cursor" in ended.err
    assert len(ended.err) < 250
    for words in (["notification", "list"], ["history"]):
        assert desk(*words, "--cursor", cursor, "--json").error["field"] == "cursor"


def test_people_are_told_how_many_there_are_and_how_to_go_on(desk):
    last = desk("ticket", "list", "--limit", "4", "status:new").out.splitlines()[-1]
    assert last.startswith("4 of 6 tickets for status:new; continue with --cursor ")
    assert desk("ticket", "list").out.splitlines()[-1] == "9 of 9 tickets"
    assert desk("notification", "list").out.splitlines()[-1] == "12 of 12 notifications"
    assert desk("notification", "list", "--ticket", "2").out.splitlines()[-1] == "2 of 2 notifications for 2"
    assert desk("history").out.splitlines()[-1] == "12 of 12 entries"


@pytest.mark.parametrize(
    "words",
    [
        ["ticket", "list"],
        ["ticket", "history", "2"],
        ["ticket", "notifications", "2"],
        ["notification", "list"],
        ["history"],
    ],
)
def test_csv_says_what_json_says(desk, words):
    whole = desk(*words, "--json").json
    rows = whole if isinstance(whole, list) else next(iter(whole.values()))
    table = list(csv.DictReader(io.StringIO(desk(*words, "--csv").out)))
    assert [list(row) for row in table] == [list(row) for row in rows]
    for said, meant in zip(table, rows, strict=True):
        for name, value in meant.items():
            if isinstance(value, dict):
                assert json.loads(said[name]) == value
            else:
                assert said[name] == ("" if value is None else str(value))


def test_fields_of_several_lines_survive_csv(run):
    run.ticket('A "quoted", title', description="one\ntwo, three")
    [row] = csv.DictReader(io.StringIO(run("ticket", "list", "--csv").out))
    assert (row["title"], row["description"]) == ('A "quoted", title', "one\ntwo, three")


def test_notifications_are_filtered_by_status_and_ticket(desk):
    desk.ticket(email="fail@example.com")
    desk.deliver()
    [failed] = desk("notification", "list", "--status", "failed", "--json").json["notifications"]
    assert failed["recipient_email"] == "fail@example.com"
    about = desk("notification", "list", "--ticket", "2", "--json").json["notifications"]
    assert [message["notification_type"] for message in about] == ["status_update", "ticket_created"]
    ended = desk("notification", "list", "--status", "lost")
    assert (ended.code, "it can be pending, sent, failed" in ended.err) == (1, True)
    assert desk("notification", "list", "--ticket", "99").code == 3


def test_a_notification_is_read_as_it_was_sent(desk):
    newest = desk("notification", "list", "--json", "--limit", "1").json["notifications"][0]
    fields = {"id", "ticket_id", "recipient_email", "notification_type", "subject", "content", "status", "sent_at"}
    assert set(newest) >= fields | {"created_at"}
    assert desk("notification", "show", newest["id"], "--json").json == newest
    shown = desk("notification", "show", newest["id"]).out
    assert f"subject    {newest['subject']}" in shown
    assert newest["content"].strip() in shown
    assert desk("notification", "show", "ffffffff-ffff").code == 3
    assert desk("notification", "show", "xyz").code == 1


@pytest.mark.parametrize("command", [("ticket", "list"), ("faq", "list"), ("ticket", "export"), ("history",)])
def test_two_formats_at_once_are_wrong_usage(desk, command):
    for flags in (("--csv", "--json"), ("--json", "--csv")):
        ended = desk(*command, *flags)
        assert (ended.code, ended.out) == (2, "")
        assert "exclude each other" in ended.err
    assert desk(*command, "--csv", "--csv").code == 0
