"""Where a desk is kept: in a SQLite file, or on a PostgreSQL server, which this version recognises and refuses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from supportdesk.domain.errors import InvalidValue, invalid

ALLOWED = "this version keeps the desk in a SQLite file: give its path, or a URL such as sqlite:////srv/desk/support.db"
POSTGRES = ("postgresql", "postgres")
# Everything up to the last @ may belong to the login: people type any letters in a password.
_SERVER = (
    r"//(?:(?P<user>[\w.%+-]*)(?::.*)?@)?(?P<host>[\w.,-]*|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d+))?"
    r"(?:/(?P<database>[\w.%+-]*))?(?:\?[^@]*)?"
)


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
    """A desk on a server; the password is not kept."""

    user: str
    host: str
    port: str
    database: str

    @property
    def identity(self) -> str:
        """The text that is the same by whichever way somebody reaches this desk."""
        return str(self)

    def __str__(self) -> str:
        """Return the desk as shown to users."""
        login = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"postgresql://{login}{self.host}{port}/{self.database}"


DeskAddress = SqliteFile | PostgresServer


def parse_desk_address(text: str) -> DeskAddress:
    """Return what a path, a `sqlite:///` or a `postgresql://` URL names; raise `InvalidValue` for everything else."""
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not colon or not (rest.startswith("//") or scheme in ("sqlite", "file")):
        return SqliteFile(_desk_path(text))
    if scheme in POSTGRES and (server := re.fullmatch(_SERVER, rest, re.ASCII)):
        return PostgresServer(**server.groupdict(""))
    if scheme != "sqlite":
        # The address is not repeated: it may hold a password.
        raise InvalidValue(f"db: a {scheme}: address is not allowed; {ALLOWED}", field="db")
    place = rest.removeprefix("///")
    if place in ("", rest) or "?" in place:
        raise invalid("db", text, ALLOWED)
    # Lazy import: keeps start-up fast.
    from urllib.parse import unquote

    return SqliteFile(_desk_path(unquote(place)))


def sqlite_file(address: DeskAddress) -> Path:
    """Return the file of a desk; raise `InvalidValue` for a desk on a server, which this version cannot open."""
    if isinstance(address, PostgresServer):
        raise InvalidValue(f"db: {address} is on a PostgreSQL server; {ALLOWED}", field="db")
    return address.path


def files_folder(address: DeskAddress) -> Path:
    """Return the folder of what a desk keeps outside its database, such as mails as they came in.

    The same one by whichever way somebody reaches the desk.
    """
    return Path(f"{sqlite_file(address).resolve()}.files")


def parse_path(field: str, text: str) -> Path:
    """Return the path that a text names; raise `InvalidValue` that names `field` when it names none."""
    if not text.strip() or any(letter < " " or "\x7f" <= letter <= "\x9f" for letter in text):
        raise invalid(field, text, "it must be the path of a file")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise invalid(field, text, "there is no user of that name") from None


def _desk_path(text: str) -> Path:
    if text.strip() == ":memory:":
        raise invalid("db", text, ALLOWED)
    return parse_path("db", text)
