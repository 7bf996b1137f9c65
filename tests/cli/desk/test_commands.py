"""The desk as a whole: health, paths, backup, the app and its demo."""

import json
import sqlite3

import pytest


def test_health_says_what_monitors_look_for(run):
    run.ticket()
    state = run("health", "--json").json
    assert state["status"] == "OK"
    assert state["message"] == "Support desk is running"
    assert (state["tickets"], state["notifications_waiting"], state["notifications_failed"]) == (1, 1, 0)
    assert run("health").out.startswith("OK: Support desk is running\n")


@pytest.mark.parametrize("words", [["--db", "/dev/null/support.db"], ["--db", "/"], ["--config", "absent.toml"]])
def test_whatever_is_wrong_health_says_try_later(run, words):
    ended = run.typed(*words, "health", "--json")
    assert ended.code == 75
    assert ended.error["code"] == "unavailable"
    assert ended.error["message"]


def test_paths_say_where_everything_is_and_why(run, home, monkeypatch):
    monkeypatch.setenv("SUPPORTDESK_AGENT", "carla")
    (home / "c.toml").write_text('theme = "nord"\n[keys]\nundo = ["u", "f9"]\n', encoding="utf-8")
    where = run.typed("--db", str(run.db), "--config", str(home / "c.toml"), "paths", "--json").json
    assert where["db"] == {"value": str(run.db), "source": "--db"}
    assert where["agent"] == {"value": "carla", "source": "SUPPORTDESK_AGENT"}
    assert where["config"] == {"value": str(home / "c.toml"), "source": "--config"}
    assert where["theme"] == {"value": "nord", "source": "config file"}
    assert where["keys"] == {"value": {"undo": ["u", "f9"]}, "source": "config file"}
    assert where["state_folder"] == {"value": str(home / "state" / "supportdesk"), "source": "XDG_STATE_HOME"}

    table = run.typed("--db", str(run.db), "--config", str(home / "c.toml"), "paths").out
    assert [line.split()[0] for line in table.splitlines()] == ["SETTING", *where]
    assert "undo = u f9" in table
    assert " local, localhost, test, home.arpa " in table


def test_of_a_command_that_prints_a_token_only_the_program_is_shown(run, home):
    (home / "c.toml").write_text('[mail.intake.imap]\ntoken_command = "oauth2 hunter2"\n', encoding="utf-8")
    where = run.typed("--db", str(run.db), "--config", str(home / "c.toml"), "paths", "--json").json
    assert where["mail.intake.imap.token_command"]["value"] == "oauth2 …"
    assert "hunter2" not in run.typed("--db", str(run.db), "--config", str(home / "c.toml"), "paths").out


def test_paths_open_no_desk(run, home):
    assert run.typed("paths").code == 0
    assert not (home / "data").exists()
    assert run("paths", db=home / "nowhere" / "support.db").code == 0


def test_the_default_desk_is_made_in_a_private_folder(run, home):
    assert run.typed("--as", "ann", "preference", "set", "rita@example.com", "--language", "de").code == 0
    folder = home / "data" / "supportdesk"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "support.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.sqlite
def test_a_backup_is_a_desk_of_its_own(run, home):
    run.ticket()
    copy = home / "copy.db"
    made = run("backup", str(copy), "--json").json
    assert made == {"file": str(copy), "bytes": copy.stat().st_size, "files": 0, "files_added": 0}
    run.ticket()
    assert len(run("ticket", "list", "--json", db=copy).json["tickets"]) == 1


@pytest.mark.sqlite
def test_a_backup_overwrites_only_when_told(run, home):
    run.ticket()
    (home / "copy.db").write_text("precious", encoding="utf-8")
    refused = run("backup", str(home / "copy.db"))
    assert refused.code == 1
    assert "--replace" in refused.err
    assert (home / "copy.db").read_text(encoding="utf-8") == "precious"
    assert run("backup", str(home / "copy.db"), "--replace").out.startswith(f"copied to {home / 'copy.db'} (")
    assert run("health", db=home / "copy.db").code == 0


def test_a_backup_goes_neither_over_the_desk_nor_nowhere(run, home):
    run.ticket()
    assert run("backup", str(run.db), "--replace").code == 1
    assert run("backup", str(home)).code == 1
    assert run("backup", str(home / "nowhere" / "copy.db")).code == 1
    assert len(run("ticket", "list", "--json").json["tickets"]) == 1


def test_without_a_command_the_app_opens_on_the_desk_in_force(run):
    run.app_says = 5
    assert run().code == 5
    [(settings, demo)] = run.opened
    assert (str(settings.db), settings.agent, demo) == (str(run.db), "ann", False)


def test_the_app_finds_its_default_place_made(run, home):
    assert run.typed("--as", "ann").code == 0
    assert run.opened[0][0].db.path.parent == home / "data" / "supportdesk"
    assert run.opened[0][0].db.path.parent.is_dir()


