"""Undo of changes of FAQs, by their inverse."""

from __future__ import annotations

from supportdesk.domain.errors import Conflict, NotAllowed
from supportdesk.domain.faq import CONTENT, Category, Faq, NewFaq
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.moment import from_text
from supportdesk.domain.reference import Reference
from supportdesk.services.context import Context
from supportdesk.services.faqs import changes as faq_changes
from supportdesk.services.faqs import learning as faq_learning
from supportdesk.services.journal_entries import unreadable_entry, write_inverse
from supportdesk.storage import journal
from supportdesk.storage.faqs import queries as faqs


def undo_entry(context: Context, done: Entry, *, undoes: int, entry: int | None) -> int | None:
    """Undo one entry about an FAQ inside the caller's transaction; return the journal change, where others share it.

    Raises `Conflict` when somebody has changed or deleted the FAQ since, `NotAllowed` for an import, and
    `Unavailable` for an entry that no desk wrote.
    """
    try:
        return _take_back(context, done, undoes, entry)
    except (KeyError, ValueError) as error:
        raise unreadable_entry(done) from error


def _take_back(context: Context, done: Entry, undoes: int, entry: int | None) -> int | None:
    match done.kind:
        case EntryKind.FAQ_CREATED:
            faq_changes.delete(context, _unchanged(context, done), undoes=undoes)
        case EntryKind.FAQ_UPDATED:
            faq = _unchanged(context, done)
            faq_changes.edit(context, faq, _content(faq, done), undoes=undoes)
        case EntryKind.FAQ_DELETED:
            faq_changes.restore(context, _deleted(done), undoes=undoes)
        case EntryKind.FAQ_USED | EntryKind.FAQ_VOTED:
            if found := _find(context, done):
                against = "unhelpful" in done.after
                faqs.add_up(context.database, found.number, helpful=-(not against), unhelpful=-against)
            return write_inverse(context, done.kind, done, undoes=undoes, change=entry)
        case EntryKind.FAQ_WORDING_KEPT | EntryKind.FAQ_WORDING_FORGOTTEN:
            return faq_learning.undo_entry(context, done, undoes=undoes, entry=entry)
        case _:
            raise NotAllowed(f"your last change imported {done.after.get('faqs', 'some')} FAQs, which cannot be undone")
    return entry


def _unchanged(context: Context, done: Entry) -> Faq:
    """Return the FAQ if it still has the content of the change; raises `Conflict` otherwise."""
    faq = _find(context, done)
    later = journal.in_force_after(context.database, done)
    if faq is None:
        who = later[-1].actor if later else "somebody"
        raise Conflict(f"FAQ #{done.number} was deleted by {who} since; nothing was undone")
    for name in done.after:
        if name not in CONTENT:
            raise KeyError(name)
        others = [entry.actor for entry in later if name in entry.after]
        if others or getattr(faq, name) != done.after[name]:
            who = others[-1] if others else "somebody"
            raise Conflict(f"FAQ #{done.number} has changed since: {who} changed its {name}; nothing was undone")
    return faq


def _find(context: Context, done: Entry) -> Faq | None:
    found = faqs.find(context.database, Reference("", number=done.number or 0))
    return found[0] if found and found[0].id == done.subject else None


def _content(faq: Faq, done: Entry) -> NewFaq:
    """Return the content of an FAQ before an edit."""
    if not done.before or done.before.keys() != done.after.keys():
        raise KeyError("before")
    return NewFaq(
        done.before.get("question", faq.question),
        done.before.get("answer", faq.answer),
        Category(done.before.get("category", faq.category)),
    )


def _deleted(done: Entry) -> Faq:
    was = done.before
    if done.number is None or done.subject is None:
        raise KeyError("number")
    return Faq(
        number=done.number,
        id=done.subject,
        question=was["question"],
        answer=was["answer"],
        category=Category(was["category"]),
        created_at=from_text(was["created_at"]),
        updated_at=from_text(was["updated_at"]),
        version=int(was["version"]),
        reads=int(was["reads"]),
        helpful=int(was["helpful"]),
        unhelpful=int(was["unhelpful"]),
    )
