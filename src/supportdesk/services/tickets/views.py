"""The view service: saved queries, mine or the team's."""

from __future__ import annotations

from dataclasses import replace

from supportdesk.domain.errors import InvalidValue, NotFound, unknown_name
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.query import parse_query
from supportdesk.domain.query.views import View
from supportdesk.domain.text import NAME_LIMIT, required_line
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo
from supportdesk.services.saved import SavedKind, State, record, undo_saved
from supportdesk.storage.tickets import views as storage


class Views:
    """Use cases on saved views."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def list(self) -> list[View]:
        """Return the agent's views and then the team's, each by name; one that no longer parses says so in `fault`."""
        return [_checked(view) for view in storage.of_agent(self._database, self._context.actor)]

    def get(self, name: str) -> View:
        """Return the agent's view of this name, or else the team's, in any case of letters; raises `NotFound`."""
        known = self.list()
        for view in known:
            if view.name.casefold() == name.strip().casefold():
                return view
        raise _missing(name, known)

    def save(self, name: str, query: str, *, team: bool = False) -> View:
        """Save a query under a name, replacing the view that has it; raises `InvalidValue` for a bad name or query."""
        view = View(
            required_line("name", name, NAME_LIMIT),
            str(parse_query(query)),
            "" if team else self._context.actor,
            self._context.actor,
            self._context.now(),
        )
        with self._database.writing():
            before = _find(self._context, view.owner, view.name)
            storage.save(self._database, view)
            record(self._context, VIEW, before, _state(view))
        return view

    def delete(self, name: str) -> View:
        """Delete the agent's view of this name, or else the team's; return it. Raises `NotFound`."""
        with self._database.writing():
            view = self.get(name)
            storage.delete(self._database, view.owner, view.name)
            record(self._context, VIEW, _state(view), {})
        return view


def _checked(view: View) -> View:
    try:
        parse_query(view.query)
    except InvalidValue as error:
        return replace(view, fault=error.message)
    return view


def _missing(name: str, known: list[View]) -> NotFound:
    return unknown_name("view", name, [view.name for view in known])


def undo_view(undo: Undo, done: Entry) -> None:
    """Restore the view that a name had before."""
    undo_saved(undo, done, VIEW)


def _state(view: View) -> State:
    return {"name": view.name, "query": view.query, "owner": view.owner}


def _find(context: Context, owner: str, name: str) -> State:
    saved = storage.of_agent(context.database, owner)
    same = (each for each in saved if each.owner == owner and each.name.casefold() == name.casefold())
    return next((_state(view) for view in same), {})


def _store(context: Context, old: State, new: State) -> None:
    if new:
        view = View(new["name"], new["query"], new["owner"], context.actor, context.now())
        storage.save(context.database, view)
    else:
        storage.delete(context.database, old["owner"], old["name"])


VIEW = SavedKind("view", EntryKind.VIEW_SAVED, EntryKind.VIEW_DELETED, _find, _store)
