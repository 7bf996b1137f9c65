"""Agents by mail: whose address a mail comes from, and whom a forward of theirs is about."""

from __future__ import annotations

from supportdesk.domain.address import address_key
from supportdesk.domain.agent import Agent
from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.ticket import new_ticket
from supportdesk.email.receiving.parsed import Forwarded, ParsedMail
from supportdesk.email.receiving.robots import is_robot
from supportdesk.services.intake.rules import untagged
from supportdesk.storage import agents
from supportdesk.storage.database import Database


def agent_of(database: Database, address: str) -> Agent | None:
    """Return the agent with an address; None for everybody else."""
    key = address_key(address)
    return next((each for each in agents.every(database) if each.email and address_key(each.email) == key), None)


def forwarded_by_agent(database: Database, mail: ParsedMail, own: frozenset[str]) -> Forwarded | None:
    """Return what an agent's mail forwards for somebody who can be answered.

    None where the forwarded sender cannot be one: no address, a robot, the desk itself or an agent.
    """
    found = mail.forwarded
    if found is None or is_robot(found.sender.address) or untagged(found.sender.address) in own:
        return None
    try:
        new_ticket("title", "text", found.sender.address)
    except InvalidValue:
        return None
    return None if agent_of(database, found.sender.address) else found
