"""The agent service: who works here, and who is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from supportdesk.domain.address import clean_address, display_name
from supportdesk.domain.agent import Agent, agent_name
from supportdesk.domain.conversation.mentions import unknown_mentions
from supportdesk.domain.errors import Conflict, invalid
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import NAME_LIMIT, optional_line
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, unreadable_entry, write_entry
from supportdesk.storage import agents, journal
from supportdesk.storage.tickets import queries as tickets

FIELDS = ("email", "display_name", "away_since")


@dataclass(frozen=True, slots=True)
class AgentChange:
    """What to change on an agent; None leaves a field as it is, an empty text clears it."""

    email: str | None = None
    display_name: str | None = None
    away: bool | None = None


class Agents:
    """Use cases on agents."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def list(self) -> list[Agent]:
        """Return everybody who has acted, opened the app or was set, by name, with their open tickets."""
        with self._database.reading():
            owned = tickets.open_by_owner(self._database)
            return [replace(agent, open_tickets=owned.get(agent.name, 0)) for agent in known_agents(self._context)]

    def arrive(self) -> None:
        """Make the actor known, so that colleagues can mention and assign somebody who has changed nothing yet."""
        with self._database.writing():
            if self._context.actor not in {each.name for each in known_agents(self._context)}:
                agents.save(self._database, Agent(self._context.actor))

    def unknown_mentions(self, text: str) -> Sequence[str]:
        """Return the names that a note mentions and that no agent has: nobody will see them."""
        if "@" not in text:
            return ()
        with self._database.reading():
            return unknown_mentions(text, [each.name for each in known_agents(self._context)])

    def set(self, name: str, change: AgentChange) -> Agent:
        """Set what is known of an agent, who need not have acted yet; raises `InvalidValue`."""
        named = agent_name(name)
        email = None if change.email is None else change.email and clean_address(change.email, "email")
        named_there = display_name(change.email or "") or None
        shown = named_there if change.display_name is None else change.display_name
        shown = None if shown is None else optional_line("display_name", shown, NAME_LIMIT)
        with self._database.writing():
            old = _get(self._context, named)
            new = replace(
                old,
                email=old.email if email is None else email,
                display_name=old.display_name if shown is None else shown,
            )
            if change.away is not None and change.away is not old.is_away:
                new = replace(new, away_since=self._context.now() if change.away else None)
            _save(self._context, old, new)
        return new


def known_agents(context: Context) -> list[Agent]:
    """Return everybody who has acted, opened the app or was set, by name."""
    known = {name: Agent(name) for name in journal.actors(context.database)}
    known.update({agent.name: agent for agent in agents.every(context.database)})
    return [known[name] for name in sorted(known)]


def resolve_agent(context: Context, text: str) -> str:
    """Return the name of the agent that somebody means: `me`, `none` (empty), or a name, whatever its case.

    Raises `InvalidValue` for a name that nobody has here.
    """
    typed = text.strip()
    if typed.lower() in ("me", "none"):
        return context.actor if typed.lower() == "me" else ""
    name = agent_name(typed, "owner")
    names = {agent.name for agent in known_agents(context)} | {context.actor}
    folded = {each.casefold(): each for each in names}
    if name in names or name.casefold() in folded:
        return name if name in names else folded[name.casefold()]
    near = get_close_matches(name.casefold(), folded, n=1)
    hint = f"did you mean {folded[near[0]]}? " if near else ""
    raise invalid("owner", text, f"{hint}it can be an agent of `supportdesk agent list`, me or none")


def undo_change(undo: Undo, done: Entry) -> None:
    """Restore what was known of an agent, unless somebody has changed it since."""
    name = done.after.get("agent", "")
    if not name or not done.before.keys() <= {*FIELDS}:
        raise unreadable_entry(done)
    agent = _get(undo.context, name)
    current = _texts(agent)
    later = journal.in_force_after(undo.context.database, done)
    for field, value in done.after.items():
        others = [entry.actor for entry in later if field in entry.after and field != "agent"]
        if field != "agent" and (others or current[field] != value):
            who = others[-1] if others else "somebody"
            raise Conflict(f"agent {name} has changed since: {who} changed {field}; nothing was undone")
    values = {**current, **done.before}
    try:
        away_since = from_text(values["away_since"]) if values["away_since"] else None
    except ValueError as error:
        raise unreadable_entry(done) from error
    _save(undo.context, agent, Agent(name, values["email"], values["display_name"], away_since), undo)


def _get(context: Context, name: str) -> Agent:
    return next((agent for agent in agents.every(context.database) if agent.name == name), Agent(name))


def _save(context: Context, old: Agent, new: Agent, undo: Undo | None = None) -> None:
    before, after = _texts(old), _texts(new)
    fields = [name for name in FIELDS if before[name] != after[name]]
    if not fields:
        return
    agents.save(context.database, new)
    write_entry(
        context,
        EntryKind.AGENT_CHANGED,
        None,
        {name: before[name] for name in fields},
        {"agent": new.name, **{name: after[name] for name in fields}},
        undoes=undo.undoes if undo else None,
        subject=f"agent:{new.name}",
    )


def _texts(agent: Agent) -> dict[str, str]:
    away_since = "" if agent.away_since is None else to_text(agent.away_since)
    return {"email": agent.email, "display_name": agent.display_name, "away_since": away_since}
