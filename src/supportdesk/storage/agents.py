"""Queries on agents."""

from __future__ import annotations

from supportdesk.domain.agent import Agent
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_line
from supportdesk.storage.database import Database
from supportdesk.storage.rows import read


def every(database: Database) -> list[Agent]:
    """Return all agents that something is known of, by name."""
    return read(database.sql("SELECT name, email, display_name, away_at FROM agents ORDER BY name"), _agent)


def requesters_name(database: Database, name: str) -> str:
    """Return the name that requesters see of an agent: the display name, or that which the agent goes by."""
    return next((each.display_name for each in every(database) if each.name == name), "") or name


def save(database: Database, agent: Agent) -> None:
    """Store what is known of an agent."""
    away_at = None if agent.away_since is None else to_text(agent.away_since)
    database.sql(
        "INSERT INTO agents (name, email, display_name, away_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
        "email = excluded.email, display_name = excluded.display_name, away_at = excluded.away_at",
        (agent.name, agent.email, agent.display_name, away_at),
    )


def _agent(name: str, email: str, display_name: str, away_at: str | None) -> Agent:
    away_since = None if away_at is None else from_text(away_at)
    return Agent(clean_line(name), clean_line(email), clean_line(display_name), away_since)
