"""A connection that notices when its server falls silent, as behind a broken line, a firewall or a stopped machine."""

from __future__ import annotations

import select
import socket
from collections.abc import Generator
from time import monotonic
from typing import Any

import psycopg

SILENT_SECONDS = 3.0
"""How long a statement may take before the server is asked whether it is still there."""
ANSWER_SECONDS = 5
"""How long it may take to answer that, and to let somebody in."""
# What a client sends that wants TLS: the server answers it with one byte, without a login.
_ENCRYPTION_REQUEST = bytes([0, 0, 0, 8, 4, 210, 22, 47])


class ServerSilent(psycopg.OperationalError):
    """The server does not answer; the connection was given up."""


class EndedBefore(psycopg.OperationalError):
    """The server has ended the connection before anything was sent."""


class WatchedConnection(psycopg.Connection[Any]):
    """A connection whose statements may take as long as they need, for as long as the server can be reached.

    TCP alone does not notice: a proxy acknowledges what a dead server never reads, and an answer that never comes is
    waited for in silence.
    """

    def hear(self) -> None:
        """Take notice of what the server has said by itself; raise `EndedBefore` when it has ended the connection."""
        try:
            while select.select([self.fileno()], [], [], 0)[0]:
                self.pgconn.consume_input()
        except psycopg.OperationalError as error:
            self.close()
            raise EndedBefore(str(error)) from error

    def wait(self, gen: Any, *arguments: Any, **options: Any) -> Any:
        """Wait for a generator of psycopg's; raise `ServerSilent`, with the connection closed, for a silent server."""
        return super().wait(self._watch(gen), *arguments, **options)

    def _watch(self, waiting: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        heard = monotonic()
        try:
            wanted = next(waiting)
            while True:
                # psycopg wakes up ten times a second, with nothing while nothing has come.
                ready = yield wanted
                if ready:
                    heard = monotonic()
                elif monotonic() - heard > SILENT_SECONDS:
                    if not self._is_server_there():
                        self.close()
                        raise ServerSilent("the server does not answer")
                    heard = monotonic()
                wanted = waiting.send(ready)
        except StopIteration as ended:
            return ended.value

    def _is_server_there(self) -> bool:
        """Ask beside this connection, since the server answers one statement after the other."""
        try:
            with _dial(self.info) as line:
                line.sendall(_ENCRYPTION_REQUEST)
                line.recv(1)
        except OSError:
            return False
        return True


def _dial(info: psycopg.ConnectionInfo) -> socket.socket:
    if info.host.startswith(("/", "@")):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(ANSWER_SECONDS)
        line.connect(f"{info.host}/.s.PGSQL.{info.port}".replace("@", "\0", 1))
        return line
    return socket.create_connection((info.hostaddr or info.host, info.port), ANSWER_SECONDS)
