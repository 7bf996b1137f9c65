"""The queues of a desk: what is listed in each, as a query."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Queue:
    """A list of tickets that every agent has."""

    name: str
    title: str
    query: str


QUEUES = (
    Queue("mine", "Mine", "owner:me status:open -is:snoozed"),
    Queue("unassigned", "Unassigned", "owner:none status:open -is:snoozed"),
    Queue("waiting-for-us", "Waiting for us", "awaiting:us -is:snoozed"),
    Queue("waiting-for-them", "Waiting for them", "awaiting:them -is:snoozed"),
    Queue("unread", "Unread", "is:unread"),
    Queue("mentions", "Mentions", "is:mentioned"),
    Queue("snoozed", "Snoozed", "is:snoozed"),
    Queue("failed", "Failed mail", "is:failed"),
    Queue("all", "All", ""),
)
