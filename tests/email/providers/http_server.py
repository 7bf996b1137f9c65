"""A real HTTP server that plays a mail service and answers as it is told."""

import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Answer = Callable[["Handler"], None]


@dataclass
class Request:
    """What a client asked."""

    method: str
    path: str
    headers: Any
    body: bytes
    client: tuple[str, int]


@dataclass
class Service:
    """What was asked, and what is answered to it."""

    answer: Answer
    requests: list[Request] = field(default_factory=list)
    released: Event = field(default_factory=Event)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "HttpServer"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        service = self.server.service
        service.requests.append(Request("POST", self.path, self.headers, body, self.client_address))
        service.answer(self)

    def log_message(self, *words: object) -> None:
        pass


class HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    service: Service

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that has had enough is none.
        pass

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


def started(context: ssl.SSLContext | None = None) -> HttpServer:
    server = HttpServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server


def says(status: int, document: object = None, **headers: str) -> Answer:
    """Answers with a JSON document, or with bytes."""
    body = document if isinstance(document, bytes) else b"" if document is None else json.dumps(document).encode()

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def garbage(handler: Handler) -> None:
    """No HTTP at all."""
    handler.wfile.write(b"\x00\xffno http\r\n\r\n")
    handler.close_connection = True


def nothing(handler: Handler) -> None:
    """Ends the connection."""
    handler.close_connection = True


def silence(handler: Handler) -> None:
    """Keeps the client waiting until the test is over."""
    handler.server.service.released.wait()
    handler.close_connection = True
