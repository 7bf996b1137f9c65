"""An experiment on the words of a mail, from the first command to the mail that was sent."""

import json
import os
import subprocess
import sys


def test_a_mail_text_is_tried_out_by_commands(run, home):
    (home / "words" / "en").mkdir(parents=True)
    for ending, text in (("txt", "Subject: Done\n\nDone.\n"), ("html", "<p>Done.</p>")):
        (home / "words" / "en" / f"status_update.short.{ending}").write_text(text, encoding="utf-8")
    config = home / "config.toml"
    config.write_text('[mail]\ntemplates = "words"\nhold = 0\n', encoding="utf-8")

    def typed(*words):
        command = [sys.executable, "-m", "supportdesk", "--config", str(config), "--db", str(run.db), *words]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "HOME": str(home)})
        assert done.returncode == 0, done.stderr
        return done.stdout

    created = typed(
        *("experiment", "create", "--name", "Short", "--control", "plain", "--test", "short", "--metric", "answered"),
        *("--surface", "mail_status_update", "--json"),
    )
    assert json.loads(created)["surface"] == "mail_status_update"
    said = typed("experiment", "start", "1")
    assert "short has templates of its own in en, but not in de, es, fr" in said
    assert "`supportdesk experiment track 1 ADDRESS answered`" in said

    for number in range(12):
        run.ticket(email=f"rita{number}@example.com")
    typed("ticket", "update", *map(str, range(1, 13)), "--status", "resolved")
    sent = [
        mail
        for mail in json.loads(typed("notification", "list", "--json"))["notifications"]
        if mail["notification_type"] == "status_update"
    ]
    assert {mail["status"] for mail in sent} == {"sent"}
    for mail in sent:
        assignment = json.loads(typed("experiment", "assign", "1", mail["recipient_email"], "--json"))
        assert (mail["experiment"], mail["variant"]) == (1, assignment["variant"])
        assert mail["subject"].startswith("Done") == (mail["variant"] == "short")
    shown = typed("notification", "show", sent[0]["id"])
    assert f"experiment #1, {sent[0]['variant']}, by en/status_update." in shown
    typed("experiment", "track", "1", sent[0]["recipient_email"], "answered")
    assert json.loads(typed("experiment", "show", "1", "--json"))["total_participants"] == 12
