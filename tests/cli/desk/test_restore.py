"""`supportdesk restore`: asks, puts the backup in place, and says where the old desk is."""

import os

import pytest

pytestmark = pytest.mark.sqlite


def test_a_backup_is_restored_when_that_is_confirmed(run, home):
    create = ("ticket", "create", "--description", "d", "--email", "rita@example.com", "--title")
    run(*create, "In the backup")
    run("backup", str(home / "copy.db"))
    run(*create, "Too late")
    asked = run("restore", str(home / "copy.db"))
    assert (asked.code, asked.err) == (
        1,
        "Error: yes: cannot ask for confirmation without a terminal; pass --yes\n",
    )
    assert len(run("ticket", "list", "--json").json["tickets"]) == 2
    restored = run("restore", str(home / "copy.db"), "--yes", "--json").json
    assert restored["tickets"] == 1
    assert os.path.exists(restored["aside"])
    assert [ticket["title"] for ticket in run("ticket", "list", "--json").json["tickets"]] == ["In the backup"]


def test_mail_that_came_in_since_the_backup_is_filed_again_and_not_acknowledged_twice(run, home):
    mail = b"From: rita@example.com\nTo: help@example.com\nSubject: %s\nMessage-ID: <%s@x>\n\nIt is dark.\n"
    for name in (b"before", b"since", b"later"):
        assert run("mail", "receive", stdin=mail % (name, name)).code == 0
        if name == b"before":
            run("backup", str(home / "copy.db"))
    restored = run("restore", str(home / "copy.db"), "--yes")
    assert "2 mails that came in since were filed again" in restored.out
    tickets = run("ticket", "list", "--json").json["tickets"]
    assert sorted(each["title"] for each in tickets) == ["before", "later", "since"]
    assert [each["notification_type"] for each in run("ticket", "notifications", "2", "--json").json] == []
    assert run("restore", str(home / "copy.db"), "--yes", "--json").json["mails_filed"] == 2


def test_what_is_no_desk_is_refused_before_anything_is_asked(run, home):
    (home / "letter.txt").write_text("Dear desk,\n" * 500)
    refused = run("restore", str(home / "letter.txt"))
    assert refused.code == 1
    assert refused.err.startswith("Error: file: ")
    assert "is not a desk" in refused.err
