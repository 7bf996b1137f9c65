"""Migration of the schema: numbered files, forward only, in one transaction.

The numbers are those of SQLite's migrations. The first folder is the schema as of its number, since there is no older
desk on a server; table `turn` says up to which number a desk was migrated.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supportdesk.domain.errors import InvalidValue, NotAllowed, Unavailable

STEPS = Path(__file__).parent / "migrations"
OLDEST_SERVER = 140000
# Any number, the same in every program: who migrates holds this lock of the database.
_LOCK = 0x5355_5050_4F52_54


def _steps() -> list[str]:
    return sorted({path.name[:4] for path in STEPS.glob("[0-9]*")})


NEWEST = _steps()[-1]
"""The step up to which this program migrates a desk."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What is found where a desk is opened; `step` is empty where there is none."""

    server: int
    encoding: str
    knows_letters: bool
    tables: int
    has_turn: bool
    is_standby: bool
    microseconds: int
    step: str = ""
    can_write: bool = False

    @classmethod
    def of(cls, connection: Any) -> Opened:
        """Ask the server."""
        found = connection.execute(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), "
            "lower('Ä') = 'ä', "
            "(SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'), "
            "to_regclass('turn') IS NOT NULL, pg_is_in_recovery(), "
            "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint, "
            # The server, too, finds out that a program has vanished, and gives its turn to others.
            "set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), "
            "set_config('tcp_keepalives_count', '3', false)"
        ).fetchone()
        server, encoding, knows_letters, tables, has_turn, is_standby, microseconds, *_ = found
        step, can_write = "", False
        if has_turn:
            step, can_write = connection.execute(
                "SELECT step, has_table_privilege('turn', 'UPDATE') FROM turn"
            ).fetchone()
        return cls(
            server,
            encoding,
            bool(knows_letters),
            tables,
            bool(has_turn),
            bool(is_standby),
            microseconds,
            step,
            bool(can_write) and not is_standby,
        )

    @property
    def must_migrate(self) -> bool:
        """Whether this program has steps that the desk lacks."""
        return self.step < NEWEST and not self.is_standby and (self.has_turn or not self.tables)


def check_schema(opened: Opened, name: str) -> None:
    """Raise a `DeskError` when this program cannot work with what it found."""
    if not opened.has_turn and not opened.tables:
        raise Unavailable(
            f"db: there is no desk at {name}; the app, `ticket create` or an import makes one", field="db"
        )
    if not opened.has_turn:
        raise InvalidValue(f"db: {name} is not a desk: it holds another program's tables", field="db")
    if opened.step > NEWEST:
        raise InvalidValue(
            f"db: {name} was made by a newer supportdesk ({opened.step}); update this program", field="db"
        )
    if opened.step < NEWEST:
        raise NotAllowed(
            f"db: {name} was made by an older supportdesk; somebody who owns its tables must open it once", field="db"
        )


def migrate(connection: Any) -> None:
    """Apply missing steps; a second program waits and then finds nothing left to do."""
    opened = Opened.of(connection)
    _check_server(opened)
    with connection.transaction():
        connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
        opened = Opened.of(connection)
        if not opened.must_migrate:
            return
        for step, statements in _missing(opened.step):
            connection.execute(statements)
            connection.execute("UPDATE turn SET step = %s", (step,))
        connection.execute(
            "INSERT INTO desk (name, value) VALUES ('secret', %s) ON CONFLICT (name) DO NOTHING",
            (secrets.token_hex(16),),
        )


def all_statements() -> str:
    """Return the SQL of all steps."""
    return "\n".join(map(_statements, _steps()))


def _missing(applied: str) -> Iterator[tuple[str, bytes]]:
    for step in _steps():
        if step > applied:
            yield step, _statements(step).encode()


def _statements(step: str) -> str:
    return "\n".join(file.read_text("utf-8") for file in _files(step))


def _files(step: str) -> list[Path]:
    return sorted(STEPS.glob(f"{step}*.sql")) + sorted(STEPS.glob(f"{step}/*.sql"))


def _check_server(opened: Opened) -> None:
    """Raise `InvalidValue` for a server on which a desk would not work."""
    fault = ""
    if opened.server < OLDEST_SERVER:
        fault = f"it is PostgreSQL {opened.server // 10000}, and version {OLDEST_SERVER // 10000} is needed"
    elif opened.encoding != "UTF8":
        fault = f"its encoding is {opened.encoding}; make the database anew with ENCODING 'UTF8' TEMPLATE template0"
    elif not opened.knows_letters:
        fault = (
            "its LC_CTYPE knows no letters but ASCII; make the database anew with LC_CTYPE 'C.UTF-8' or any UTF-8 one"
        )
    if fault:
        raise InvalidValue(f"db: no desk can be made in this database: {fault}", field="db")
