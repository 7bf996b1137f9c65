"""A real IMAP server, where one is installed: Dovecot, as a process of the test."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from tests.email.fetching.imap_server import PASSWORD

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
"""None where it is not installed: then the tests' own server is the only one."""
START_SECONDS = 60
CONFIG = """
base_dir = {run}
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/home/Maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server: its port and where its mails are."""

    port: int
    maildir: Path

    def add(self, raw: bytes, *flags: str) -> None:
        """A mail arrives."""
        with IMAPClient("127.0.0.1", self.port, ssl=False) as client:
            client.login("help", PASSWORD)
            client.append("INBOX", raw, flags)

    def flags(self) -> list[set[str]]:
        """The flags of every mail that is there."""
        with IMAPClient("127.0.0.1", self.port, ssl=False) as client:
            client.login("help", PASSWORD)
            client.select_folder("INBOX", readonly=True)
            return [{flag.decode() for flag in flags} for flags in client.get_flags(client.search()).values()]

    def renumber(self) -> None:
        """All mails get new UIDs, under another UIDVALIDITY."""
        for file in self.maildir.glob("dovecot*"):
            file.unlink()


@contextmanager
def dovecot(folder: Path) -> Iterator[Dovecot]:
    """A server with one empty mailbox."""
    account = pwd.getpwuid(os.getuid() or pwd.getpwnam("nobody").pw_uid)
    # The paths of its sockets must be short.
    run = Path(tempfile.mkdtemp(prefix="dovecot-"))
    os.chown(run, account.pw_uid, account.pw_gid)
    for name in ("state", "home"):
        (folder / name).mkdir()
        os.chown(folder / name, account.pw_uid, account.pw_gid)
    for parent in folder.parents:
        # The account that delivers must reach its home.
        if parent.stat().st_uid == os.getuid() and len(parent.parts) > 2:
            parent.chmod(parent.stat().st_mode | 0o011)
    folder.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    group = subprocess.run(["id", "-gn", account.pw_name], capture_output=True, text=True, check=True).stdout.strip()
    (folder / "dovecot.conf").write_text(
        CONFIG.format(
            folder=folder,
            run=run,
            user=account.pw_name,
            group=group,
            uid=account.pw_uid,
            gid=account.pw_gid,
            port=port,
            password=PASSWORD,
        )
    )
    assert PROGRAM
    with subprocess.Popen([PROGRAM, "-F", "-c", folder / "dovecot.conf"], stderr=subprocess.PIPE) as process:
        try:
            _wait_for(port, process)
            yield Dovecot(port, folder / "home" / "Maildir")
        finally:
            process.terminate()
            process.wait()
            shutil.rmtree(run, ignore_errors=True)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    from time import monotonic

    deadline = monotonic() + START_SECONDS
    while True:
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                assert connection.recv(100)
                return
        except OSError:
            assert monotonic() < deadline
