"""Learning from requesters: their wording is kept with the FAQ that answered it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from supportdesk.domain import moment
from supportdesk.domain.errors import AnsweredAlready, NotFound
from supportdesk.domain.faq import WORDING_LIMIT, WORDINGS_KEPT, Faq, Wording, question_key, without_addresses
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.ticket import Status, Ticket, TicketChange
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, write_entry
from supportdesk.services.mail import notify
from supportdesk.services.tickets import changes as ticket_changes
from supportdesk.storage import journal
from supportdesk.storage.faqs import queries as faqs
from supportdesk.storage.faqs import wordings as faq_wordings


def answer(context: Context, ticket: Ticket, faq: Faq, *, again: bool = False, text: str | None = None) -> Ticket:
    """Mail an FAQ to a requester, resolve the ticket and keep its wording, inside the caller's transaction.

    Raises `AnsweredAlready` when that was done before and was not undone, unless `again` is set. `text` is mailed
    instead of the FAQ's own answer.
    """
    origin = f"from ticket #{ticket.number}"
    before = journal.latest_in_force(context.database, faq.id, EntryKind.FAQ_WORDING_KEPT, origin)
    if before is not None and not again:
        raise AnsweredAlready(
            f"{before.actor} has answered #{ticket.number} with FAQ #{faq.number} before, "
            f"on {moment.local(before.at)}; nothing was sent"
        )
    entry: int | None = None
    notes = f"answered with FAQ #{faq.number}: {faq.question}"
    change = TicketChange(status=Status.RESOLVED, notes=notes).differing_from(ticket)
    if change.status is not None:
        ticket, entry = ticket_changes.apply(context, ticket, change, mailed=False)
    entry = keep(context, faq, f"{ticket.title} {ticket.description}", entry, notes=origin)
    notify.faq_answer(context, ticket, faq if text is None else replace(faq, answer=text), entry)
    return ticket


def use(context: Context, faq: Faq, text: str) -> None:
    """Record that an FAQ answered a ticket before it was filed, inside the caller's transaction."""
    faqs.add_up(context.database, faq.number, helpful=1)
    entry = write_entry(context, EntryKind.FAQ_USED, faq, after={"helpful": "1"})
    keep(context, faq, text, entry)


def keep(context: Context, faq: Faq, text: str, entry: int | None, *, notes: str = "") -> int | None:
    """Keep a wording with an FAQ, inside the caller's transaction: a repeat only becomes the newest again.

    Beyond `WORDINGS_KEPT`, the oldest is removed; the journal keeps it for undo. Returns the journal change, `entry`
    where it is given.
    """
    line = without_addresses(text, WORDING_LIMIT)
    if not line:
        return entry
    known = faq_wordings.of_faq(context.database, faq.id)
    repeats = [wording for wording in known if question_key(wording.text) == question_key(line)]
    displaced = repeats[0] if repeats else known[-1] if len(known) >= WORDINGS_KEPT else None
    if displaced is not None:
        faq_wordings.remove(context.database, displaced.number)
    at = context.now()
    number = faq_wordings.add(context.database, faq.id, line, at)
    return write_entry(
        context,
        EntryKind.FAQ_WORDING_KEPT,
        faq,
        _fields(displaced),
        _fields(Wording(number, faq.id, line, at)),
        notes=notes,
        change=entry,
    )


def forget(context: Context, faq: Faq, number: int) -> None:
    """Forget a wording of an FAQ, inside the caller's transaction; raises `NotFound`."""
    found = next((each for each in faq_wordings.of_faq(context.database, faq.id) if each.number == number), None)
    if found is None:
        raise NotFound(f"FAQ #{faq.number} has no wording {number}", field="number")
    faq_wordings.remove(context.database, number)
    write_entry(context, EntryKind.FAQ_WORDING_FORGOTTEN, faq, before=_fields(found))


def undo_entry(undo: Undo, done: Entry) -> None:
    """Undo that a wording was kept or forgotten, inside the caller's transaction."""
    kept, gone = _wording(done, done.after), _wording(done, done.before)
    if kept is not None:
        faq_wordings.remove(undo.context.database, kept.number)
    if gone is not None:
        faq_wordings.put_back(undo.context.database, gone)
    opposite = {
        EntryKind.FAQ_WORDING_KEPT: EntryKind.FAQ_WORDING_FORGOTTEN,
        EntryKind.FAQ_WORDING_FORGOTTEN: EntryKind.FAQ_WORDING_KEPT,
    }
    undo.write_inverse(opposite[done.kind], done)


def _fields(wording: Wording | None) -> Mapping[str, str]:
    if wording is None:
        return {}
    return {"wording": wording.text, "wording_number": str(wording.number), "kept_at": to_text(wording.kept_at)}


def _wording(entry: Entry, fields: Mapping[str, str]) -> Wording | None:
    if not fields:
        return None
    number = int(fields["wording_number"])
    return Wording(number, entry.subject or "", fields["wording"], from_text(fields["kept_at"]))
