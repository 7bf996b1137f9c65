"""Canned replies: texts with variables that agents insert by name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from supportdesk.domain.errors import NotFound, invalid, unknown_name
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.text import NAME_LIMIT, required_body, required_line
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo
from supportdesk.services.saved import SavedKind, State, record, undo_saved
from supportdesk.storage import agents
from supportdesk.storage.conversation import canned as storage
from supportdesk.storage.conversation.canned import CannedReply

VARIABLES = ("number", "title", "requester", "agent", "status")
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_ONE_BRACE = re.compile(rf"(?<!\{{)\{{\s*({'|'.join(VARIABLES)})\s*\}}(?!\}})")
"""A variable as other programs write it; requesters would read it as it stands."""


class CannedReplies:
    """Use cases on canned replies."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def save(self, name: str, text: str, *, renamed: str = "") -> CannedReply:
        """Save a canned reply under a name, replacing the one that has it; raises `InvalidValue`.

        The one that it was `renamed` from is removed in the same change.
        """
        body = required_body("text", text)
        self.check_text(body)
        reply = CannedReply(required_line("name", name, NAME_LIMIT), body, self._context.actor, self._context.now())
        with self._database.writing():
            is_moved = renamed and renamed.casefold() != reply.name.casefold()
            change = self._remove(renamed) if is_moved else None
            before = _find(self._context, "", reply.name)
            storage.save(self._database, reply)
            record(self._context, CANNED, before, _state(reply), change=change)
        return reply

    def list(self) -> list[CannedReply]:
        """Return every canned reply, by name."""
        return storage.list_all(self._database)

    def delete(self, name: str) -> None:
        """Delete a canned reply; raises `NotFound`."""
        with self._database.writing():
            self._remove(name)

    def _remove(self, name: str) -> int | None:
        reply = self.get(name)
        storage.delete(self._database, name)
        return record(self._context, CANNED, _state(reply), {})

    def get(self, name: str) -> CannedReply:
        """Return the canned reply of this name; raises `NotFound`."""
        reply = storage.find(self._database, name)
        if reply is None:
            raise self._missing(name)
        return reply

    def fill(self, name: str, ticket: Ticket) -> str:
        """Return a canned reply's text for a ticket; raises `NotFound`, or `InvalidValue` for an empty variable."""
        return self._fill(self.get(name).text, ticket, "canned", name)

    def fill_text(self, text: str, ticket: Ticket) -> str:
        """Return a text with its variables filled for a ticket; raises `InvalidValue` for an empty or unknown one."""
        return self._fill(text, ticket, "reply", text[:NAME_LIMIT])

    def check_text(self, text: str) -> None:
        """Raise `InvalidValue` for a text with an unknown variable."""
        for variable in _VARIABLE.findall(text):
            _check(variable)
        if meant := _ONE_BRACE.search(text):
            raise invalid("text", meant.group(), f"a variable has two braces: {{{{{meant.group(1)}}}}}")

    def _fill(self, text: str, ticket: Ticket, field: str, name: str) -> str:
        values = self._values(ticket)

        def value(match: re.Match[str]) -> str:
            _check(match.group(1))
            if not values[match.group(1)]:
                raise invalid(field, name, f"its variable {match.group(1)} is empty for #{ticket.number}")
            return values[match.group(1)]

        return _VARIABLE.sub(value, text)

    def _values(self, ticket: Ticket) -> Mapping[str, str]:
        return {
            "number": str(ticket.number),
            "title": ticket.title,
            "requester": ticket.contact_email,
            "agent": agents.requesters_name(self._database, self._context.actor),
            "status": str(ticket.status),
        }

    def _missing(self, name: str) -> NotFound:
        return unknown_name("canned reply", name, [each.name for each in self.list()])


def undo_canned(undo: Undo, done: Entry) -> None:
    """Restore the canned reply that a name had before."""
    undo_saved(undo, done, CANNED)


def _state(reply: CannedReply) -> State:
    return {"name": reply.name, "text": reply.text}


def _find(context: Context, owner: str, name: str) -> State:
    reply = storage.find(context.database, name)
    return {} if reply is None else _state(reply)


def _store(context: Context, old: State, new: State) -> None:
    if new:
        storage.save(context.database, CannedReply(new["name"], new["text"], context.actor, context.now()))
    else:
        storage.delete(context.database, old["name"])


CANNED = SavedKind("canned reply", EntryKind.CANNED_SAVED, EntryKind.CANNED_DELETED, _find, _store)


def _check(variable: str) -> None:
    if variable not in VARIABLES:
        raise invalid("text", f"{{{{{variable}}}}}", f"a variable can be {', '.join(VARIABLES)}")
