"""The view service: saved queries, mine or the team's."""

from __future__ import annotations

from dataclasses import replace

from supportdesk.domain.errors import InvalidValue, NotFound, unknown_name
from supportdesk.domain.query import parse_query
from supportdesk.domain.query.views import View
from supportdesk.domain.text import NAME_LIMIT, required_line
from supportdesk.services.context import Context
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
            storage.save(self._database, view)
        return view

    def delete(self, name: str) -> View:
        """Delete the agent's view of this name, or else the team's; return it. Raises `NotFound`."""
        with self._database.writing():
            view = self.get(name)
            storage.delete(self._database, view.owner, view.name)
        return view


def _checked(view: View) -> View:
    try:
        parse_query(view.query)
    except InvalidValue as error:
        return replace(view, fault=error.message)
    return view


def _missing(name: str, known: list[View]) -> NotFound:
    return unknown_name("view", name, [view.name for view in known])
