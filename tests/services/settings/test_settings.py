"""Where each setting comes from, and what is refused."""

import os
from pathlib import Path

import pytest

from supportdesk.domain.address import INTERNAL_DOMAINS, clean_address
from supportdesk.domain.desk_address import SqliteFile, parse_desk_address
from supportdesk.domain.errors import InvalidValue
from supportdesk.services.settings.settings import SETTINGS, Settings, load, private_folder


def refusal(**typed: str) -> str:
    with pytest.raises(InvalidValue) as caught:
        load(**typed)
    assert "\n" not in caught.value.message
    return caught.value.message


def test_somebody_who_sets_nothing_gets_a_desk_of_their_own_under_their_login_name(home):
    settings = load()
    assert settings.db.path == home / "data" / "supportdesk" / "support.db"
    assert settings.agent == "lena"
    assert settings.theme == "ansi-dark"
    assert settings.keys == {}
    assert settings.state_folder == home / "state" / "supportdesk"
    assert {settings.sources[setting.name] for setting in SETTINGS} == {"default"}


def test_looking_up_the_settings_makes_nothing_on_disk(home):
    load()
    assert list(home.iterdir()) == []


def test_the_default_place_is_made_for_the_user_alone(home):
    load().make_place()
    assert (home / "data" / "supportdesk").stat().st_mode & 0o777 == 0o700


def test_a_place_that_was_named_is_not_made(home):
    load(db="elsewhere/support.db").make_place()
    assert list(home.iterdir()) == []


def test_typed_beats_environment_beats_config_file_beats_default(write_config, monkeypatch):
    write_config('db = "from-file.db"\nagent = "file"\n')
    assert (load().db.path.name, load().sources["db"]) == ("from-file.db", "config file")
    assert (load().agent, load().sources["agent"]) == ("file", "config file")

    monkeypatch.setenv("DATABASE_URL", "sqlite:///from-url.db")
    assert (load().db.path.name, load().sources["db"]) == ("from-url.db", "DATABASE_URL")
    monkeypatch.setenv("SUPPORTDESK_DB", "from-variable.db")
    assert (load().db.path.name, load().sources["db"]) == ("from-variable.db", "SUPPORTDESK_DB")
    monkeypatch.setenv("SUPPORTDESK_AGENT", "variable")
    assert (load().agent, load().sources["agent"]) == ("variable", "SUPPORTDESK_AGENT")

    typed = load(db="typed.db.path", agent="typed")
    assert (typed.db.path.name, typed.sources["db"]) == ("typed.db.path", "--db")
    assert (typed.agent, typed.sources["agent"]) == ("typed", "--as")


def test_an_empty_variable_counts_as_none(home, monkeypatch):
    monkeypatch.setenv("SUPPORTDESK_DB", "")
    monkeypatch.setenv("SUPPORTDESK_AGENT", "")
    assert load().sources["db"] == "default"
    assert load().agent == "lena"


def test_an_account_without_a_name_still_has_one_in_history(monkeypatch):
    def nobody():
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert load().agent == f"uid {os.getuid()}"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("support.db", "support.db"),
        ("/srv/desk/support.db", "/srv/desk/support.db"),
        ("sqlite:///support.db", "support.db"),
        ("sqlite:////srv/desk/support.db", "/srv/desk/support.db"),
        ("SQLite:////srv/my%20desk.db", "/srv/my desk.db"),
        ("desk-2026:11.db", "desk-2026:11.db"),
    ],
)
def test_the_desk_is_named_by_a_path_or_a_sqlite_url(text, path):
    assert parse_desk_address(text) == SqliteFile(Path(path))


def test_a_tilde_is_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/lena")
    assert parse_desk_address("~/support.db") == SqliteFile(Path("/home/lena/support.db"))
    assert "no user of that name" in refusal(db="~nobody-of-this-name/support.db")


def test_an_address_in_the_config_file_has_no_password(tmp_path):
    config = tmp_path / "config.toml"
    config.write_text('db = "postgresql://ann:secret@db.example.com/desk"\n')
    sentence = refusal(config=str(config))
    assert "must have no password" in sentence
    assert "secret" not in sentence
    config.write_text('db = "postgresql://ann@db.example.com/desk"\n')
    assert str(load(config=str(config)).db) == "postgresql://ann@db.example.com/desk"


@pytest.mark.parametrize(
    "text",
    [
        "mysql://ann:secret@db.example.com/desk",
        ":memory:",
        "sqlite:///:memory:",
        "sqlite://",
        "sqlite:///",
        "sqlite:support.db",
        "sqlite:///support.db?mode=ro",
        "file:support.db?mode=memory",
        "file:///srv/support.db",
    ],
)
def test_every_other_kind_of_desk_is_refused_in_a_sentence_that_keeps_the_password(text):
    sentence = refusal(db=text)
    assert "give the path of a file" in sentence
    assert "--db" in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize("text", ["", "  ", "a\0b", "\x1b]0;owned\x07.db", "line\nbreak.db"])
def test_a_path_that_would_drive_a_terminal_is_refused(text):
    assert refusal(db=text).startswith("db: ")


