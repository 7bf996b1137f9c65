"""`mail parse`: what a raw mail holds, without a desk."""

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
    assert (ended.code, ended.err) == (75, "Error: none.eml cannot be read: No such file or directory\n")
