"""Backup of a database by `pg_dump`, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from supportdesk.domain.desk_address import SECRETS, PostgresServer
from supportdesk.domain.errors import Unavailable
from supportdesk.domain.text import clean_line
from supportdesk.storage.postgres.connection import parameters

_SERVICE = "desk"
# libpq reads each of these from the environment, where no list of processes shows it.
_VARIABLES = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT"}


def copy_to(address: PostgresServer, target: Path, before: Callable[[], object]) -> None:
    """Write a dump in pg_dump's own format, as of one moment; it appears when it is complete, after `before`."""
    program = shutil.which("pg_dump")
    if program is None:
        raise Unavailable(
            "a backup of a desk on a server is made by pg_dump, which is not installed here; "
            "`supportdesk desk copy --to FILE` copies the desk into a file",
            field="db",
        )
    place = target.resolve()
    try:
        with TemporaryDirectory(prefix=".supportdesk-", dir=place.parent) as folder:
            partial = Path(folder) / "desk.dump"
            partial.touch(0o600)
            _dump(program, address, partial)
            before()
            partial.replace(place)
    except OSError as error:
        raise Unavailable(f"the copy {target} cannot be written: {error.strerror}", field="file") from error


def _dump(program: str, address: PostgresServer, partial: Path) -> None:
    given = parameters(address)
    environment = {**os.environ, **{_VARIABLES[name]: value for name, value in given.items() if name in _VARIABLES}}
    if secrets := {name: given.pop(name) for name in SECRETS & given.keys() - _VARIABLES.keys()}:
        environment["PGSERVICEFILE"] = str(_service_file(address, secrets, partial.parent))
        given["service"] = _SERVICE
    others = " ".join(f"{name}='{_escaped(value)}'" for name, value in given.items() if name not in _VARIABLES)
    done = subprocess.run(
        [program, "--format=custom", "--file", str(partial), "--dbname", others],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [""]
        # Its last line is often a detail.
        said = clean_line(next((line for line in lines if "error: " in line), lines[-1]))
        raise Unavailable(f"pg_dump has made no copy of the desk {address}: {said}", field="db")


def _service_file(address: PostgresServer, secrets: Mapping[str, str], folder: Path) -> Path:
    """Return a file with the secrets that libpq reads from nothing else but a list of arguments, which all can see."""
    if "service" in address.options:
        raise Unavailable(
            f"{' and '.join(sorted(secrets))} in the address would be seen by all: put it into your service file",
            field="db",
        )
    file = folder / "service"
    file.touch(0o600)
    file.write_text("\n".join((f"[{_SERVICE}]", *(f"{name}={value}" for name, value in secrets.items()), "")), "utf-8")
    return file


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