def test_a_refused_value_says_where_it_came_from(write_config, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://other/program")
    assert refusal().endswith("(from DATABASE_URL)")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("SUPPORTDESK_AGENT", "x" * 65)
    assert refusal().endswith("(from SUPPORTDESK_AGENT)")
    monkeypatch.delenv("SUPPORTDESK_AGENT")
    path = write_config('db = ":memory:"\n')
    assert refusal().endswith(f"(from config file {path})")


def test_a_relative_desk_in_the_config_file_lies_beside_the_file(write_config):
    path = write_config('db = "desks/support.db"\n')
    assert load().db.path == path.parent / "desks" / "support.db"


def test_the_config_file_can_be_named(home, monkeypatch):
    other = home / "other.toml"
    other.write_text('agent = "other"', encoding="utf-8")
    assert (load(config="other.toml").agent, load(config="other.toml").config) == ("other", other)
    monkeypatch.setenv("SUPPORTDESK_CONFIG", str(other))
    assert (load().agent, load().sources["config"]) == ("other", "SUPPORTDESK_CONFIG")


def test_a_named_config_file_must_exist(home, monkeypatch):
    sentence = refusal(config="absent.toml")
    assert "absent.toml" in sentence
    assert "there is no such file" in sentence
    monkeypatch.setenv("SUPPORTDESK_CONFIG", "absent.toml")
    assert refusal().endswith("(from SUPPORTDESK_CONFIG)")


def test_keys_are_one_or_several_a_command(write_config):
    write_config('[keys]\n"ticket.create" = "n"\n"ticket.resolve" = ["e", "f9"]\nundo = []\n')
    assert load().keys == {"ticket.create": ("n",), "ticket.resolve": ("e", "f9"), "undo": ()}
    assert load().sources["keys"] == "config file"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 'red'", ["'colour'", "db, agent, theme, bell, internal_domains, keys, macros, viewers or mail"]),
        ("viewers = 'chafa'", ["viewers", "it must be a table"]),
        ("[viewers]\nimage = 3", ["viewers", "it must be a table"]),
        ("bell = 'yes'", ["bell", "'yes'", "must be true or false"]),
        ("theme = 3", ["theme", "3", "must be a text"]),
        ("agent = ''", ["agent", "must be a text"]),
        ("db = ['a']", ["db", "must be a text"]),
        ("keys = 'n'", ["keys", "must be a table"]),
        ("[keys]\nundo = 3", ["keys", "'undo'", "a key or a list of keys"]),
        ("[keys]\nundo = ['u', '']", ["keys", "'undo'", "a key or a list of keys"]),
        ("db = 'a'\nagent lena\n", ["not valid TOML", "line 2"]),
        ("a = " + "[" * 5000, ["not valid TOML"]),
        ("# " + "x" * 1_000_000, ["up to 1,000,000 characters"]),
        ('"\\u001b]0;owned\\u0007" = 1', ["there is no setting"]),
    ],
)
def test_a_config_file_at_fault_is_named_with_the_setting_and_what_is_allowed(write_config, text, says):
    path = write_config(text)
    sentence = refusal()
    assert str(path) in sentence
    for words in says:
        assert words in sentence
    assert "\x1b" not in sentence


def test_a_config_file_that_cannot_be_read_is_said_so(home):
    folder = home / "config" / "supportdesk" / "config.toml"
    folder.mkdir(parents=True)
    assert f"{folder}: it cannot be read: Is a directory" in refusal()


def test_a_config_file_in_another_encoding_is_said_so(write_config):
    write_config("").write_bytes("agent = 'Zoë'".encode("latin-1"))
    assert "it must be text in UTF-8" in refusal()


def test_the_table_of_settings_tells_all_of_them():
    assert {setting.name for setting in SETTINGS} < set(load().sources)
    assert {setting.name.partition(".")[0] for setting in SETTINGS} < set(Settings.__annotations__)
    assert [load().value(setting.name) for setting in SETTINGS]
    assert all(setting.meaning.endswith(".") for setting in SETTINGS)


def test_a_private_folder_is_made_once(home):
    assert private_folder(home / "a" / "b").is_dir()
    assert private_folder(home / "a" / "b").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_config_file_may_begin_with_a_mark_and_have_line_ends_of_another_system(write_config, mark, end):
    path = write_config("")
    path.write_bytes(f'{mark}agent = "rita"{end}[mail]{end}provider = "mock"{end}'.encode())
    assert load().agent == "rita"


def test_internal_domains_are_accepted_unless_a_setting_says_otherwise(write_config):
    assert (load().internal_domains, load().sources["internal_domains"]) == (INTERNAL_DOMAINS, "default")
    assert clean_address("maria@helpdesk.local")
    write_config("internal_domains = []")
    assert (load().internal_domains, load().sources["internal_domains"]) == ((), "config file")
    with pytest.raises(InvalidValue):
        clean_address("maria@helpdesk.local")
    write_config('internal_domains = ["intranet"]')
    load()
    assert clean_address("maria@intranet")
    for wrong in ('"local"', "[1]", '[""]'):
        write_config(f"internal_domains = {wrong}")
        assert "internal_domains: " in refusal()
    write_config("")
    load()
