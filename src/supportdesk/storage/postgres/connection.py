"""A connection to the server, and rows as SQLite gives them: whole numbers for booleans and sums."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import psycopg
from psycopg.adapt import Dumper, Loader

from supportdesk.domain.desk_address import PostgresServer
from supportdesk.storage.postgres.watched import ANSWER_SECONDS, WatchedConnection

# Ends a connection whose server has vanished without a word; in seconds, the last one in milliseconds.
_KEEPALIVES = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}

# Around the address of a host in an URL, and nowhere else.
_NO_BRACKETS = str.maketrans("", "", "[]")
# A question mark inside of quotes is text.
_MARK = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|[?%]""")
_NATIVE = {"?": "%s", "%": "%%"}


class _BoolDumper(Dumper):
    def dump(self, obj: bool) -> bytes:
        return b"1" if obj else b"0"

    quote = dump


class _BoolLoader(Loader):
    def load(self, data: Any) -> int:
        return int(bytes(data) == b"t")


class _NumericLoader(Loader):
    def load(self, data: Any) -> int | float:
        text = bytes(data)
        return int(text) if text.lstrip(b"-").isdigit() else float(text)


def connect(address: PostgresServer) -> psycopg.Connection:
    """Return a new connection; raise psycopg's error when there is none to be had.

    Values are put into the statements by the client: nothing is prepared on the server, so that a pool may give each
    transaction another connection, and the planner knows the values.
    """
    connection = WatchedConnection.connect(
        **parameters(address), autocommit=True, cursor_factory=psycopg.ClientCursor, prepare_threshold=None
    )
    adapters = connection.adapters
    adapters.register_dumper(bool, _BoolDumper)
    adapters.register_loader("bool", _BoolLoader)
    adapters.register_loader("numeric", _NumericLoader)
    return connection


def parameters(address: PostgresServer) -> dict[str, Any]:
    """Return an address as libpq's parameters."""
    given = {
        "user": unquote(address.user),
        "password": address.password,
        "host": unquote(address.host.translate(_NO_BRACKETS)),
        "port": address.port,
        "dbname": unquote(address.database),
    }
    named = {name: value for name, value in given.items() if value}
    return {
        "connect_timeout": str(ANSWER_SECONDS),
        "application_name": "supportdesk",
        **_KEEPALIVES,
        **named,
        **address.options,
        # Whatever the environment or the address says: a desk has letters of every script.
        "client_encoding": "UTF8",
    }


@lru_cache(maxsize=2_000)
def to_native(statement: str) -> bytes:
    """Return a statement with the driver's marks for its parameters instead of question marks."""
    return _MARK.sub(lambda found: _NATIVE.get(found[0]) or found[0].replace("%", "%%"), statement).encode()
