"""A line to a server that can be slow, fall silent without a word, or break: what a network does.

`python -m tests.tcp_proxy SOCKET MILLISECONDS` is one in a process of its own, for measurements.
"""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

CHUNK = 1 << 16


class Line:
    """A port of this machine whose connections lead to a server's socket."""

    def __init__(self, target: Path, *, delay: float = 0.0, port: int = 0) -> None:
        """`delay` is the time that bytes take in each direction, in seconds; any port is taken where none is given."""
        self._target = str(target)
        self._delay = delay
        self._flows = threading.Event()
        self._flows.set()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=500)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every connection, and take no more."""
        with suppress(OSError):
            # Closing alone lets in one more: a thread waits for it.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._flows.set()
        self.cut()

    def fall_silent(self) -> None:
        """Carry no byte any more, in old connections and new ones; nobody is told."""
        self._flows.clear()

    def resume(self) -> None:
        """Carry everything again, what was held up first."""
        self._flows.set()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Carry no byte inside."""
        self.fall_silent()
        try:
            yield
        finally:
            self.resume()

    def cut(self) -> None:
        """End every connection."""
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        far = socket.socket(socket.AF_UNIX)
        with near, far:
            self._open |= {near, far}
            with suppress(OSError):
                far.connect(self._target)
                back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
                back.start()
                self._carry(near, far)
                back.join()
            self._open -= {near, far}

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if self._delay:
                    time.sleep(self._delay)
                self._flows.wait()
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    with Line(Path(sys.argv[1]), delay=float(sys.argv[2]) / 2e3) as line:
        print(line.port, flush=True)
        sys.stdin.read()
