"""The timeline of a ticket: what was said, what was changed, and what became of its mail, in order.

Who can read a message is said by its sign and words, not by colour alone; nothing that was written is drawn as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rich.style import Style
from rich.text import Text

from supportdesk.domain import moment
from supportdesk.domain.conversation.message import Message, MessageKind
from supportdesk.domain.journal import Entry
from supportdesk.domain.mail.notification import RETRIED, Notification, NotificationType
from supportdesk.domain.text import clean_line
from supportdesk.tui import style
from supportdesk.tui.conversation.links import LINKS_SHOWN, links_in
from supportdesk.tui.mail.text import why

ITEMS_SHOWN = 40
"""The newest items of a long timeline; a key shows the earlier ones."""
_SIGNS = {
    MessageKind.REQUESTER: "◂",
    MessageKind.PARTICIPANT: "◂",
    MessageKind.THIRD_PARTY: "◂",
    MessageKind.REPLY: "▸",
    MessageKind.NOTE: "✎",
    MessageKind.AUTOMATIC: "⚙",
}
_DELIVERY_WORDS = {
    "pending": "waiting to leave",
    "failed": "✗ NOT DELIVERED",
    "unknown": "? may not have arrived",
    "held": "held",
    "withdrawn": "withdrawn",
    "sent": "✓ sent",
}
_MAIL_WORDS = {
    NotificationType.TICKET_CREATED: "confirmation",
    NotificationType.RECEIVED: "acknowledgement",
    NotificationType.STATUS_UPDATE: "status mail",
    NotificationType.FAQ_ANSWER: "FAQ answer",
    NotificationType.DIGEST: "digest",
    NotificationType.REPLY: "reply",
}
Item = tuple[datetime, int, Message | Entry | Notification]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What belongs to the timeline of a ticket: the first of the `messages` is its description.

    The `entries` are those that no message tells of. So many items are `earlier` than those given.
    """

    messages: Sequence[Message] = ()
    entries: Sequence[Entry] = ()
    mails: Sequence[Notification] = ()
    unfold_key: str = "Q"
    earlier: int = 0

    def paragraphs(self, now: datetime, *, unfolded: bool) -> tuple[list[Text], int | None]:
        """Return the description and all that followed, oldest first; and where the newest message begins.

        That is None while there is nothing but the description. `unfolded` shows quoted parts and earlier items too.
        """
        lines = self._description(unfolded=unfolded)
        newest: int | None = None
        items = self._items()
        if (hidden := self.earlier + len(items) - ITEMS_SHOWN) > 0 and not unfolded:
            items = items[-ITEMS_SHOWN:]
            lines += [
                Text(),
                Text(f"⋯ {hidden:,} earlier messages and changes ({self.unfold_key} shows them)", style.DIM),
            ]
        compact = False
        for _, _, item in items:
            if isinstance(item, Message):
                newest = len(lines) + 1
                lines += [Text(), *self.message(item, now, unfolded=unfolded)]
            else:
                lines += [] if compact else [Text()]
                lines += _entry(item, now) if isinstance(item, Entry) else [_mail(item, now)]
            compact = not isinstance(item, Message)
        return lines, newest

    def _items(self) -> list[Item]:
        messages = [(each.created_at, 0, each) for each in self.messages[1:]]
        entries = [(each.at, 1, each) for each in self.entries]
        # A reply says by itself what became of it; only why it failed is an item.
        mails = [
            (each.created_at, 2, each)
            for each in self.mails
            if each.notification_type is not NotificationType.REPLY or each.status in RETRIED
        ]
        return sorted((*messages, *entries, *mails), key=lambda item: item[:2])

    def _description(self, *, unfolded: bool) -> list[Text]:
        if not self.messages:
            return []
        return self._said(self.messages[0], Style(), "", unfolded=unfolded)

    def message(self, message: Message, now: datetime, *, unfolded: bool) -> list[Text]:
        """Return a message under its heading."""
        if message.is_internal:
            return [_heading(message, now), *self._said(message, style.NOTE, "│ ", unfolded=unfolded)]
        return [_heading(message, now), *self._said(message, Style(), "", unfolded=unfolded)]

    def _said(self, message: Message, drawn: Style, rail: str, *, unfolded: bool) -> list[Text]:
        """Return the words of a message, its quoted part, and its links when they came from outside."""
        lines = [Text(f"{rail}{line}", drawn) for line in message.trimmed_text.rstrip("\n").split("\n")]
        quoted = message.text[message.trimmed_at :].strip("\n")
        if quoted.strip() and unfolded:
            lines += [Text(f"{rail}┊ {line}", style.DIM) for line in quoted.split("\n")]
        elif quoted.strip():
            count = quoted.count("\n") + 1
            what = "1 quoted line" if count == 1 else f"{count:,} quoted lines"
            lines.append(Text(f"{rail}┊ {what} ({self.unfold_key} shows them)", style.DIM))
        lines += [Text(f"{rail}{line}", style.DIM) for line in _files(message)]
        if message.kind not in (MessageKind.REPLY, MessageKind.NOTE):
            lines += _links(message.text if unfolded else message.trimmed_text)
        return lines


