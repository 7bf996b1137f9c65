"""Replies, notes and canned replies from the command line."""


def test_a_reply_goes_out_and_the_conversation_shows_it(run):
    run.ticket(email="rita@example.com")
    ended = run("ticket", "reply", "1", "--text", "Is it plugged in?", "--status", "in-progress")
    assert (ended.code, ended.out) == (0, "#1 reply to rita@example.com, in-progress, owned by ann\n")
    said = run("ticket", "messages", "1", "--json").json
    assert [message["kind"] for message in said] == ["requester", "reply"]
    assert said[1]["to"] == ["rita@example.com"]
    assert said[1]["delivery"] in ("pending", "sent")


def test_a_note_is_marked_as_internal_wherever_it_is_shown(run):
    run.ticket()
    assert "does not see it" in run("ticket", "note", "1", "--text", "Angry.").out
    assert "INTERNAL NOTE" in run("ticket", "messages", "1").out


def test_a_stale_reply_exits_4(run):
    run.ticket()
    seen = run("ticket", "messages", "1", "--json").json[0]["id"]
    for text in ("Mine.", "No, yours."):
        run("--as", "bob", "ticket", "note", "1", "--text", text)
    ended = run("--as", "cat", "ticket", "reply", "1", "--text", "Hi", "--seen", seen)
    assert ended.code == 4
    assert "bob has added" in ended.err
    assert ended.err.count("\n") == 1
    assert "Mine." in ended.out
    assert "No, yours." in ended.out
    error = run("--as", "cat", "ticket", "reply", "1", "--text", "Hi", "--seen", seen, "--json").error
    assert error["code"] == "conflict"


def test_a_reply_after_a_message_that_is_not_there_is_refused(run):
    run.ticket()
    for seen, code in (("deadbeef-0000", 3), ("nonsense", 1), ("", 1)):
        ended = run("ticket", "reply", "1", "--text", "Hi", "--seen", seen, "--json")
        assert (ended.code, ended.error["field"]) == (code, "message")
    first = run("ticket", "messages", "1", "--json").json[0]["id"]
    assert run("ticket", "reply", "1", "--text", "Hi", "--seen", first[:13]).code == 0


def test_the_mail_of_a_reply_names_the_message_that_it_carries(run):
    run.ticket()
    message = run("ticket", "reply", "1", "--text", "Hi", "--json").json["id"]
    mails = run("notification", "list", "--json").json["notifications"]
    assert [(mail["notification_type"], mail["message"]) for mail in mails] == [
        ("reply", message),
        ("ticket_created", None),
    ]


def test_canned_replies_are_saved_listed_used_and_deleted(run):
    run.ticket(title="Lamp")
    run("canned", "save", "hello", "--text", "About {{title}}:")
    assert [each["name"] for each in run("canned", "list", "--json").json] == ["hello"]
    replied = run("ticket", "reply", "1", "--canned", "hello", "--text", "yes", "--json").json
    assert replied["text"] == "About Lamp:\n\nyes"
    assert run("canned", "delete", "hello").code == 0
    assert run("canned", "delete", "hello").code == 3


def test_a_reply_that_says_nothing_is_wrong_usage(run):
    run.ticket()
    assert run("ticket", "reply", "1").code == 2
    assert run("ticket", "reply", "1", "--text", "  ").code == 1


def test_a_reply_takes_the_ticket_unless_it_must_not(run):
    run.ticket()
    assert run("ticket", "reply", "1", "--text", "Hi", "--no-take").out == "#1 reply to rita@example.com, new\n"
    assert run("ticket", "reply", "1", "--text", "Hi").out == "#1 reply to rita@example.com, new, owned by ann\n"
    assert run("ticket", "show", "1", "--json").json["owner"] == "ann"


def test_a_note_is_corrected_and_removed_by_the_beginning_of_its_id(run):
    run.ticket()
    note = run("ticket", "note", "1", "--text", "Call bakc.", "--json").json["id"]
    assert note[:8] in run("ticket", "messages", "1").out
    ended = run("ticket", "note", "1", "--edit", note[:8], "--text", "-", stdin="Call back.\nToday.\n")
    assert ended.out == "#1 internal note corrected; the requester does not see it\n"
    assert run("ticket", "messages", "1", "--json").json[-1]["text"] == "Call back.\nToday."
    assert run("ticket", "note", "1", "--remove", note, agent="bob", stdin="").code == 1
    assert run("ticket", "note", "1", "--remove", note[:8], "--json").json["id"] == note
    assert len(run("ticket", "messages", "1", "--json").json) == 1
    assert run("ticket", "note", "1", "--remove", note[:8]).code == 3
    for words in ([], ["--edit", note], ["--remove", note, "--text", "x"], ["--remove", note, "--edit", note]):
        assert run("ticket", "note", "1", *words).code == 2


def test_a_draft_is_shared_between_agents(run):
    run.ticket()
    assert run("ticket", "draft", "1", "--json").json is None
    assert run("ticket", "draft", "1", "--share", "-", stdin="Dear Rita,\n").code == 0
    assert run("ticket", "draft", "1", agent="bob").out.endswith("\n\nDear Rita,\n")
    assert run("ticket", "draft", "1", "--share", "x", agent="bob").code == 4
    assert run("ticket", "draft", "1", "--take", "--json", agent="bob").json["text"] == "Dear Rita,"
    assert run("ticket", "draft", "1", "--take").code == 3
    assert run("ticket", "draft", "1", "--take", "--share", "x").code == 2
