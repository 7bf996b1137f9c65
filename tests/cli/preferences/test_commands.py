"""Preferences on the command line: shown, set, counted, carried over."""

import csv
import io

EMAIL = "rita@example.com"


def test_defaults_are_shown_where_nothing_is_stored(run):
    assert run("preference", "show", "Rita@EXAMPLE.com", "--json").json == {
        "email": "Rita@example.com",
        "email_notifications": True,
        "sms_notifications": False,
        "notification_frequency": "immediate",
        "preferred_language": "en",
    }
    assert run("preference", "show", EMAIL).out.splitlines() == [
        "rita@example.com (defaults: nothing is stored)",
        "email notifications: on",
        "sms notifications: off",
        "notification frequency: immediate",
        "preferred language: en",
    ]


def test_what_is_set_is_in_force_and_can_be_undone(run):
    changed = run("preference", "set", EMAIL, "--no-email-notifications", "--frequency", "weekly", "--language", "de")
    assert changed.out.splitlines()[-1] == "nothing is sent: email notifications are off"
    shown = run("preference", "show", EMAIL, "--json").json
    assert (shown["email_notifications"], shown["notification_frequency"]) == (False, "weekly")
    assert run("history", "--json").json["entries"][0]["actor"] == "ann"
    assert run("undo").out.startswith(f"undone: {EMAIL}: mail off → on")
    assert run("preference", "show", EMAIL, "--json").json["notification_frequency"] == "immediate"


def test_a_bad_value_is_refused_by_name(run):
    for words, field, allowed in (
        (["--frequency", "hourly"], "notification_frequency", "it can be immediate, daily, weekly or none"),
        (["--language", "tlh"], "preferred_language", "it can be en, de, fr or es"),
    ):
        error = run("preference", "set", EMAIL, *words, "--json").error
        assert (error["field"], allowed in error["message"]) == (field, True)
    assert run("preference", "set", "rita", "--frequency", "daily", "--json").error["field"] == "email"
    assert run("preference", "set", EMAIL).code == 2
    assert run("preference", "stats", "--json").json["total"] == 0


def test_stored_preferences_are_listed_page_by_page_and_counted(run):
    for name in ("carl", "ann", "béa"):
        run("preference", "set", f"{name}@example.com", "--frequency", "daily")
    run("preference", "set", "dora@example.com", "--language", "fr")
    first = run("preference", "list", "--limit", "3", "--json").json
    assert [each["email"] for each in first["preferences"]] == [
        "ann@example.com",
        "béa@example.com",
        "carl@example.com",
    ]
    rest = run("preference", "list", "--cursor", first["next_cursor"], "--json").json
    assert [each["email"] for each in rest["preferences"]] == ["dora@example.com"]
    assert run("preference", "list", "--search", "CARL").out.splitlines()[-1] == "1 of 1 preferences for CARL"
    assert run("preference", "list", "--frequency", "none").out == "no preferences for none\n"
    stats = run("preference", "stats", "--json").json
    assert stats["total"] == 4
    assert stats["notification_frequency"] == {"immediate": 1, "daily": 3, "weekly": 0, "none": 0}
    assert stats["preferred_language"] == {"en": 3, "de": 0, "fr": 1, "es": 0}
    assert "frequency" in run("preference", "stats").out


def test_what_is_exported_imports_as_it_is(run, home):
    run("preference", "set", EMAIL, "--no-email-notifications", "--language", "es")
    run("preference", "set", "omar@example.com", "--frequency", "weekly")
    out = run("preference", "export").out
    assert list(csv.DictReader(io.StringIO(out)))[0]["email"] == "omar@example.com"
    copy = home / "copy.db"
    assert run("preference", "import", "-", stdin=out, db=copy).out == "2 preferences imported\n"
    assert run("preference", "export", db=copy).out == out
    assert run("preference", "export", "--json", db=copy).json["preferences"][1]["preferred_language"] == "es"
    assert run("preference", "export", "--output", str(home / "out.csv")).code == 0
    assert (home / "out.csv").read_text() == out


def test_an_import_goes_in_whole_or_not_at_all_and_keeps_what_it_does_not_say(run, home):
    run("preference", "set", EMAIL, "--language", "de")
    file = home / "in.csv"
    file.write_text("Address,Mails\nRITA@example.com,never\nomar@example.com,daily\n")
    words = ["--column", "email=Address", "--column", "notification_frequency=Mails"]
    refused = run("preference", "import", str(file), *words)
    assert (refused.code, "line 2, notification_frequency: 'never' is not allowed" in refused.err) == (1, True)
    assert run("preference", "stats", "--json").json["total"] == 1
    words += ["--value", "notification_frequency:never=none"]
    assert run("preference", "import", str(file), *words, "--dry-run").out == "2 preferences can be imported\n"
    assert run("preference", "import", str(file), *words, "--json").json["imported"] == 2
    rita = run("preference", "show", EMAIL, "--json").json
    assert (rita["preferred_language"], rita["notification_frequency"]) == ("de", "none")
    assert run("undo").out.startswith("cannot be undone, passed over: imported 2 preferences\nundone: ")

    file.write_text("email,notification_frequency\nA@example.com,daily\na@Example.com,weekly\nb,daily\n")
    twice = run("preference", "import", str(file))
    assert "line 3, email: 'a@example.com' is named twice; an earlier line has it" in twice.err or "line 4" in twice.err
    aside = run("preference", "import", str(file), "--rejects", str(home / "bad.csv"), "--json").json
    assert (aside["imported"], aside["rejected"]) == (1, 2)


def test_mail_that_waits_follows_an_import(run, home):
    run("preference", "set", EMAIL, "--frequency", "daily")
    for address in (EMAIL, "omar@example.com", "kim@example.com"):
        run.ticket(email=address)
    (home / "in.csv").write_text(
        f"email,email_notifications,notification_frequency\n{EMAIL},on,immediate\nomar@example.com,off,daily\n"
        "kim@example.com,on,weekly\n"
    )
    assert run("preference", "import", str(home / "in.csv")).code == 0
    mails = run("notification", "list", "--json").json["notifications"]
    assert {mail["recipient_email"]: (mail["status"], mail["waits_for"]) for mail in mails} == {
        EMAIL: ("pending", "immediate"),
        "omar@example.com": ("held", "immediate"),
        "kim@example.com": ("pending", "weekly"),
    }


def test_a_regional_language_is_taken_as_its_language(run):
    for tag in ("de-AT", "DE_ch"):
        assert run("preference", "set", EMAIL, "--language", tag, "--json").json["preferred_language"] == "de"
    assert "it can be en, de, fr or es" in run("preference", "set", EMAIL, "--language", "it-CH").err
