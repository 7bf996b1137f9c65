"""The story of the demo desk's conversations: replies, notes, tags, owners, a merge and a snooze."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from supportdesk.domain.conversation.message import new_reply
from supportdesk.sample.content import Step, rows
from supportdesk.services.agents import AgentChange
from supportdesk.services.desk import Desk

AGENTS = {"ann": "Ann", "bob": "Bob", "chen": "Chen", "dora": "Dora"}
"""The agents of the story, with the names that requesters see."""


def introduce_agents(desk: Desk) -> None:
    """Say who works at the desk, so that notes can mention them."""
    for name, shown in AGENTS.items():
        desk.agents.set(name, AgentChange(f"{name}@larkfield.example.com", shown))


def conversation_steps(created: Mapping[str, datetime], numbers: Mapping[str, str]) -> Iterator[Step]:
    """Return what agents did in tickets, which were `created` then and have these `numbers` when it happens."""
    for row in rows("conversations.csv"):
        at = created[row["key"]] + timedelta(minutes=int(row["minutes_after"]))
        yield Step(at, row["agent"], row["key"], _deed(row, numbers))


def _deed(row: Mapping[str, str], numbers: Mapping[str, str]) -> Callable[[Desk, str], str]:
    value, text = row["value"], row["text"]

    def act(desk: Desk, number: str) -> str:
        match row["action"]:
            case "reply":
                desk.conversation.reply(number, new_reply(text, [value] if value else []))
                desk.mail.deliver()
            case "note":
                desk.conversation.note(number, text)
            case "tag":
                desk.tickets.tag([number], [tag[1:] for tag in value.split()], [])
            case "assign":
                desk.tickets.assign([number], value, take=True)
            case "snooze":
                desk.tickets.snooze([number], value)
            case "merge":
                desk.relations.merge([number], numbers[value])
        return number

    return act
