"""Commands of tickets."""

from __future__ import annotations

from supportdesk.domain.ticket import Priority, Status
from supportdesk.tui.commands.command import Command, CommandContext, Reason, Scope, needs_rows, needs_ticket


def _unless_status(status: Status) -> Reason:
    def reason(context: CommandContext) -> str:
        ticket = context.ticket
        if ticket and not context.marked and ticket.status is status:
            return f"#{ticket.number} is already {status}"
        return needs_ticket(context)

    return reason


def _unless_priority(priority: Priority) -> Reason:
    def reason(context: CommandContext) -> str:
        ticket = context.ticket
        if ticket and not context.marked and ticket.priority is priority:
            return f"#{ticket.number} already has {priority} priority"
        return needs_ticket(context)

    return reason


def _status(status: Status, keys: str, *, hint: str = "") -> Command:
    return Command(
        f"status.{status}",
        f"Status: {status}",
        (keys,),
        Scope.TICKET,
        hint=hint,
        cli_equivalent=f"ticket update REF --status {status}",
        disabled_reason=_unless_status(status),
    )


def _priority(priority: Priority, keys: str, *, hint: str = "") -> Command:
    return Command(
        f"priority.{priority}",
        f"Priority: {priority}",
        (keys,),
        Scope.TICKET,
        hint=hint,
        cli_equivalent=f"ticket update REF --priority {priority}",
        disabled_reason=_unless_priority(priority),
    )


