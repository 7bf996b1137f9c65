"""What is done with tickets."""

from __future__ import annotations

from supportdesk.domain.ticket import Priority, Status
from supportdesk.tui.commands.command import Command, Reason, Scope, Situation, needs_rows


def _needs_ticket(situation: Situation) -> str:
    return "" if situation.ticket or situation.marked else "there is no ticket here; c creates one"


def _unless_status(status: Status) -> Reason:
    def reason(situation: Situation) -> str:
        ticket = situation.ticket
        if ticket and not situation.marked and ticket.status is status:
            return f"#{ticket.number} is already {status}"
        return _needs_ticket(situation)

    return reason


def _unless_priority(priority: Priority) -> Reason:
    def reason(situation: Situation) -> str:
        ticket = situation.ticket
        if ticket and not situation.marked and ticket.priority is priority:
            return f"#{ticket.number} already has {priority} priority"
        return _needs_ticket(situation)

    return reason


def _status(status: Status, keys: str, *, hint: str = "") -> Command:
    return Command(
        f"status.{status}",
        f"Status: {status}",
        (keys,),
        Scope.TICKETS,
        hint=hint,
        twin=f"ticket update REF --status {status}",
        disabled=_unless_status(status),
    )


def _priority(priority: Priority, keys: str, *, hint: str = "") -> Command:
    return Command(
        f"priority.{priority}",
        f"Priority: {priority}",
        (keys,),
        Scope.TICKETS,
        hint=hint,
        twin=f"ticket update REF --priority {priority}",
        disabled=_unless_priority(priority),
    )


TICKETS: tuple[Command, ...] = (
    Command("search", "Search the tickets", ("/",), Scope.TICKETS, hint="search", twin="ticket list QUERY"),
    Command("create", "Create a ticket", ("c",), Scope.TICKETS, hint="create", twin="ticket create"),
    _status(Status.NEW, "s n", hint="status"),
    _status(Status.IN_PROGRESS, "s i"),
    _status(Status.RESOLVED, "s r"),
    _priority(Priority.LOW, "p l", hint="priority"),
    _priority(Priority.MEDIUM, "p m"),
    _priority(Priority.HIGH, "p h"),
    Command(
        "resolve",
        "Resolve and go to the next",
        ("e",),
        Scope.TICKETS,
        hint="resolve",
        twin="ticket update REF --status resolved",
        disabled=_unless_status(Status.RESOLVED),
    ),
    Command(
        "history",
        "History of this ticket: status changes, then mail",
        ("h",),
        Scope.TICKETS,
        hint="history",
        twin="ticket history REF",
        disabled=_needs_ticket,
    ),
    Command("mark", "Mark or unmark", ("space",), Scope.TICKETS, disabled=needs_rows),
    Command("mark.range", "Mark from here on; again: to here", ("v",), Scope.TICKETS, disabled=needs_rows),
    Command("mark.all", "Mark all that match", ("*",), Scope.TICKETS, disabled=needs_rows),
    Command("repeat", "Repeat the last change here", (".",), Scope.TICKETS, disabled=_needs_ticket),
    Command("order", "Order by: queue, newest, updated", ("o",), Scope.TICKETS, twin="ticket list --order newest"),
    Command("filter.open", "Show only open tickets", ("f o",), Scope.TICKETS, twin="ticket list status:open"),
    Command("filter.new", "Show only new tickets", ("f n",), Scope.TICKETS, twin="ticket list --status new"),
    Command(
        "filter.in-progress",
        "Show only tickets in progress",
        ("f i",),
        Scope.TICKETS,
        twin="ticket list --status in-progress",
    ),
    Command(
        "filter.resolved", "Show only resolved tickets", ("f r",), Scope.TICKETS, twin="ticket list --status resolved"
    ),
    Command("filter.all", "Show all tickets", ("f a",), Scope.TICKETS, twin="ticket list"),
    Command(
        "answers",
        "FAQs that fit this ticket",
        ("F",),
        Scope.TICKETS,
        hint="faqs",
        twin="faq suggest TEXT",
        disabled=_needs_ticket,
    ),
    Command(
        "answer",
        "Answer this ticket with an FAQ",
        ("A",),
        Scope.TICKETS,
        twin="faq answer REF FAQ",
        disabled=_needs_ticket,
    ),
    Command(
        "preferences",
        "Preferences of this ticket's requester",
        ("P",),
        Scope.TICKETS,
        twin="preference show EMAIL",
        disabled=_needs_ticket,
    ),
    Command("copy", "Copy this ticket's reference", ("y",), Scope.TICKETS, disabled=_needs_ticket),
)
