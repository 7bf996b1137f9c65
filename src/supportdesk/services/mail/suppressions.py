"""The suppression list: addresses that no mail is sent to, of whatever kind."""

from __future__ import annotations

from collections.abc import Iterable

from supportdesk.domain.address import clean_address
from supportdesk.domain.errors import NotFound
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.text import optional_line
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, write_entry
from supportdesk.storage.mail import suppressions
from supportdesk.storage.mail.suppressions import Suppression

HELD = "its address is suppressed: "
"""What the reason of a mail that was held begins with."""


class Suppressions:
    """Use cases on the suppression list."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def list(self) -> list[Suppression]:
        """Return every suppressed address."""
        return suppressions.list_all(self._database)

    def reasons(self, addresses: Iterable[str]) -> dict[str, str]:
        """Return which of these addresses get no mail, and why."""
        found = {address: suppressions.find(self._database, address) for address in addresses}
        return {address: each.reason for address, each in found.items() if each is not None}

    def add(self, address: str, reason: str = "") -> Suppression:
        """Suppress an address; raises `InvalidValue` for what is none."""
        clean = clean_address(address, "address")
        with self._database.writing():
            return suppress(self._context, clean, optional_line("reason", reason) or f"added by {self._context.actor}")

    def remove(self, address: str) -> None:
        """Let an address get mail again; raises `NotFound`."""
        with self._database.writing():
            if not lift(self._context, address):
                raise NotFound(f"{address} is not suppressed")


def suppress(context: Context, address: str, reason: str) -> Suppression:
    """Suppress an address inside the caller's transaction; one that is suppressed already stays as it is."""
    suppression = Suppression(address, reason, context.actor, context.now())
    if suppressions.add(context.database, suppression):
        write_entry(context, EntryKind.ADDRESS_SUPPRESSED, after={"email": address, "reason": reason})
    return suppressions.find(context.database, address) or suppression


def lift(context: Context, address: str) -> bool:
    """Let an address get mail again, inside the caller's transaction; return whether it was suppressed."""
    known = suppressions.find(context.database, address)
    if known is None:
        return False
    suppressions.remove(context.database, address)
    write_entry(context, EntryKind.ADDRESS_RELEASED, before={"email": known.address, "reason": known.reason})
    return True


def reason_not_to_mail(context: Context, address: str) -> str:
    """Return why no mail may go to an address; empty when it may."""
    return why_not(suppressions.find(context.database, address))


def why_not(suppression: Suppression | None) -> str:
    """Return why no mail may go to an address with this suppression; empty without one."""
    return f"{HELD}{suppression.reason}" if suppression else ""


def undo_suppression(undo: Undo, done: Entry) -> None:
    """Undo adding an address to the list, or removing it."""
    context = undo.context
    if done.after:
        suppressions.remove(context.database, done.after["email"])
        undo.write_inverse(EntryKind.ADDRESS_RELEASED, done)
    else:
        reason = done.before.get("reason", "")
        suppressions.add(context.database, Suppression(done.before["email"], reason, context.actor, context.now()))
        undo.write_inverse(EntryKind.ADDRESS_SUPPRESSED, done)
