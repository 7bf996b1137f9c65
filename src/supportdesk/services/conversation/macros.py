"""Macros: actions on tickets under a name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from supportdesk.domain.actions import Actions, parse_actions
from supportdesk.domain.errors import InvalidValue, NotFound, unknown_name
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.text import NAME_LIMIT, clean_line, required_line
from supportdesk.services.context import Context
from supportdesk.services.conversation.actions import BulkActions, Preview
from supportdesk.services.conversation.canned import CannedReplies
from supportdesk.services.journal_entries import Undo
from supportdesk.services.saved import SavedKind, State, record, undo_saved
from supportdesk.services.tickets.service import Updated
from supportdesk.storage.conversation import macros as storage
from supportdesk.storage.conversation.macros import Macro


class Macros:
    """Use cases on macros."""

    def __init__(
        self,
        context: Context,
        bulk: BulkActions,
        canned: CannedReplies,
        configured: Mapping[str, Mapping[str, object]],
    ) -> None:
        """`configured` are those of the config file, by name, as they are written there."""
        self._context = context
        self._database = context.database
        self._bulk = bulk
        self._canned = canned
        self._configured = configured

    def save(self, name: str, actions: Actions) -> Macro:
        """Save a macro under a name, replacing the one that has it.

        Raises `InvalidValue` for an unknown variable of its reply, and `NotFound` for an unknown canned reply.
        """
        self._canned.check_text(actions.reply)
        if actions.canned:
            self._canned.get(actions.canned)
        now = self._context.now()
        macro = Macro(required_line("name", name, NAME_LIMIT), actions, self._context.actor, now)
        with self._database.writing():
            before = _find(self._context, "", macro.name)
            storage.save(self._database, macro, now)
            record(self._context, MACRO, before, _state(macro))
        return macro

    def list(self) -> list[Macro]:
        """Return every macro, by name: those of the desk, and those of the config file, which come before them.

        One that the config file has wrong names its fault.
        """
        saved = {each.name.casefold(): each for each in storage.list_all(self._database)}
        own = {name.casefold(): self._read(name) for name in self._configured}
        return [macro for _, macro in sorted({**saved, **own}.items())]

    def delete(self, name: str) -> None:
        """Delete a macro; raises `NotFound`."""
        with self._database.writing():
            before = _find(self._context, "", name)
            if not before:
                raise self._missing(name)
            storage.delete(self._database, name)
            record(self._context, MACRO, before, {})

    def get(self, name: str) -> Macro:
        """Return the macro of this name, in any case of letters; raises `NotFound`, and `InvalidValue` for a fault."""
        found = next((each for each in self.list() if each.name.casefold() == name.casefold()), None)
        if found is None:
            raise self._missing(name)
        if found.fault:
            raise InvalidValue(found.fault, field="config")
        return found

    def preview(self, name: str, references: Sequence[str], *, take: bool = False) -> Preview:
        """Return what a macro would do; raises like `run`."""
        return self._bulk.preview(references, self.get(name).actions, take=take)

    def run(self, name: str, references: Sequence[str], *, take: bool = False) -> Updated:
        """Run a macro on all the tickets named, or on none; raises `NotFound`, and like `BulkActions.run`."""
        return self._bulk.run(references, self.get(name).actions, take=take)

    def _read(self, name: str) -> Macro:
        try:
            return Macro(clean_line(name), parse_actions(self._configured[name]))
        except InvalidValue as fault:
            return Macro(clean_line(name), Actions(), fault=f"config: macros.{clean_line(name)}: {fault.message}")

    def _missing(self, name: str) -> NotFound:
        return unknown_name("macro", name, [each.name for each in self.list()])


def undo_macro(undo: Undo, done: Entry) -> None:
    """Restore the macro that a name had before."""
    undo_saved(undo, done, MACRO)


def _state(macro: Macro) -> State:
    return {"name": macro.name, "actions": json.dumps(macro.actions.to_document(), ensure_ascii=False)}


def _find(context: Context, owner: str, name: str) -> State:
    saved = (each for each in storage.list_all(context.database) if each.name.casefold() == name.casefold())
    return next((_state(macro) for macro in saved), {})


def _store(context: Context, old: State, new: State) -> None:
    if not new:
        storage.delete(context.database, old["name"])
        return
    try:
        actions = parse_actions(json.loads(new["actions"]))
    except InvalidValue as error:
        raise ValueError(error.message) from error
    now = context.now()
    storage.save(context.database, Macro(new["name"], actions, context.actor, now), now)


MACRO = SavedKind("macro", EntryKind.MACRO_SAVED, EntryKind.MACRO_DELETED, _find, _store)
