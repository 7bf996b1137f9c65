"""A ticket, its history and the FAQs that match it, as text to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from supportdesk.domain import moment
from supportdesk.domain.ticket import StatusChange, Ticket
from supportdesk.tui import style

if TYPE_CHECKING:
    from supportdesk.domain.faq import Suggestion


def ticket_text(
    ticket: Ticket, now: datetime, *, name: str = "", failed: int = 0, mail: str = "", others: Sequence[str] = ()
) -> list[Text]:
    """Return the head of a ticket: title and facts.

    `name` is the requester's as they write it; `others` take part, and of its mail so many `failed`.
    """
    changed = ticket.version > 1
    return [
        Text(ticket.title, style.BOLD),
        Text.assemble(
            (f"{style.STATUS_SIGN[ticket.status]} {ticket.status}", style.STATUS_STYLE[ticket.status]),
            "   ",
            (f"{style.PRIORITY_SIGN[ticket.priority]} {ticket.priority}", style.PRIORITY_STYLE[ticket.priority]),
            "   ",
            (f"owner {ticket.owner}", style.BOLD) if ticket.owner else ("no owner", style.DIM),
            "   ",
            (f"{_since(ticket.created_at, now)}", style.DIM),
            (f"   waits for {ticket.awaiting}" if ticket.awaiting else "", style.PLAIN),
            ("".join(f"   +{tag}" for tag in ticket.tags), style.TAG),
        ),
        _fact("From", f"{name} <{ticket.contact_email}>" if name else ticket.contact_email),
        *([_fact("Merged", f"into #{ticket.merged_into}, which continues it")] if ticket.merged_into else []),
        *([Text("Deleted  u or `ticket undelete` restores it", style.ERROR)] if ticket.deleted_at else []),
        *(
            [_fact("Snoozed", f"☾ until {moment.local(ticket.snoozed_until)}, or until the requester writes (z)")]
            if ticket.snoozed_until and ticket.is_snoozed(now)
            else []
        ),
        *([_fact("With", ", ".join(others))] if others else []),
        _fact("Created", moment.local(ticket.created_at)),
        *(
            [_fact("Updated", f"{moment.local(ticket.updated_at)} ({_since(ticket.updated_at, now)})")]
            if changed
            else []
        ),
        *([_fact("Mail", mail)] if mail else []),
        *([Text(f"         ✗ {failed} failed; h, then h again shows why", style.ERROR)] if failed else []),
        Text(),
    ]


def changes_text(changes: Sequence[StatusChange], now: datetime) -> list[Text]:
    """Return a timeline of status changes, oldest first; its signs are those of the statuses."""
    lines: list[Text] = []
    for number, change in enumerate(changes):
        last = number == len(changes) - 1
        step = "created" if change.old_status is None else f"{change.old_status} → {change.new_status}"
        lines.append(
            Text.assemble(
                (f"{style.STATUS_SIGN[change.new_status]} ", style.STATUS_STYLE[change.new_status]),
                (step if change.old_status else f"created as {change.new_status}", style.BOLD),
                f"  {change.who}  ",
                (f"{moment.local(change.changed_at)} ({_since(change.changed_at, now)})", style.DIM),
            )
        )
        rail = "  " if last else "│ "
        if change.notes:
            lines.append(Text.assemble((rail, style.DIM), (f"  {change.notes}", Style(italic=True))))
        if not last:
            lines.append(Text("│", style.DIM))
    return lines


def answers_text(answers: Sequence[Suggestion]) -> list[Text]:
    """Return the FAQs that match a ticket, numbered, best first: all their questions, then what they say."""
    if not answers:
        return [Text("No FAQ matches this ticket; A answers it with any FAQ by number.", style.DIM)]
    lines = [Text("A answers the ticket with one of these; the requester gets it by mail.", style.DIM)]
    headings = [
        Text.assemble(
            (f"{number}  ", style.KEY), (each.faq.question, style.BOLD), (f"  FAQ #{each.faq.number}", style.DIM)
        )
        for number, each in enumerate(answers, 1)
    ]
    lines += [*(headings if len(headings) > 1 else ()), Text()]
    for heading, suggestion in zip(headings, answers, strict=True):
        faq = suggestion.faq
        lines += [
            heading,
            *(Text("   " + line) for line in faq.answer.split("\n")),
            Text(),
        ]
    return lines


def _fact(name: str, value: str) -> Text:
    return Text.assemble((f"{name:<9}", style.DIM), value)


def _since(then: datetime, now: datetime) -> str:
    age = moment.age(then, now)
    return "just now" if age == "now" else f"{age} ago"
