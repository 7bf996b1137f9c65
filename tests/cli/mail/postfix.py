"""A real mail server, where one is installed: Postfix, as a process of the test, set up as the manual says."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from smtplib import SMTP
from tempfile import TemporaryDirectory
from time import monotonic, sleep

BRIDGE = """#!/bin/sh
# Postfix runs commands as somebody who may not read where this program is installed: the test runs it instead.
umask 0 && cd {folder}/calls && mkfifo $$.code && cat > $$.mail || exit 75
for word; do printf '%s\\0' "$word"; done > $$.words && mv $$.words $$.call
read code < $$.code
exit $code
"""
START_SECONDS = 60
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.com
mydestination =
mynetworks = 127.0.0.0/8
local_recipient_maps =
alias_maps =
relay_domains = example.com
disable_dns_lookups = yes
smtp_host_lookup = native
default_transport = smtp:[127.0.0.1]:{sink}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
recipient_delimiter = +
transport_maps = hash:{folder}/conf/transport
helpdesk_destination_recipient_limit = 1
"""
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
{helpdesk}
"""
HELPDESK = """helpdesk unix - n n - 4 pipe flags=Rq user=nobody null_sender=
  argv={program} --db {desk} --config {config} mail receive
  --envelope-from ${{sender}} --envelope-to ${{recipient}}
"""


INSTALLED = not os.getuid() and all(shutil.which(name, path="/usr/sbin") for name in ("postfix", "postmap"))
"""Whether it can be started here: only root may, as whatever starts mail servers."""


@dataclass(frozen=True)
class Postfix:
    """A running server: its port, the folder of the desk, and its own."""

    port: int
    desk: Path
    folder: Path

    def send(self, sender: str, recipient: str, raw: bytes) -> None:
        """Hand a mail to the server."""
        with SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.sendmail(sender, recipient, raw)

    def queued(self) -> list[str]:
        """Return the names of the mails that it still has."""
        names = ("active", "deferred", "incoming", "maildrop")
        return [file.name for name in names for file in (self.folder / "queue" / name).rglob("*") if file.is_file()]

    def log(self) -> str:
        """Return what it says."""
        return (self.folder / "log").read_text("utf-8", "replace")


@contextmanager
def postfix(sink: int, config: str) -> Iterator[Postfix]:
    """Run a server that hands mail for help@example.com to a desk, and everything else to the port of a sink."""
    with TemporaryDirectory(prefix="mta-") as place, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        server = Postfix(port, Path(place) / "desk", Path(place))
        _make_folders(server, sink, config)
        command = ["/usr/sbin/postfix", "-c", str(server.folder / "conf")]
        stopped = threading.Event()
        bridge = threading.Thread(target=_run_commands, args=(server.folder / "calls", stopped))
        bridge.start()
        try:
            started = subprocess.run([*command, "start"], check=False, timeout=60, capture_output=True, text=True)
            assert started.returncode == 0, started.stderr
            _wait_for(server)
            yield server
        finally:
            subprocess.run([*command, "stop"], check=False, timeout=60, capture_output=True)
            stopped.set()
            bridge.join()


def _make_folders(server: Postfix, sink: int, config: str) -> None:
    folder = server.folder
    folder.chmod(0o755)
    for name in ("conf", "queue", "data", "desk", "calls"):
        (folder / name).mkdir()
    (folder / "calls").chmod(0o777)
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    (folder / "config.toml").write_text(config.format(port=server.port))
    (folder / "bridge").write_text(BRIDGE.format(folder=folder))
    (folder / "bridge").chmod(0o755)
    helpdesk = HELPDESK.format(
        program=folder / "bridge", desk=server.desk / "support.db", config=folder / "config.toml"
    )
    (folder / "conf" / "main.cf").write_text(MAIN.format(folder=folder, sink=sink))
    (folder / "conf" / "master.cf").write_text(SERVICES.format(port=server.port, helpdesk=helpdesk))
    (folder / "conf" / "transport").write_text("help@example.com  helpdesk:\n")
    subprocess.run(["/usr/sbin/postmap", "-c", folder / "conf", folder / "conf" / "transport"], check=True, timeout=60)


def _run_commands(calls: Path, stopped: threading.Event) -> None:
    """Run the program for each call of the bridge, with its words and its mail, and give back the exit code."""
    while not stopped.wait(0.02):
        for call in calls.glob("*.call"):
            words = call.read_bytes().decode().split("\0")[:-1]
            call.unlink()
            with call.with_suffix(".mail").open("rb") as mail:
                ended = subprocess.run([sys.executable, "-m", "supportdesk", *words], stdin=mail, check=False,
                                       capture_output=True, timeout=60)  # fmt: skip
            # Reading too, so that it does not wait for a bridge that was killed.
            descriptor = os.open(call.with_suffix(".code"), os.O_RDWR)
            os.write(descriptor, b"%d\n" % ended.returncode)
            stopped.wait(0.2)
            os.close(descriptor)


def _wait_for(server: Postfix) -> None:
    deadline = monotonic() + START_SECONDS
    while True:
        try:
            with SMTP("127.0.0.1", server.port, timeout=5):
                return
        except OSError:
            assert monotonic() < deadline, server.log()
            sleep(0.05)
