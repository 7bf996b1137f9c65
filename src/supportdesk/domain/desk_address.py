"""Where a desk is kept: in a SQLite file, or in a database of a PostgreSQL server."""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from supportdesk.domain.errors import InvalidValue, Unavailable, invalid

ALLOWED = (
    "give the path of a file, or a URL such as sqlite:////srv/desk/support.db or "
    "postgresql://support@db.example.com/support"
)
POSTGRES = ("postgresql", "postgres")
_SERVER_SHAPE = "postgresql://user@host:port/database?option=value"
# Options of libpq that are as secret as a password.
SECRETS = frozenset({"sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"})
_HOST = r"(?:[\w.%-]*|\[[0-9A-Fa-f:.]+\])(?::\d+)?"
# Everything up to the last @ may belong to the login: people type any letters in a password.
_SERVER = (
    rf"//(?:(?P<user>[\w.%+-]*)(?::(?P<password>.*))?@)?(?P<hosts>{_HOST}(?:,{_HOST})*)"
    r"(?:/(?P<database>[\w.%+-]*))?(?:\?(?P<options>[^@]*))?"
)
# A slash or the colon is soon forgotten, and such a path would show the password.
_MISTYPED = re.compile(rf"(?:{'|'.join(POSTGRES)})(?::|//)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A desk in a file."""

    path: Path

    @property
    def identity(self) -> str:
        """The text that is the same by whichever way somebody reaches this desk."""
        return str(self.path.resolve())

    def __str__(self) -> str:
        """Return the desk as shown to users."""
        return str(self.path)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A desk on a server, as libpq's connection URIs name one; only the connection gets the password.

    Of several hosts, `host` and `port` have one each, with commas between. `files` is the folder that all machines
    share for what is not kept in the database.
    """

    user: str
    host: str
    port: str
    database: str
    password: str = field(default="", repr=False, compare=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: Path | None = None

    @property
    def identity(self) -> str:
        """The text that is the same by whichever way somebody reaches this desk."""
        return self._shown(self.options)

    def __str__(self) -> str:
        """Return the desk as shown to users."""
        return self._shown(self.options if self.files is None else {**self.options, "files": str(self.files)})

    def _shown(self, options: Mapping[str, str]) -> str:
        login = f"{self.user}@" if self.user else ""
        places = zip_longest(self.host.split(","), self.port.split(","), fillvalue="")
        hosts = ",".join(f"{host}:{port}" if port else host for host, port in places)
        words = "&".join(f"{name}={'***' if name in SECRETS else value}" for name, value in options.items())
        return f"postgresql://{login}{hosts}/{self.database}{'?' * bool(words)}{words}"


DeskAddress = SqliteFile | PostgresServer


def parse_desk_address(text: str) -> DeskAddress:
    """Return what a path, a `sqlite:///` or a `postgresql://` URL names; raise `InvalidValue` for everything else."""
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if scheme in POSTGRES and (server := re.fullmatch(_SERVER, rest, re.ASCII)):
        return _postgres_server(**server.groupdict(""))
    if _MISTYPED.match(text):
        # The address is not repeated: it may hold a password.
        raise InvalidValue(f"db: this is no address of a server; write it as {_SERVER_SHAPE}", field="db")
    if not colon or not (rest.startswith("//") or scheme in ("sqlite", "file")):
        return SqliteFile(_desk_path(text))
    if scheme != "sqlite":
        raise InvalidValue(f"db: a {scheme}: address is not allowed; {ALLOWED}", field="db")
    place = rest.removeprefix("///")
    if place in ("", rest) or "?" in place:
        raise invalid("db", text, ALLOWED)
    # Lazy import: keeps start-up fast.
    from urllib.parse import unquote

    return SqliteFile(_desk_path(unquote(place)))


def sqlite_file(address: DeskAddress) -> Path:
    """Return the file of a desk; raise `InvalidValue` for a desk on a server, which has none."""
    if isinstance(address, PostgresServer):
        raise InvalidValue(f"db: {address} is on a PostgreSQL server, and this needs a desk in a file", field="db")
    return address.path


def files_folder(address: DeskAddress) -> Path:
    """Return the folder of what a desk keeps outside its database, such as mails as they came in.

    The same one by whichever way somebody reaches the desk. Raises `Unavailable` for a desk on a server whose address
    names none: every machine must find the same files.
    """
    if isinstance(address, SqliteFile):
        return Path(f"{address.path.resolve()}.files")
    if address.files is None:
        raise Unavailable(
            f"mails and attachments of the desk {address} need a folder that all its machines share; "
            "name it at the end of the address, as in ?files=/srv/support",
            field="db",
        )
    return address.files


def _postgres_server(*, user: str, password: str, hosts: str, database: str, options: str) -> PostgresServer:
    # Lazy import: keeps start-up fast.
    from urllib.parse import parse_qsl, unquote

    given = dict(parse_qsl(options, keep_blank_values=True))
    hidden = given.pop("password", "") or unquote(password)
    files = given.pop("files", "")
    if not all(f"{name}{value}".isprintable() for name, value in given.items()):
        raise InvalidValue(f"db: this address cannot be used; {ALLOWED}", field="db")
    places = [re.fullmatch(r"(.*?)(?::(\d+))?", place) for place in hosts.split(",")]
    host = ",".join(place[1] for place in places if place)
    port = ",".join(place[2] or "" for place in places if place)
    return PostgresServer(
        user, host, port if port.strip(",") else "", database, hidden, given, parse_path("db", files) if files else None
    )


def parse_path(field: str, text: str) -> Path:
    """Return the path that a text names; raise `InvalidValue` that names `field` when it names none."""
    if not text.strip() or any(letter < " " or "\x7f" <= letter <= "\x9f" for letter in text):
        raise invalid(field, text, "it must be the path of a file")
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise invalid(field, text, "there is no user of that name") from None
    try:
        path.stat()
    except OSError as error:
        # What no call to the system can get past, whatever is to be done with the file.
        if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            raise invalid(field, text, f"it must be the path of a file ({error.strerror})") from None
    return path


def _desk_path(text: str) -> Path:
    if text.strip() == ":memory:":
        raise invalid("db", text, ALLOWED)
    return parse_path("db", text)
