"""Certificates and servers that all the tests of a file share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.email.providers.http_server import HttpServer, Service, says, started


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture(autouse=True)
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_PASSWORD", "SENDGRID_API_KEY", "MAILGUN_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def http_server() -> Iterator[HttpServer]:
    server = started()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def service(http_server: HttpServer) -> Iterator[Service]:
    """What is asked of the HTTP server, and what it answers."""
    http_server.service = Service(says(200))
    yield http_server.service
    http_server.service.released.set()