TICKETS: tuple[Command, ...] = (
    Command(
        "search",
        "Search the tickets",
        ("/",),
        Scope.TICKETS,
        hint="search",
        cli_equivalent="ticket list QUERY",
        synonyms=("find", "filter"),
    ),
    Command(
        "create",
        "Create a ticket",
        ("c",),
        Scope.TICKET,
        hint="create",
        cli_equivalent="ticket create",
        synonyms=("new ticket", "add"),
    ),
    Command(
        "reply",
        "Reply to the requester",
        ("r",),
        Scope.TICKET,
        hint="reply",
        cli_equivalent="ticket reply REF --text TEXT",
        disabled_reason=needs_ticket,
    ),
    Command(
        "reply.all",
        "Reply to everybody who takes part",
        ("R",),
        Scope.TICKET,
        cli_equivalent="ticket reply REF --all --text TEXT",
        disabled_reason=needs_ticket,
    ),
    Command(
        "note",
        "Internal note: agents only",
        ("i",),
        Scope.TICKET,
        hint="note",
        cli_equivalent="ticket note REF --text TEXT",
        disabled_reason=needs_ticket,
    ),
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
        Scope.TICKET,
        synonyms=("close", "done", "solve"),
        hint="resolve",
        cli_equivalent="ticket update REF --status resolved",
        disabled_reason=_unless_status(Status.RESOLVED),
    ),
    Command(
        "assign",
        "Assign: then a me, n nobody, or a name",
        ("a",),
        Scope.TICKET,
        hint="assign",
        cli_equivalent="ticket assign REF NAME",
        synonyms=("owner", "take", "unassign"),
        disabled_reason=needs_ticket,
    ),
    Command(
        "tags",
        "Add and remove tags",
        ("t",),
        Scope.TICKET,
        hint="tags",
        cli_equivalent="ticket tag REF +TAG -TAG",
        synonyms=("label",),
        disabled_reason=needs_ticket,
    ),
    Command(
        "status.still-resolved",
        "Status: still resolved, after a reopening; nobody is mailed",
        ("X",),
        Scope.TICKET,
        cli_equivalent="ticket still-resolved REF",
        disabled_reason=needs_ticket,
    ),
    Command(
        "snooze",
        "Snooze until a time; the requester's next word wakes it",
        ("z",),
        Scope.TICKET,
        cli_equivalent="ticket snooze REF --until WHEN",
        synonyms=("later", "wake", "hide"),
        disabled_reason=needs_ticket,
    ),
    Command(
        "merge",
        "Merge into another ticket",
        ("M",),
        Scope.TICKET,
        cli_equivalent="ticket merge REF --into REF",
        synonyms=("duplicate",),
        disabled_reason=needs_ticket,
    ),
    Command(
        "link",
        "Link to another ticket, or unlink",
        ("&",),
        Scope.TICKET,
        cli_equivalent="ticket link REF --to REF",
        synonyms=("relate", "unlink", "see also"),
        disabled_reason=needs_ticket,
    ),
    Command(
        "canned",
        "Canned replies: write, edit or delete one",
        ("C",),
        Scope.TICKET,
        cli_equivalent="canned save NAME --text TEXT",
        synonyms=("templates", "snippets"),
    ),
    Command(
        "macro",
        "Run a macro: several changes by one name",
        (";",),
        Scope.TICKET,
        cli_equivalent="macro run NAME REF",
        synonyms=("automation",),
        disabled_reason=needs_ticket,
    ),
    Command(
        "away",
        "Be away: hand over my open tickets; or be back",
        ("W",),
        Scope.TICKET,
        cli_equivalent="agent hand-over NAME",
        synonyms=("hand over", "holiday", "back"),
    ),
    Command(
        "views",
        "Queues and saved views, by one key each",
        ("V",),
        Scope.TICKETS,
        hint="views",
        cli_equivalent="view list",
        synonyms=("queues", "mine", "unassigned", "saved searches"),
    ),
    Command(
        "board",
        "Board: columns by status or owner; again: back",
        ("B",),
        Scope.TICKETS,
        hint="board",
        cli_equivalent="ticket list QUERY",
        synonyms=("kanban", "columns", "chart"),
    ),
    Command(
        "note.correct",
        "Correct my last note here, for 10 minutes; empty removes it",
        ("I",),
        Scope.TICKET,
        cli_equivalent="ticket note REF --text TEXT",
        synonyms=("remove note",),
        disabled_reason=needs_ticket,
    ),
    Command(
        "history",
        "History of this ticket: status changes, then mail",
        ("h",),
        Scope.TICKETS,
        hint="history",
        cli_equivalent="ticket history REF",
        disabled_reason=needs_ticket,
    ),
    Command(
        "unfold",
        "Show quoted parts and earlier messages, or fold them",
        ("Q",),
        Scope.TICKETS,
        cli_equivalent="ticket messages REF",
        synonyms=("quoted", "expand", "full text"),
        disabled_reason=needs_ticket,
    ),
    Command("mark", "Mark or unmark", ("space",), Scope.TICKETS, disabled_reason=needs_rows),
    Command("mark.range", "Mark from here on; again: to here", ("v",), Scope.TICKETS, disabled_reason=needs_rows),
    Command("mark.all", "Mark all that match", ("*",), Scope.TICKETS, disabled_reason=needs_rows),
    Command("repeat", "Repeat the last change here", (".",), Scope.TICKET, disabled_reason=needs_ticket),
    Command(
        "order",
        "Order by: queue, newest, updated",
        ("o",),
        Scope.TICKETS,
        cli_equivalent="ticket list --order newest",
        synonyms=("sort",),
    ),
    Command("filter.open", "Show only open tickets", ("f o",), Scope.TICKETS, cli_equivalent="ticket list status:open"),
    Command("filter.new", "Show only new tickets", ("f n",), Scope.TICKETS, cli_equivalent="ticket list --status new"),
    Command(
        "filter.in-progress",
        "Show only tickets in progress",
        ("f i",),
        Scope.TICKETS,
        cli_equivalent="ticket list --status in-progress",
    ),
    Command(
        "filter.resolved",
        "Show only resolved tickets",
        ("f r",),
        Scope.TICKETS,
        cli_equivalent="ticket list --status resolved",
    ),
    Command("filter.all", "Show all tickets", ("f a",), Scope.TICKETS, cli_equivalent="ticket list"),
    Command(
        "answers",
        "FAQs that match this ticket",
        ("F",),
        Scope.TICKETS,
        hint="faqs",
        cli_equivalent="faq suggest TEXT",
        disabled_reason=needs_ticket,
    ),
    Command(
        "answer",
        "Answer this ticket with an FAQ",
        ("A",),
        Scope.TICKETS,
        cli_equivalent="faq answer REF FAQ",
        disabled_reason=needs_ticket,
    ),
    Command(
        "preferences",
        "Preferences of this ticket's requester",
        ("P",),
        Scope.TICKET,
        cli_equivalent="preference show EMAIL",
        disabled_reason=needs_ticket,
    ),
    Command("copy", "Copy reference, address, title or text", ("y",), Scope.TICKET, disabled_reason=needs_ticket),
    Command(
        "edit",
        "Edit title, requester, priority and text",
        ("E",),
        Scope.TICKET,
        cli_equivalent="ticket update REF --title T",
        synonyms=("change", "rename"),
        disabled_reason=needs_ticket,
    ),
    Command(
        "delete",
        "Delete this ticket",
        ("d",),
        Scope.TICKET,
        cli_equivalent="ticket delete REF",
        synonyms=("remove", "spam"),
        disabled_reason=needs_ticket,
    ),
    Command(
        "others",
        "Tickets of this requester",
        ("w",),
        Scope.TICKET,
        cli_equivalent="ticket list --email EMAIL",
        disabled_reason=needs_ticket,
    ),
    Command(
        "file.open",
        "Read a file of the ticket, or its mail as it came in",
        ("L",),
        Scope.TICKETS,
        cli_equivalent="attachment list REF",
        synonyms=("attachment", "raw", "view"),
        disabled_reason=needs_ticket,
    ),
    Command(
        "file.save",
        "Save a file of the ticket, and show how to fetch it",
        ("S",),
        Scope.TICKETS,
        cli_equivalent="attachment save REF NAME",
        synonyms=("attachment", "download", "scp"),
        disabled_reason=needs_ticket,
    ),
    Command(
        "file.pipe",
        "Pipe a file of the ticket to a command",
        ("|",),
        Scope.TICKETS,
        synonyms=("attachment",),
        disabled_reason=needs_ticket,
    ),
    Command("columns", "Choose more columns, from 120 columns on", ("O",), Scope.TICKETS),
    Command("pane.lower", "Make the open pane lower", ("-",), Scope.TICKETS, disabled_reason=needs_rows),
    Command("pane.higher", "Make the open pane higher", ("+",), Scope.TICKETS, disabled_reason=needs_rows),
)
