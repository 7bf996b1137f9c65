"""Undo of changes of FAQs, by their inverse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from supportdesk.domain.errors import Conflict
from supportdesk.domain.faq import CONTENT, Category, Faq, NewFaq
from supportdesk.domain.journal import Entry
from supportdesk.domain.reference import Reference
from supportdesk.services.context import Context
from supportdesk.services.faqs import changes as faq_changes
from supportdesk.services.faqs import learning as faq_learning
from supportdesk.services.journal_entries import Undo, unreadable_entry
from supportdesk.storage import journal
from supportdesk.storage.faqs import queries as faqs


def undo_creation(undo: Undo, done: Entry) -> None:
    """Delete an FAQ that was created, unless somebody has changed it since."""
    with _readable(done):
        faq_changes.delete(undo.context, _unchanged(undo.context, done), undoes=undo.undoes)


def undo_update(undo: Undo, done: Entry) -> None:
    """Restore the content of an FAQ, unless somebody has changed it since."""
    with _readable(done):
        faq = _unchanged(undo.context, done)
        faq_changes.edit(undo.context, faq, _content(faq, done), undoes=undo.undoes)


def undo_deletion(undo: Undo, done: Entry) -> None:
    """Restore a deleted FAQ."""
    with _readable(done):
        faq_changes.restore(undo.context, faq_changes.deleted_faq(done), undoes=undo.undoes)


def undo_feedback(undo: Undo, done: Entry) -> None:
    """Take a vote back, or that the FAQ has answered somebody; or count it again."""
    with _readable(done):
        if found := _find(undo.context, done):
            # The entry of an undo has what was counted before it.
            by, against = -1 if done.after else 1, "unhelpful" in {**done.before, **done.after}
            faqs.add_up(undo.context.database, found.number, helpful=by * (not against), unhelpful=by * against)
        undo.write_inverse(done.kind, done)


def undo_wording(undo: Undo, done: Entry) -> None:
    """Forget a wording that was kept, or restore one that was forgotten."""
    with _readable(done):
        faq_learning.undo_entry(undo, done)


@contextmanager
def _readable(done: Entry) -> Iterator[None]:
    """Raise `Unavailable` for an entry that no desk wrote."""
    try:
        yield
    except (KeyError, ValueError) as error:
        raise unreadable_entry(done) from error


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
