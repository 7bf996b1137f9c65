"""A small IMAP server of one folder, which does what a test tells it: drop, renumber, lie."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PASSWORD, TOKEN = "open-sesame", "token-1"


@dataclass
class Mail:
    """A mail in the folder."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


class Hangup(Exception):
    """The server closes the connection."""


class ImapServer(socketserver.ThreadingTCPServer):
    """Serves one folder; `on` holds what happens instead of a command: it gets the connection, tag and words."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.mails: list[Mail] = []
        self.uid_validity, self.uid_next = 7, 1
        self.read_only = False
        self.capabilities = "IMAP4rev1 IDLE AUTH=XOAUTH2 SASL-IR"
        self.on: dict[str, Callable[[Connection, bytes, str], None]] = {}
        self.commands: list[str] = []
        self.context = context
        self.arrived = threading.Condition()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def add(self, raw: bytes, *flags: str) -> int:
        """A mail arrives; who waits in IDLE is told."""
        with self.arrived:
            self.mails.append(Mail(self.uid_next, raw, set(flags)))
            self.uid_next += 1
            self.arrived.notify_all()
        return self.uid_next - 1

    def renumber(self, validity: int) -> None:
        """All mails get new UIDs, beginning with 1."""
        self.uid_validity = validity
        for uid, mail in enumerate(self.mails, 1):
            mail.uid = uid
        self.uid_next = len(self.mails) + 1

    def handle_error(self, request: object, client_address: object) -> None:
        """Connections end in any way here."""


class Connection(socketserver.StreamRequestHandler):
    """One client."""

    server: ImapServer

    def setup(self) -> None:
        if self.server.context is not None:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.request.close()

    def handle(self) -> None:
        self.told = 0
        self.say(b"* OK ready")
        with suppress(Hangup, OSError):
            while line := self.rfile.readline():
                tag, _, rest = line.rstrip(b"\r\n").partition(b" ")
                words = rest.decode("ascii")
                name = " ".join(words.upper().split()[: 2 if words.upper().startswith("UID ") else 1])
                self.server.commands.append(words)
                if name in self.server.on:
                    self.server.on[name](self, tag, words)
                else:
                    getattr(self, "do_" + name.lower().replace(" ", "_"))(tag, words)

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def done(self, tag: bytes, words: bytes = b"OK done") -> None:
        self.say(tag + b" " + words)

    def do_capability(self, tag: bytes, words: str) -> None:
        self.say(b"* CAPABILITY " + self.server.capabilities.encode())
        self.done(tag)

    def do_login(self, tag: bytes, words: str) -> None:
        given = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', words)[1:]
        right = [quoted or plain for quoted, plain in given] == ["help", PASSWORD]
        self.done(tag, b"OK in" if right else b"NO wrong password: " + words.encode())

    def do_authenticate(self, tag: bytes, words: str) -> None:
        import base64

        if len(words.split()) < 3:
            self.say(b"+ ")
            given = base64.b64decode(self.rfile.readline())
        else:
            given = base64.b64decode(words.split()[2])
        right = given == f"user=help\1auth=Bearer {TOKEN}\1\1".encode()
        self.done(tag, b"OK in" if right else b"NO wrong token")

    def do_select(self, tag: bytes, words: str) -> None:
        self.told = len(self.server.mails)
        self.say(b"* %d EXISTS" % self.told)
        self.say(b"* OK [UIDVALIDITY %d] valid" % self.server.uid_validity)
        self.say(b"* OK [UIDNEXT %d] next" % self.server.uid_next)
        self.done(tag, b"OK [READ-ONLY] done" if self.server.read_only else b"OK [READ-WRITE] done")

    do_examine = do_select

    def do_noop(self, tag: bytes, words: str) -> None:
        self.done(tag)

    def do_logout(self, tag: bytes, words: str) -> None:
        self.say(b"* BYE")
        self.done(tag)
        raise Hangup

    def do_uid_search(self, tag: bytes, words: str) -> None:
        mails = self.server.mails
        if "UNSEEN" in words:
            found = [mail.uid for mail in mails if "\\Seen" not in mail.flags]
        elif match := re.search(r"UID (\d+):\*", words.removeprefix("UID SEARCH")):
            first = min(int(match.group(1)), max((mail.uid for mail in mails), default=0))
            found = [mail.uid for mail in mails if mail.uid >= first]
        else:
            found = [mail.uid for mail in mails]
        self.say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in found))
        self.done(tag)

    def do_uid_fetch(self, tag: bytes, words: str) -> None:
        for number, mail in enumerate(self.server.mails, 1):
            if mail.uid not in uids_of(words.split()[2]):
                continue
            if "RFC822.SIZE" in words:
                self.say(b"* %d FETCH (UID %d RFC822.SIZE %d)" % (number, mail.uid, len(mail.raw)))
            elif "<" in words:
                part = mail.raw[: int(re.search(r"<0\.(\d+)>", words).group(1))]
                self.say(b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%b)" % (number, mail.uid, len(part), part))
            else:
                self.say(b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)" % (number, mail.uid, len(mail.raw), mail.raw))
        self.done(tag)

    def do_uid_store(self, tag: bytes, words: str) -> None:
        for mail in self.server.mails:
            if mail.uid in uids_of(words.split()[2]):
                mail.flags.update(re.findall(r"\\\w+", words))
        self.done(tag)

    def do_idle(self, tag: bytes, words: str) -> None:
        self.say(b"+ idling")
        ended = threading.Event()

        def tell() -> None:
            with self.server.arrived, suppress(OSError, ValueError):
                while not ended.is_set():
                    # Not in one packet with what was said before: a client may wait for another one.
                    self.server.arrived.wait(0.1)
                    if len(self.server.mails) > self.told:
                        self.say(b"* %d EXISTS" % len(self.server.mails))
                        return

        teller = threading.Thread(target=tell, daemon=True)
        teller.start()
        self.rfile.readline()
        ended.set()
        teller.join()
        self.done(tag)


def uids_of(words: str) -> set[int]:
    """The UIDs of a sequence set such as `1,3:5`."""
    found: set[int] = set()
    for part in words.split(","):
        first, _, last = part.partition(":")
        found.update(range(int(first), int(last or first) + 1))
    return found


@contextmanager
def imap_server(context: ssl.SSLContext | None = None) -> Iterator[ImapServer]:
    """A server in a thread of its own."""
    with ImapServer(context) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
