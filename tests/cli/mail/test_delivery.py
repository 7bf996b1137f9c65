"""Mail delivered by commands: once, as long as they run, or only shown."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from supportdesk.domain import moment
from supportdesk.domain.mail.incoming import Envelope
from supportdesk.email.providers.credentials import SECRET_VARIABLES
from supportdesk.storage.intake.raw_store import RawStore


def status_of(run):
    return [mail["status"] for mail in run("notification", "list", "--json").json["notifications"]][::-1]


def test_what_is_due_is_delivered_and_counted(run, sql):
    run.ticket()
    run.ticket(email="fail@example.com")
    assert run("notification", "deliver").out == "nothing is due\n"
    sql("UPDATE notifications SET due_at = created_at")
    ended = run("notification", "deliver")
    assert (ended.code, ended.out) == (1, "1 sent, 1 failed\n")
    assert ended.err == "Error: 1 message failed; see `supportdesk notification list --status failed`\n"
    assert status_of(run) == ["sent", "failed"]
    assert run("notification", "deliver").code == 0


def test_an_unknown_outcome_ends_with_an_error_too(run, sql):
    for name in ("fail", "unknown", "rita"):
        run.ticket(email=f"{name}@example.com")
    sql("UPDATE notifications SET due_at = created_at")
    ended = run("notification", "deliver", "--json")
    assert (ended.code, json.loads(ended.out)["sent"]) == (1, 1)
    said = json.loads(ended.err)["error"]["message"]
    assert "1 message failed, 1 message with an unknown outcome" in said
    assert "--status failed`" in said
    assert "--status unknown`" in said


def test_mail_that_is_tried_again_is_no_error(run, sql):
    run.ticket(email="later@example.com")
    sql("UPDATE notifications SET due_at = created_at")
    ended = run("notification", "deliver")
    assert (ended.code, ended.out) == (0, "1 to be tried again\n")


def test_a_dry_run_shows_what_would_go_out_and_changes_nothing(run, sql):
    run("preference", "set", "rita@example.com", "--frequency", "daily")
    run.ticket()
    run.ticket(email="omar@example.com")
    sql("UPDATE notifications SET due_at = '2026-01-01T00:00:00.000Z'")
    plan = run("notification", "deliver", "--dry-run", "--json").json
    assert plan["digests"] == [{"recipient_email": "rita@example.com", "frequency": "daily", "messages": 1}]
    assert [mail["recipient_email"] for mail in plan["notifications"]] == ["omar@example.com"]
    assert "  pending (daily)  " in run("notification", "list").out
    assert run("notification", "deliver", "--dry-run").out.endswith("1 message and 1 digest would go out now\n")
    assert status_of(run) == ["pending", "pending"]
    assert run("notification", "deliver").out == "1 digest made, 2 sent\n"
    assert status_of(run) == ["digested", "sent", "sent"]


def test_what_failed_is_sent_again_on_demand_and_what_may_have_arrived_only_with_yes(run, sql):
    run.ticket(email="fail@example.com")
    run.deliver()
    [mail] = run("notification", "list", "--status", "failed", "--json").json["notifications"]
    again = run("notification", "retry", mail["id"], "--json").json
    assert (again["status"], again["message_id"]) == ("pending", mail["message_id"])
    sql("UPDATE notifications SET status = 'unknown'")
    refused = run("notification", "retry", mail["id"])
    assert (refused.code, "it may arrive twice: pass --yes to confirm" in refused.err) == (1, True)
    assert (
        run("notification", "retry", mail["id"], "--yes").out
        == f"{mail['id'][:8]} to fail@example.com will be sent again\n"
    )
    assert run("notification", "retry", "ffff-ffff").code in (1, 3)


def test_a_pause_is_said_and_exits_with_try_again_later(run, sql):
    run.ticket()
    until = moment.to_text(moment.now() + timedelta(minutes=20))
    sql(
        "INSERT INTO mail_services (provider, failures, paused_until, error) VALUES ('mock', 7, ?, 'no route to host')",
        until,
    )
    ended = run("notification", "deliver", "--json")
    assert (ended.code, json.loads(ended.out)["paused_until"]) == (75, until)
    assert "the mail service fails: no route to host" in ended.err
    health = run("health", "--json").json
    assert (health["mail_paused_until"], health["mail_error"]) == (until, "no route to host")
    assert list(run.problems()) == ["mail service"]


def test_a_config_without_a_mail_service_keeps_its_hands_off_the_mail_of_a_real_one(run, sql, monkeypatch):
    monkeypatch.setenv("EMAIL_PROVIDER", "smtp")
    monkeypatch.setenv("FROM_EMAIL", "help@example.com")
    run.ticket()
    monkeypatch.delenv("EMAIL_PROVIDER")
    sql("UPDATE notifications SET due_at = created_at")
    refused = run("notification", "deliver", agent="bob")
    assert (refused.code, refused.out) == (75, "")
    assert "mail waits for smtp: your config names no mail service" in refused.err
    assert status_of(run) == ["pending"]
    assert "mail waits for smtp" in run("doctor").out
    monkeypatch.setenv("EMAIL_PROVIDER", "mock")
    assert run("notification", "deliver").out == "1 sent\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watching_delivers_what_comes_due_and_ends_when_told(run, sql, home, number):
    run.ticket()
    words = [sys.executable, "-m", "supportdesk", "--db", str(run.db), "notification", "deliver", "--watch", "--json"]
    environment = {**os.environ, "HOME": str(home)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as watcher:
        for round_ in range(2):
            if round_:
                run.ticket()
            sql("UPDATE notifications SET due_at = created_at WHERE status = 'pending'")
            assert json.loads(watcher.stdout.readline())["sent"] == 1
        watcher.send_signal(number)
        assert watcher.wait() == 0
    assert status_of(run) == ["sent", "sent"]


@pytest.mark.sqlite
def test_a_healthy_desk_is_said_to_be(run):
    run.ticket()
    examined = run("doctor", "--json")
    assert (examined.code, examined.json["ok"]) == (0, True)
    assert [check["check"] for check in examined.json["checks"]] == [
        "file", "schema", "writing", "disk", "permissions", "mail service", "mail templates", "mail waiting",
        "mail failed", "mail unknown", "mail received", "raw mails", "clock", "attachments",
    ]  # fmt: skip
    assert "PROBLEM" not in run("doctor").out


@pytest.mark.sqlite
def test_what_is_wrong_is_said_with_what_to_do(run, sql):
    run.ticket()
    sql("UPDATE notifications SET due_at = '2026-01-01T00:00:00.000Z'")
    run.db.chmod(0o644)
    said = run("doctor")
    assert said.code == 75
    assert f"permissions: chmod o-rwx {run.db}" in said.out
    assert "mail waiting: nobody delivers: open the app, or run `supportdesk notification deliver`" in said.out
    assert said.err == "Error: problems found: permissions, mail waiting\n"
    run.ticket(email="fail@example.com")
    sql("UPDATE notifications SET due_at = created_at")
    run("notification", "deliver")
    assert "notification retry REF" in run("doctor").out


@pytest.mark.parametrize(
    ("settings", "check", "says"),
    [
        (
            'provider = "smtp"\n[mail.smtp]\nuser = "desk"',
            "mail service",
            "there is no SMTP_PASSWORD in the environment",
        ),
        ('provider = "smtp"\nsecret_file = "open"\n[mail.smtp]\nuser = "desk"', "mail service", "others can read"),
        ('provider = "smtp"\nsecret_file = "no"\n[mail.smtp]\nuser = "desk"', "mail service", "no cannot be read"),
        ('provider = "smtp"\nca_file = "/absent.pem"', "mail service", "/absent.pem cannot be used: No such file"),
        ('provider = "sendgrid"', "mail service", "there is no SENDGRID_API_KEY"),
        ('provider = "sendmail"\n[mail.sendmail]\npath = "/absent"', "mail service", "/absent is not a command"),
        ('[mail.mock]\nfile = "/absent/mbox"', "mail service", "/absent/mbox cannot be written"),
        ('templates = "absent"', "mail templates", "there is no folder"),
        ('templates = "broken"', "mail templates", "it/digest.txt, line 1: nmae is unknown"),
    ],
)
def test_what_mail_lacks_on_this_box_is_found_out_without_sending_any(run, home, monkeypatch, settings, check, says):
    for variable in SECRET_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    run.ticket()
    config = home / "config.toml"
    config.write_text(f'[mail]\nsender = "help@example.com"\n{settings}\n')
    (home / "open").write_text("secret")
    (home / "open").chmod(0o644)
    (home / "broken" / "it").mkdir(parents=True)
    (home / "broken" / "it" / "digest.txt").write_text("Subject: {{ nmae }}\n")
    problems = run.problems("--config", str(config))
    assert list(problems) == [check]
    assert says in problems[check]


def test_a_service_that_has_all_it_needs_is_not_said_to_work(run, home):
    config = home / "config.toml"
    config.write_text('[mail]\nprovider = "smtp"\nsender = "help@example.com"\n')
    assert (
        "smtp has what it needs here; not tried, `supportdesk email test ADDRESS` does"
        in run("--config", str(config), "doctor").out
    )


@pytest.mark.sqlite
def test_a_damaged_desk_is_found_out(run):
    for number in range(4):
        run.ticket(str(number), description="x" * 3000)
    whole = run.db.read_bytes()
    run.db.write_bytes(whole[: 4096 * 60] + b"\xa5" * 4096 + whole[4096 * 61 :])
    said = run("doctor")
    assert said.code == 75
    assert "damaged" in said.out + said.err


def test_what_a_mail_system_has_stored_is_filed_by_whoever_delivers(run):
    store = RawStore(run.files / "incoming")
    store.put(b"From: rita@example.com\nSubject: Lamp\n\nIt is dark.", Envelope()).release()
    assert run("notification", "deliver").code == 0
    assert run("ticket", "show", "1", "--json").json["title"] == "Lamp"
