"""PostgreSQL's errors as messages for users."""

from __future__ import annotations

import re

import psycopg

from supportdesk.domain.errors import DeskError, InvalidValue, Locked, NotAllowed, Unavailable
from supportdesk.domain.text import clean_line

_LOCKED = {"55P03", "57014", "40001", "40P01"}
_NO_ROOM = "53100"
_NO_MEMORY = "53200"
_FORBIDDEN = {"42501", "25006"}
_NO_LOGIN = {"28000", "28P01"}
_TOO_MANY = "53300"
_OTHER_SCHEMA = {"42P01", "42703", "42883", "3F000"}
_BAD_VALUE = "22"
# The server's code of a refused connection is not handed on; its words are, in the server's language.
_MISSING_DATABASE = re.compile(r'(?P<named>database "[^"]*") does not exist')
_UNNAMED = "no password supplied"
# What psycopg says of a connection that was never tried, but for a host that cannot be reached.
_BAD_OPTION = re.compile(r"connection is bad: (?!.* failed: )(?!.*could not )(?P<reason>.+)")
_ALL_TAKEN = re.compile("too many (clients|connections)|remaining connection slots")
_ERROR_NUMBER = re.compile(r"\[Errno -?\d+\] ")
_REFUSED_LOGIN = re.compile(
    r"authentication failed|no password supplied|pg_hba|is not permitted to log in|role .* does not"
)
_HOW_TO_LOG_IN = "it wants a password, and ~/.pgpass, which nobody else may read, has none for this login"


def not_writable(name: str) -> NotAllowed:
    """Return the error for a desk that this user can only read."""
    return NotAllowed(
        f"the desk {name} cannot be written by you: your role needs SELECT, INSERT, UPDATE and DELETE on its tables, "
        "on the primary server; nothing was saved",
        field="db",
    )


def not_readable(name: str) -> NotAllowed:
    """Return the error for a desk that this user cannot even read."""
    return NotAllowed(
        f"db: the desk {name} cannot be read by you: your role needs SELECT on its tables to look, "
        "and INSERT, UPDATE and DELETE to work",
        field="db",
    )


def not_creatable(name: str) -> NotAllowed:
    """Return the error for an empty database in which this user can make no desk."""
    return NotAllowed(
        f"db: no desk can be made at {name} by you: your role may not create tables there; "
        "the owner of the database makes it, see `supportdesk help postgresql`",
        field="db",
    )


def unknown_outcome(name: str) -> Unavailable:
    """Return the error for a commit that the server did not answer."""
    return Unavailable(
        f"the connection to the desk {name} was lost while a change was being saved: nobody knows whether it was "
        "saved; look before you do it again"
    )


def lost(name: str) -> Unavailable:
    """Return the error for a connection that ended inside a transaction."""
    return Unavailable(f"the connection to the desk {name} was lost; nothing was saved, try again")


def newer_schema(name: str) -> Unavailable:
    """Return the error for a desk that another program has migrated while this one was running."""
    return Unavailable(
        f"the desk {name} was migrated by a newer supportdesk; nothing was saved, "
        "end this program and start the new one",
        field="db",
    )


def silent(name: str) -> Unavailable:
    """Return the error for a server that does not answer."""
    return Unavailable(f"the server of the desk {name} does not answer; nothing was saved, try again")


def pooled(name: str) -> Unavailable:
    """Return the error for work that needs a session of its own."""
    return Unavailable(
        f"db: {name} is reached by way of a pooler, and imports need a session of their own: "
        "give this command the address of the server itself; nothing was saved",
        field="db",
    )


def unreachable(error: Exception, name: str) -> DeskError:
    """Return why no connection can be had, in words for users."""
    # psycopg's words name host and user, never the password; the last line that is not advice has the reason.
    lines = [line for line in str(error).splitlines() if line.strip() and not line[0].isspace()]
    said = _ERROR_NUMBER.sub("", clean_line(lines[-1] if lines else str(error)))
    if isinstance(error, psycopg.ProgrammingError):
        return InvalidValue(
            f"db: the address of {name} has something that PostgreSQL does not know ({said})", field="db"
        )
    if bad := _BAD_OPTION.search(said):
        return InvalidValue(f"db: the address {name} cannot be used ({bad['reason']})", field="db")
    if missing := _MISSING_DATABASE.search(said):
        return Unavailable(
            f"db: there is no {missing['named']} at {name}; its administrator makes one, "
            "see `supportdesk help postgresql`",
            field="db",
        )
    if _REFUSED_LOGIN.search(said):
        reason = _HOW_TO_LOG_IN if _UNNAMED in said else _reason(said)
        return NotAllowed(f"db: the server of {name} does not let you in: {reason}", field="db")
    if _ALL_TAKEN.search(said):
        return Unavailable(f"the server of {name} has no free connection ({_reason(said)}); try again", field="db")
    return Unavailable(f"the desk {name} cannot be reached: {_reason(said)}", field="db")


def to_desk_error(error: psycopg.Error, name: str) -> DeskError:
    """Return the error of a statement in words for users."""
    code = error.sqlstate or ""
    said = clean_line(str(error).strip().partition("\n")[0])
    if code in _LOCKED:
        return Locked(f"the desk {name} is locked by another program; nothing was saved, try again")
    if code == _NO_MEMORY:
        return Unavailable(f"the server of {name} is out of memory; nothing was saved, try again")
    if code == _NO_ROOM:
        return Unavailable(f"no space is left for the desk {name}; nothing was saved")
    if code in _FORBIDDEN:
        return not_writable(name)
    if code in _NO_LOGIN:
        return NotAllowed(f"db: the server of {name} does not let you in: {said}", field="db")
    if code == _TOO_MANY:
        return Unavailable(f"the server of {name} has no free connection; try again")
    if code.startswith(("08", "57P")):
        return lost(name)
    if isinstance(error, psycopg.DataError) or code.startswith(_BAD_VALUE):
        return Unavailable(f"a value is one that the desk {name} cannot hold ({said}); nothing was saved")
    if code in _OTHER_SCHEMA:
        return Unavailable(f"the desk {name} lacks what this program needs ({said}); `supportdesk doctor` compares")
    return Unavailable(f"the desk {name} cannot be used: {said}")


def _reason(said: str) -> str:
    return said.rpartition("FATAL: ")[2].rpartition(" failed: ")[2].strip() or said
