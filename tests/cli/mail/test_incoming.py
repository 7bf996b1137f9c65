"""`mail parse`: what a raw mail holds, without a desk."""

import json

import pytest

MAIL = b"From: Rita <rita@example.com>\nSubject: Lamp\nMessage-ID: <1@example.com>\n\nIt is dark.\n\n> quoted\n"


def test_scripts_read_what_a_mail_holds(run, tmp_path):
    (tmp_path / "one.eml").write_bytes(MAIL)
    document = run("mail", "parse", str(tmp_path / "one.eml"), "--json").json
    assert (document["from_email"], document["subject"], document["is_auto"]) == ("rita@example.com", "Lamp", "no")
    assert document["trimmed_text"] == "It is dark."
    assert (document["bounces"], document["attachments"]) == ([], [])


def test_people_read_the_reply_alone(run, tmp_path):
    (tmp_path / "one.eml").write_bytes(MAIL + b"\x1b[31m")
    ended = run("mail", "parse", str(tmp_path / "one.eml"))
    assert "Rita <rita@example.com>" in ended.out
    assert "\x1b" not in ended.out


def test_a_file_that_is_not_there_is_one_sentence(run, tmp_path):
    ended = run("mail", "parse", str(tmp_path / "none.eml"))
    assert ended.code == 1
    assert ended.err == f"Error: file: '{tmp_path / 'none.eml'}' cannot be read: No such file or directory\n"


def test_a_mail_system_hands_over_a_mail_and_hears_0_once_it_is_stored(run):
    filed = run("mail", "receive", "--envelope-from", "rita@example.com", "--json", stdin=MAIL.decode())
    assert (filed.code, filed.json["outcome"], filed.json["ticket"]) == (0, "new-ticket", 1)
    assert run("ticket", "show", "1", "--json").json["title"] == "Lamp"
    again = run("mail", "receive", "--json", stdin=MAIL.decode())
    assert (again.code, again.json["outcome"]) == (0, "duplicate")


def test_an_empty_mail_is_nothing_to_try_again(run):
    assert run("mail", "receive", stdin="").code == 0


def test_what_waits_for_a_decision_is_listed_shown_and_decided(run):
    run("mail", "receive", stdin=(b"Auto-Submitted: auto-replied\n" + MAIL).decode())
    [parked] = run("mail", "list", "--json").json
    assert "robot" in run("mail", "show", str(parked["seq"])).out
    assert run("mail", "accept", str(parked["seq"])).out == f"mail {parked['seq']} is now in #1\n"
    assert run("mail", "discard", str(parked["seq"])).code == 1
    assert run("mail", "list", "--state", "nothing").code == 1


@pytest.mark.parametrize("reference", ["", "#", "abc", "lamp", "a" * 65, "9" * 5000])
def test_a_mail_is_not_named_by_too_little_or_something_else(run, reference):
    run("mail", "receive", stdin=(b"Auto-Submitted: auto-replied\n" + MAIL).decode())
    [parked] = run("mail", "list", "--json").json
    ended = run("mail", "show", reference)
    assert ended.code == 1
    assert ended.err.startswith("Error: reference: ")
    assert len(ended.err) < 250
    assert run("mail", "show", parked["id"]).out == run("mail", "show", f"#{parked['seq']}").out != ""


def test_a_sender_is_blocked_listed_and_unblocked(run):
    assert run("mail", "block", "Eve@Example.org").out == "mail from Eve@example.org is parked from now on\n"
    run("mail", "receive", stdin=MAIL.decode().replace("rita@example.com", "eve@example.org"))
    assert run("mail", "list", "--json").json[0]["cause"] == "its sender is blocked"
    assert [each["sender"] for each in run("mail", "blocked", "--json").json] == ["Eve@example.org"]
    assert run("mail", "unblock", "eve@example.org", "--json").json == {"sender": "eve@example.org", "blocked": False}
    assert run("mail", "unblock", "eve@example.org").code == 3


def test_thanks_are_no_reason_to_work_again(run):
    run("mail", "receive", stdin=MAIL.decode())
    run("ticket", "update", "1", "--status", "resolved")
    thanks = MAIL.decode().replace("Subject: Lamp", "Subject: Re: [#1]").replace("<1@", "<2@")
    assert run("mail", "receive", "--json", stdin=thanks).json["reopened"] is True
    assert run("ticket", "still-resolved", "1").out == "#1 resolved again\n"
    assert run("ticket", "show", "1", "--json").json["status"] == "resolved"


def test_a_reply_carries_files_that_are_listed_with_it(run, tmp_path):
    run("mail", "receive", stdin=MAIL.decode())
    (tmp_path / "plan é.txt").write_text("1. Plug it in.")
    ended = run("ticket", "reply", "1", "--text", "See the plan.", "--attach", str(tmp_path / "plan é.txt"))
    assert ended.out == "#1 reply with plan é.txt to rita@example.com, new, owned by ann\n"
    [file] = run("ticket", "messages", "1", "--json").json[-1]["attachments"]
    assert (file["name"], file["content_type"], file["size"], file["inline"]) == ("plan é.txt", "text/plain", 14, False)
    assert run("attachment", "list", "1", "--json").json[0]["sha256"] == file["sha256"]
    assert run("attachment", "save", "1", "1", "--to", str(tmp_path / "out")).code == 0
    assert (tmp_path / "out" / "plan é.txt").read_text() == "1. Plug it in."
    refused = run("ticket", "reply", "1", "--text", "x", "--attach", str(tmp_path / "none"))
    assert (refused.code, "it must be a file" in refused.err) == (1, True)


def test_a_web_form_becomes_a_ticket_once_and_says_what_is_wrong_with_it(run):
    form = {"email": "rita@example.com", "name": "Rita", "subject": "Lamp", "text": "It is dark."}
    submitted = run("mail", "submit", "--json", stdin=json.dumps(form))
    assert (submitted.code, submitted.json["outcome"], submitted.json["author"]) == (0, "new-ticket", form["email"])
    assert run("mail", "submit", "--json", stdin=json.dumps(form)).json["outcome"] == "duplicate"
    assert run("ticket", "show", "1", "--json").json["description"] == "It is dark."
    refused = run("mail", "submit", "--json", stdin=json.dumps({**form, "email": "rita"}))
    assert (refused.code, refused.error["field"]) == (1, "email")
    assert run("mail", "submit", stdin="nothing").code == 1


def test_a_web_form_that_cannot_be_stored_is_to_be_tried_again(run):
    run.files.write_text("in the way")
    form = {"email": "rita@example.com", "subject": "Lamp", "text": "It is dark."}
    assert run("mail", "submit", stdin=json.dumps(form)).code == 75


@pytest.mark.parametrize(
    ("words", "said"),
    [(("mail", "list"), "no mails"), (("mail", "blocked"), "no blocked senders"),
     (("attachment", "list", "1"), "no attachments"), (("canned", "list"), "no canned replies"),
     (("suppression", "list"), "no suppressed addresses"),
     (("macro", "list"), "no macros"), (("view", "list"), "no views")],
)  # fmt: skip
def test_an_empty_list_says_so(run, words, said):
    run.ticket()
    assert run(*words).out == f"{said}\n"
    assert run(*words, "--json").json == []