def test_the_demo_opens_on_a_desk_of_its_own(run, home):
    run.ticket("my own")
    assert run("demo", agent="lena").code == 0
    [(settings, demo)] = run.opened
    assert demo
    assert settings.agent == "lena"
    assert settings.db.path == home / "data" / "supportdesk" / "demo.db"
    assert settings.sources["db"] == "demo"
    assert len(run("ticket", "list", "--json").json["tickets"]) == 1
    assert len(run("ticket", "list", "--json", "--limit", "1000", db=settings.db.path).json["tickets"]) > 50


def test_the_demo_keeps_what_was_done_to_it_until_a_fresh_one_is_asked_for(run):
    path = run("demo", "--json").json["db"]
    assert run.opened == []
    run("ticket", "update", "1", "--priority", "low", "--status", "new", db=path)
    before = run("history", "--json", "--limit", "1", db=path).json
    assert run("demo", "--json").json["db"] == path
    assert run("history", "--json", "--limit", "1", db=path).json == before
    run("demo", "--fresh", "--json")
    assert run("history", "--json", "--limit", "1", db=path).json != before


def test_a_demo_desk_that_is_damaged_can_be_made_anew(run, home):
    path = home / "data" / "supportdesk" / "demo.db"
    path.parent.mkdir(parents=True)
    path.write_text("rubbish " * 100, encoding="utf-8")
    assert run("demo", "--fresh").code == 0
    with sqlite3.connect(path) as desk:
        assert desk.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    desk.close()


LOOKING = [
    ("health",),
    ("doctor",),
    ("backup", "copy.db"),
    ("history",),
    ("undo",),
    ("notification", "deliver"),
    ("notification", "deliver", "--dry-run"),
    ("notification", "list"),
    ("notification", "retry", "abcd"),
    ("ticket", "list"),
    ("ticket", "show", "1"),
    ("ticket", "update", "1", "--status", "resolved"),
    ("ticket", "export"),
    ("preference", "list"),
    ("preference", "show", "rita@example.com"),
    ("redo",),
    ("faq", "list"),
    ("faq", "list", "--search", "printer"),
    ("faq", "stats"),
    ("faq", "show", "1"),
    ("faq", "update", "1", "--answer", "Here."),
    ("faq", "delete", "1", "--yes"),
    ("faq", "undelete", "1"),
    ("faq", "history", "1"),
    ("faq", "suggest", "the printer smokes"),
    ("faq", "vote", "1", "--helpful"),
    ("faq", "gaps"),
    ("faq", "export"),
    ("experiment", "list"),
    ("experiment", "show", "1"),
    ("experiment", "start", "1"),
    ("experiment", "delete", "1", "--yes"),
    ("experiment", "assign", "1", "user-1"),
    ("experiment", "track", "1", "user-1", "sent"),
    ("experiment", "calculate", "1"),
    ("experiment", "results", "1"),
    ("experiment", "report", "1"),
]


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
def test_a_desk_that_is_not_there_is_neither_well_nor_made(run, home, words):
    before = sorted(home.iterdir())
    for typed in (home / "typo.db", home / "absent" / "support.db"):
        ended = run(*words, db=typed)
        assert (ended.code, ended.out) == (75, "")
        assert ended.err == (
            f"Error: --db: there is no desk at {typed} (from --db); the app, `ticket create` or an import makes one\n"
        )
    assert run.typed(*words).code == 75
    assert sorted(home.iterdir()) == before


def test_what_finds_a_setting_at_fault_shows_everything_else_too(run, home):
    run.ticket()
    config = home / "c.toml"
    config.write_text('theme = "nord"\n[mail]\nhold = "long"\nrate = 60\nholt = 3\n')
    words = ("--db", str(run.db), "--config", str(config))
    assert run.typed(*words, "ticket", "list").out == ""
    shown = run.typed(*words, "paths")
    assert shown.code == 1
    for part in ("mail.hold: 'long' is not allowed", "there is no setting 'mail.holt'", str(config)):
        assert part in shown.err
    settings = json.loads(run.typed(*words, "paths", "--json").out)
    assert settings["theme"] == {"value": "nord", "source": "config file"}
    assert settings["mail.rate"] == {"value": 60, "source": "config file"}
    assert settings["mail.hold"] == {"value": 10, "source": "default"}
    examined = run.typed(*words, "doctor", "--json")
    assert examined.code == 75
    checks = {each["check"]: each["ok"] for each in json.loads(examined.out)["checks"]}
    assert (checks["mail settings"], checks["file"], checks["mail waiting"]) == (False, True, True)


def test_mail_that_does_not_come_in_is_said_and_exits_with_try_again_later(run, sql):
    sql("INSERT INTO mail_sources (name, added_at) VALUES ('imap x', '2020-01-01T00:00:00.000Z')")
    health = run("health", "--json")
    assert (health.code, json.loads(health.out)["status"]) == (75, "ALARM")
    assert "no mail could be fetched from imap x since" in health.err
    assert list(run.problems()) == ["mail intake"]
