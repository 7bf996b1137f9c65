"""Blocked senders: whose mail is parked, and answered with nothing."""

from __future__ import annotations

from supportdesk.domain.address import address_key, clean_address
from supportdesk.domain.errors import NotAllowed, NotFound, invalid
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, unreadable_entry, write_entry
from supportdesk.storage import agents
from supportdesk.storage.intake import blocked
from supportdesk.storage.intake.blocked import BlockedSender


class BlockedSenders:
    """Use cases on blocked senders."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def list(self) -> list[BlockedSender]:
        """Return every blocked sender."""
        return blocked.list_all(self._database)

    def block(self, sender: str) -> BlockedSender:
        """Park the mail of an address or a domain from now on.

        Raises `InvalidValue` for what is neither, `NotAllowed` for an agent's address.
        """
        clean = _clean(sender)
        with self._database.writing():
            if any(_covers(clean, agent.email) for agent in agents.every(self._database) if agent.email):
                raise NotAllowed(f"{clean} is an agent's; an agent's mail is not parked", field="sender")
            added = BlockedSender(clean, self._context.actor, self._context.now())
            if blocked.add(self._database, added):
                write_entry(self._context, EntryKind.SENDER_BLOCKED, after={"email": clean})
        return added

    def unblock(self, sender: str) -> str:
        """Accept the mail of an address or a domain again, and return it; raises `NotFound`."""
        clean = _clean(sender)
        with self._database.writing():
            if not blocked.remove(self._database, clean):
                raise NotFound(f"{clean} is not blocked")
            write_entry(self._context, EntryKind.SENDER_UNBLOCKED, before={"email": clean})
        return clean


def undo_block(undo: Undo, done: Entry) -> None:
    """Undo blocking a sender, or unblocking it."""
    sender = {**done.before, **done.after}.get("email", "")
    if not sender:
        raise unreadable_entry(done)
    if done.after:
        blocked.remove(undo.context.database, sender)
        undo.write_inverse(EntryKind.SENDER_UNBLOCKED, done)
    else:
        blocked.add(undo.context.database, BlockedSender(sender, undo.context.actor, undo.context.now()))
        undo.write_inverse(EntryKind.SENDER_BLOCKED, done)


def _clean(sender: str) -> str:
    """Return an address, or a domain as `@example.com`."""
    typed = sender.strip()
    if "@" in typed.removeprefix("@"):
        return clean_address(typed, "sender")
    domain = typed.removeprefix("@").removeprefix("*.")
    if "." not in domain:
        raise invalid("sender", sender, "it must be an address, or a domain such as example.com")
    return f"@{clean_address(f'somebody@{domain}', 'sender').partition('@')[2]}"


def _covers(sender: str, address: str) -> bool:
    key, name = address_key(address), address_key(sender)
    return key == name or (name.startswith("@") and key.endswith((name, f".{name[1:]}")))
