"""Taking back what was done with FAQs, by its inverse."""

from __future__ import annotations

from collections.abc import Mapping

from supportdesk.domain.errors import Conflict, NotAllowed
from supportdesk.domain.faq import Category, Faq, NewFaq
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.moment import from_text
from supportdesk.domain.reference import Reference
from supportdesk.services import faq_changes, faq_learning
from supportdesk.services.context import Context
from supportdesk.storage import faqs, journal


def take_back(context: Context, done: Entry, *, undoes: int, entry: int | None) -> int | None:
    """Undoes one entry about an FAQ inside the caller's transaction; gives the journal change, where others share it.

    Raises `Conflict` when somebody has changed or deleted the FAQ since, `NotAllowed` for an import.
    """
    match done.kind:
        case EntryKind.FAQ_CREATED:
            faq_changes.delete(context, _unchanged(context, done), undoes=undoes)
        case EntryKind.FAQ_UPDATED:
            faq = _unchanged(context, done)
            faq_changes.edit(context, faq, _content(faq, done.before), undoes=undoes)
        case EntryKind.FAQ_DELETED:
            faq_changes.put_back(context, _deleted(done), undoes=undoes)
        case EntryKind.FAQ_USED:
            if found := _find(context, done):
                faqs.add_up(context.database, found.number, helpful=-1)
            return faq_changes.write_inverse(context, EntryKind.FAQ_USED, done, undoes=undoes, change=entry)
        case EntryKind.FAQ_WORDING_KEPT | EntryKind.FAQ_WORDING_FORGOTTEN:
            return faq_learning.take_back(context, done, undoes=undoes, entry=entry)
        case _:
            raise NotAllowed(f"your last change imported {done.after.get('faqs', 'some')} FAQs, which cannot be undone")
    return entry


def _unchanged(context: Context, done: Entry) -> Faq:
    """The FAQ, if it still says what the change made it say."""
    faq = _find(context, done)
    last = journal.last_of(context.database, done.subject or "")
    who = last.actor if last else "somebody"
    if faq is None:
        raise Conflict(f"FAQ #{done.number} was deleted by {who} since; nothing was undone")
    changed = [name for name in faq_changes.CONTENT if name in done.after and getattr(faq, name) != done.after[name]]
    if changed:
        newest = faqs.revisions(context.database, faq.id)[-1]
        raise Conflict(
            f"FAQ #{faq.number} has changed since: {newest.changed_by} changed its {' and '.join(changed)}; "
            "nothing was undone"
        )
    return faq


def _find(context: Context, done: Entry) -> Faq | None:
    found = faqs.find(context.database, Reference("", number=done.number))
    return found[0] if found else None


def _content(faq: Faq, before: Mapping[str, str]) -> NewFaq:
    return NewFaq(
        before.get("question", faq.question),
        before.get("answer", faq.answer),
        Category(before.get("category", faq.category)),
    )


def _deleted(done: Entry) -> Faq:
    was = done.before
    return Faq(
        number=done.number or 0,
        id=done.subject or "",
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
