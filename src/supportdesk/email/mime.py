"""A mail as it stands on the wire: headers that no customer's text can add to, and bodies that arrive as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr, quote

from supportdesk.domain.text import clean_body, clean_line
from supportdesk.email.provider import OutgoingMail, Refused

# Bodies in 7 bit, so that every server on the way takes them as they are.
_BODY = SMTP.clone(cte_type="7bit")
_LINE = 76
# RFC 5322: the name of a header is of printable ASCII without the colon.
_NO_NAME = re.compile(r"[^!-9;-~]")


@dataclass(frozen=True, slots=True)
class WireMail:
    """A mail for a server: its envelope, and the whole message with CRLF at the ends of its lines.

    It is `international` when an address in it is not ASCII before its @, which needs a server with SMTPUTF8.
    """

    sender: str
    recipient: str
    data: bytes
    international: bool


def wire_mail(mail: OutgoingMail, *, at: datetime | None = None) -> WireMail:
    """Writes a mail out; raises `Refused` for an address that is none."""
    name, sender = address_parts(mail.sender)
    recipient = address_parts(mail.recipient)[1]
    lines = [
        ("From", _mailbox(name, sender)),
        ("To", recipient),
        ("Subject", _words(mail.subject, "Subject")),
        ("Date", format_datetime(at or datetime.now(UTC))),
        ("Message-ID", plain_header(mail.message_id)),
        *((_NO_NAME.sub("", name), _folded(name, plain_header(value))) for name, value in mail.headers.items()),
    ]
    body = EmailMessage(policy=_BODY)
    body.set_content(clean_body(mail.text))
    if mail.html:
        body.add_alternative(clean_body(mail.html), subtype="html")
    # Written here and not by email.policy: its folding breaks long ids and takes quotes off encoded names.
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    return WireMail(
        sender,
        recipient,
        head.encode() + body.as_bytes(),
        international=not (sender + recipient).isascii(),
    )


def address_parts(text: str) -> tuple[str, str]:
    """Display name and address, the domain in ASCII; raises `Refused` for an address that is none."""
    line = clean_line(text)
    name, address = parseaddr(line)
    local, _, domain = address.rpartition("@")
    # It makes an address of almost anything: one that stands alone must be what was written.
    if not local or not domain or ("<" not in line and address != line):
        raise Refused(f"{line!r} is not a mail address")
    if not domain.isascii():
        # Imported here: few addresses need it.
        import idna

        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise Refused(f"{line!r} is not a mail address: there can be no such domain") from None
    return clean_line(name), f"{local}@{domain}"


def plain_header(text: str) -> str:
    """A header's value in ASCII on one line; what is neither is replaced or gone."""
    return clean_line(text).encode("ascii", errors="replace").decode("ascii")


def _mailbox(name: str, address: str) -> str:
    if not name:
        return address
    if name.isascii() and "=?" not in name:
        return f'"{quote(name)}" <{address}>'
    return f"{_encoded(name, 'From')} <{address}>"


def _words(text: str, header: str) -> str:
    line = clean_line(text)
    # Text that looks like an encoded word would be decoded by its reader into something else.
    if line.isascii() and "=?" not in line:
        return _folded(header, line)
    return _encoded(line, header)


def _encoded(line: str, header: str) -> str:
    return Header(line, "utf-8", maxlinelen=_LINE, header_name=header).encode(linesep="\r\n")


def _folded(header: str, value: str) -> str:
    return "\r\n".join(_lines(len(header) + 2, value))


def _lines(used: int, value: str) -> Iterator[str]:
    # A word longer than a line stays whole: an id that is broken up is another id.
    line = ""
    for word in value.split(" "):
        if line and used + len(line) + 1 + len(word) > _LINE:
            yield line
            line, used = " " + word, 0
        else:
            line = f"{line} {word}" if line else word
    yield line
