"""Effective settings and the source of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from supportdesk.domain.address import INTERNAL_DOMAINS, allow_internal_domains
from supportdesk.domain.agent import agent_name
from supportdesk.domain.desk_address import DeskAddress, PostgresServer, SqliteFile, parse_desk_address, parse_path
from supportdesk.domain.errors import InvalidValue, Unavailable
from supportdesk.email.settings import MailSettings
from supportdesk.services.settings.config_file import ConfigFile, read_config_file
from supportdesk.services.settings.mail import MAIL_SETTINGS, load_mail, mail_field
from supportdesk.services.settings.setting import CONFIG_FILE, DEFAULT, Setting

SETTINGS = (
    Setting(
        "db",
        "path, or sqlite:/// or postgresql:// URL",
        "support.db in the user's data folder",
        "The file or the database that holds the desk. In the config file, a relative path starts at that file's "
        "folder, and an address has no password: it belongs into the file .pgpass.",
        option="--db",
        environment=("SUPPORTDESK_DB", "DATABASE_URL"),
    ),
    Setting(
        "agent",
        "text",
        "the login name",
        "Who acts: the name recorded in history and journal.",
        option="--as",
        environment=("SUPPORTDESK_AGENT",),
    ),
    Setting(
        "config",
        "path",
        "config.toml in the user's config folder",
        "The config file itself, in TOML. It need not exist, unless it was named.",
        option="--config",
        environment=("SUPPORTDESK_CONFIG",),
    ),
    Setting(
        "internal_domains",
        "list of domains",
        ", ".join(INTERNAL_DOMAINS),
        "Special-use domains in which addresses are accepted, with all domains below them. [] accepts none.",
    ),
    Setting("theme", "text", "ansi-dark", "The colours of the screens."),
    Setting(
        "bell",
        "true or false",
        "false",
        "Whether the terminal's bell rings for new words of requesters and when a note names you.",
    ),
    Setting("keys", "table", "", "Keys of your own: a command's id with a key or a list of keys."),
    Setting("macros", "table", "", "Macros, a table each: [macros.close] with status, tags, reply and so on."),
    Setting(
        "viewers", "table", "", "Commands that show attachments: a type or its kind, with `{file}` in the command."
    ),
    *MAIL_SETTINGS,
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force; `sources` says of each which option, variable or file it came from."""

    db: DeskAddress
    agent: str
    config: Path
    internal_domains: tuple[str, ...]
    theme: str
    bell: bool
    keys: Mapping[str, tuple[str, ...]]
    macros: Mapping[str, Mapping[str, object]]
    viewers: Mapping[str, str]
    mail: MailSettings
    data_folder: Path
    state_folder: Path
    sources: Mapping[str, str]

    def value(self, name: str) -> object:
        """Return the value of a setting by its name; mail's begin with `mail.`."""
        table, _, rest = name.partition(".")
        return getattr(self.mail, mail_field(name)) if rest else getattr(self, table)

    def check_desk(self) -> None:
        """Raise `Unavailable` when there is no file where the desk should be."""
        if isinstance(self.db, PostgresServer):
            # Opening it says what is wrong.
            return
        try:
            self.db.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            where = f" (from {self.sources['db']})" if self.sources["db"] != DEFAULT else ""
            raise Unavailable(
                f"db: there is no desk at {self.db}{where}; the app, `ticket create` or an import makes one", field="db"
            ) from None
        except (OSError, ValueError):
            # Opening it says what is wrong.
            pass

    def make_place(self) -> None:
        """Make the data folder if the desk lies there by default; a folder that was named must exist."""
        if self.sources["db"] == DEFAULT:
            private_folder(self.data_folder)


