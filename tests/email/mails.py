"""Mails to send, and what one reads in them when they have arrived."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from supportdesk.email.provider import OutgoingMail

TEXTS = {
    "en": 'Hello,\n\nyour ticket "Lamp" is resolved — at last.\n\nSupport\n',
    "de": "Guten Tag,\n\nIhr Ticket „Lampe“ ist gelöst. Straße, Übung, Größe.\n\nIhr Support\n",
    "fr": "Bonjour,\n\nVotre demande « été » est résolue : ça y est, c’est réglé.\n\nLe service\n",
    "es": "Hola:\n\n¿Su ticket «señal»? ¡Resuelto mañana!\n\nEl equipo\n",
    "emoji": "Hello 👋🏽,\n\n" + "🎉👩‍👩‍👧‍👦 " * 60 + "\n\nSupport\n",
    "dots": ".\n..\n.hidden\nFrom here on\n>From there\nblanks at the end  \t\n-- \n=3D\n" + "x" * 5000 + "\n",
}


def mail(recipient: str = "rita@example.com", **given: object) -> OutgoingMail:
    values = {
        "sender": '"Desk, the" <desk@example.com>',
        "subject": "Lamp is dark",
        "text": TEXTS["en"],
        "html": "",
        "message_id": "<1@example.com>",
        **given,
    }
    return OutgoingMail(recipient=recipient, **values)


def read(data: bytes) -> EmailMessage:
    """A message as a mail program reads it."""
    return message_from_bytes(data, policy=policy.default)


def texts(data: bytes) -> tuple[str, str]:
    """Text and HTML of a message, with the line ends of this machine."""
    message = read(data)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return plain.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n") if html else ""
