"""A real mail server, which does to a mail what its recipient's mailbox is called."""

import asyncio
import ssl
import warnings
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "desk", "p4ss-w0rd/+="


class Server(SMTP):
    """Drops connections where its mails say so."""

    async def smtp_DATA(self, arg: str) -> None:
        mailbox = self.envelope.rcpt_tos[0].partition("@")[0] if self.envelope.rcpt_tos else ""
        if mailbox == "drop-at-data":
            self.transport.abort()
        elif mailbox == "drop-in-body":
            await self.push("354 go on")
            await self._reader.readexactly(1000)
            self.transport.abort()
        elif mailbox == "nonsense":
            await self.push("354 go on")
            await self._reader.readuntil(b"\r\n.\r\n")
            await self.push("what was that?")
        else:
            await super().smtp_DATA(arg)


class Echoing(Server):
    """Repeats what it does not like, as some servers do."""

    async def smtp_AUTH(self, arg: str) -> None:
        await self.push(f"535 5.7.8 cannot do: AUTH {arg}")


class Mailboxes:
    """What arrived, and the answers by mailbox."""

    def __init__(self) -> None:
        self.arrived: list[Envelope] = []
        self.sessions: list[Session] = []
        self.slow: list[asyncio.Event] = []

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if address.startswith("refused@"):
            return "550 5.7.1 no mail from you"
        if address.startswith("once@") and getattr(session, "mails", 0):
            return "421 4.4.2 that was enough"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answers = {"nobody": "550 5.1.1 no such mailbox \x1b]0;owned\x07here", "full": "452 4.2.2 mailbox full"}
        envelope.rcpt_tos.append(address)
        return answers.get(address.partition("@")[0], "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mailbox = envelope.rcpt_tos[0].partition("@")[0]
        if mailbox == "spam":
            return "554 5.7.1 that is spam"
        if mailbox == "busy":
            return "451 4.3.0 try again later"
        if mailbox == "drop-after":
            server.transport.abort()
        if mailbox == "slow":
            self.slow.append(asyncio.Event())
            await self.slow[-1].wait()
        self.arrived.append(envelope)
        self.sessions.append(session)
        session.mails = getattr(session, "mails", 0) + 1
        if mailbox == "last":
            server.loop.call_later(0.01, server.transport.close)
        return "250 2.0.0 queued as 4711"


class Running(Controller):
    """The server on a free port of this machine, until `stop`."""

    def __init__(self, boxes: Mailboxes, kind: type[SMTP] = Server, **options: Any) -> None:
        self._kind = kind
        super().__init__(boxes, hostname="127.0.0.1", port=0, server_hostname="mail.example.com", **options)

    def factory(self) -> SMTP:
        with warnings.catch_warnings():
            # It does not see that all of its connection is in TLS.
            warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS", UserWarning)
            return self._kind(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        # The port was chosen when the server started.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def context_of(certificate: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