def load(
    *,
    db: str | None = None,
    agent: str | None = None,
    config: str | None = None,
    mail_faults: list[InvalidValue] | None = None,
) -> Settings:
    """Return the settings in force, given what was typed; raises `InvalidValue` for the first one at fault.

    With a list of `mail_faults`, those about mail go there instead, and defaults take their place: nothing is to be
    sent with such settings.
    """
    # Lazy import: keeps start-up fast.
    from platformdirs import PlatformDirs

    places = PlatformDirs("supportdesk", appauthor=False)
    file_text, file_source = _chosen("config", config)
    with _naming(file_source):
        named = Path(places.user_config_dir) / "config.toml" if file_text is None else parse_path("config", file_text)
        file = read_config_file(named, must_exist=file_text is not None)
    agent_text, agent_source = _chosen("agent", agent, file)
    with _naming(agent_source, file):
        name = agent_name(_login_name() if agent_text is None else agent_text)
    data_folder = Path(places.user_data_dir)
    db_text, db_source = _chosen("db", db, file)
    with _naming(db_source, file):
        desk = SqliteFile(data_folder / "support.db") if db_text is None else parse_desk_address(db_text)
        desk = _placed(desk, file.path.parent if db_source == CONFIG_FILE else None)
    theme, theme_source = _chosen("theme", None, file)
    internal = INTERNAL_DOMAINS if file.internal_domains is None else file.internal_domains
    # The rules of addresses are the same in every part of the program.
    allow_internal_domains(internal)
    mail, mail_sources = load_mail(file, mail_faults)
    return Settings(
        db=desk,
        agent=name,
        config=_absolute(file.path),
        internal_domains=internal,
        theme=theme or _BY_NAME["theme"].default,
        bell=bool(file.bell),
        keys=file.keys,
        macros=file.macros,
        viewers=file.viewers,
        mail=mail,
        data_folder=data_folder,
        state_folder=Path(places.user_state_dir),
        sources={
            "db": db_source,
            "agent": agent_source,
            "config": file_source,
            "internal_domains": DEFAULT if file.internal_domains is None else CONFIG_FILE,
            "theme": theme_source,
            "bell": DEFAULT if file.bell is None else CONFIG_FILE,
            **{name: CONFIG_FILE if getattr(file, name) else DEFAULT for name in ("keys", "macros", "viewers")},
            **mail_sources,
            "data_folder": "XDG_DATA_HOME" if os.environ.get("XDG_DATA_HOME") else DEFAULT,
            "state_folder": "XDG_STATE_HOME" if os.environ.get("XDG_STATE_HOME") else DEFAULT,
        },
    )


def default_of(name: str) -> str:
    """Return the default of a setting in words; empty for none."""
    return _BY_NAME[name].default if name in _BY_NAME else ""


def private_folder(path: Path) -> Path:
    """Make a folder for the user's eyes only, where it is missing; raises `Unavailable` when it cannot."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"the folder {path} cannot be made: {error.strerror}") from error
    return path


def _chosen(name: str, typed: str | None, file: ConfigFile | None = None) -> tuple[str | None, str]:
    setting = _BY_NAME[name]
    if typed is not None:
        return typed, setting.option
    for variable in setting.environment:
        if value := os.environ.get(variable):
            return value, variable
    if file is not None and name in file.texts:
        return file.texts[name], CONFIG_FILE
    return None, DEFAULT


@contextmanager
def _naming(source: str, file: ConfigFile | None = None) -> Iterator[None]:
    try:
        yield
    except InvalidValue as error:
        if source == DEFAULT:
            raise
        where = f"{source} {file.path}" if source == CONFIG_FILE and file else source
        raise InvalidValue(f"{error.message} (from {where})", field=error.field) from None


def _placed(desk: DeskAddress, config_folder: Path | None) -> DeskAddress:
    """Return the address with an absolute path, from the config's folder on if it was named there."""
    if isinstance(desk, SqliteFile):
        return SqliteFile(_absolute(desk.path if config_folder is None else config_folder / desk.path))
    if config_folder is not None and desk.password:
        raise InvalidValue(
            "db: an address in the config file must have no password; put it into ~/.pgpass, as "
            "`supportdesk help postgresql` shows",
            field="db",
        )
    return desk


def _absolute(path: Path) -> Path:
    try:
        return path.absolute()
    except OSError as error:
        raise Unavailable(f"the folder you are in cannot be read: {error.strerror}") from error


def _login_name() -> str:
    # Lazy import: keeps start-up fast.
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that no account has.
        return f"uid {os.getuid()}"