def _files(message: Message) -> list[str]:
    """Return the files of a message in a line each; what is decoration is only counted."""
    shown = [
        f"▣ {clean_line(file.name) or 'unnamed'} · {file.content_type} · {file.size:,} bytes"
        + (f" · ! {file.warning}" if file.warning else "")
        for file in message.attachments
        if not file.is_decoration
    ]
    folded = len(message.attachments) - len(shown)
    return [*shown, *([f"▣ +{folded} small pictures"] if folded else [])]


def _heading(message: Message, now: datetime) -> Text:
    author = f"{message.author_name} <{message.author}>" if message.author_name else message.author
    parts = [
        (f"{_SIGNS[message.kind]} {author}", style.NOTE + style.BOLD if message.is_internal else style.BOLD),
        (f" {_to_whom(message)}", style.NOTE if message.is_internal else style.DIM),
        (f" · {_since(message.created_at, now)}", style.DIM),
    ]
    if message.edited_at is not None:
        parts.append((" · edited", style.DIM))
    if message.delivery in _DELIVERY_WORDS:
        bad = message.delivery in ("failed", "unknown")
        parts.append((f" · {_DELIVERY_WORDS[message.delivery]}", style.ERROR if bad else style.DIM))
    return Text.assemble(*parts)


def _to_whom(message: Message) -> str:
    match message.kind:
        case MessageKind.NOTE:
            return "internal note, agents only"
        case MessageKind.REPLY:
            return f"to {', '.join((*message.to, *message.cc))}"
        case MessageKind.PARTICIPANT:
            return "in copy"
        case MessageKind.THIRD_PARTY:
            return "not the requester"
        case MessageKind.AUTOMATIC:
            return "automatic"
        case _:
            return "requester"


def _links(text: str) -> list[Text]:
    found = links_in(text)
    lines = [
        Text.assemble(("↗ ", style.DIM), (link.host, style.BOLD), (f"  {link.address}", style.DIM))
        for link in found[:LINKS_SHOWN]
    ]
    more = len(found) - LINKS_SHOWN
    return [*lines, Text(f"↗ and {more:,} more links", style.DIM)] if more > 0 else lines


def _entry(entry: Entry, now: datetime) -> list[Text]:
    """Return a change in a line, and the note that goes with it."""
    what = ("undone: " if entry.undoes else "") + replace(entry, notes="").summary
    lines = [Text(f"· {entry.who}: {what} · {_since(entry.at, now)}", style.DIM)]
    if entry.notes:
        lines += [Text(f"│ ✎ {line}", style.NOTE) for line in entry.notes.split("\n")]
    return lines


def _mail(mail: Notification, now: datetime) -> Text:
    """Return what became of a mail; one that did not arrive says so in words and why."""
    words, reason = _MAIL_WORDS[mail.notification_type], why(mail, now)
    if mail.status in RETRIED:
        state = "NOT DELIVERED" if mail.status == "failed" else "MAY NOT HAVE ARRIVED"
        sign = style.DELIVERY_SIGN[mail.status]
        return Text(f"{sign} {words} to {mail.recipient_email}: {state}{f' ({reason})' if reason else ''}", style.ERROR)
    state = f"{mail.status}{f' ({reason})' if reason else ''}"
    return Text(f"{style.DELIVERY_SIGN[mail.status]} {words} to {mail.recipient_email} {state}", style.DIM)


def _since(then: datetime, now: datetime) -> str:
    age = moment.age(then, now)
    return "just now" if age == "now" else f"{age} ago"
