"""Changes of FAQs: save, revision and journal entry, inside the caller's transaction."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from supportdesk.domain.errors import Conflict, DuplicateQuestion, quoted
from supportdesk.domain.faq import CONTENT, Category, Faq, NewFaq, Revision, changed_since
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.reference import Reference, parse_reference
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.references import get_single
from supportdesk.storage.faqs import queries as faqs


def get_faq(context: Context, reference: str) -> Faq:
    """Return the FAQ that a reference names; raises `NotFound`, which says who deleted it, or `AmbiguousReference`."""
    wanted = parse_reference(reference)
    return get_single(context, faqs.find(context.database, wanted), wanted, "FAQ", deleted=EntryKind.FAQ_DELETED)


def check_version(context: Context, faq: Faq, seen: int | None) -> None:
    """Raise `Conflict`, which says who changed what, when the FAQ has another version than the one seen."""
    if seen is None or seen == faq.version:
        return
    changed = " ".join(("changed", changed_since(faqs.revisions(context.database, faq.id), seen))).rstrip()
    raise Conflict(f"FAQ #{faq.number} was {changed} since you opened it; nothing was saved")


def refuse_duplicate(context: Context, question: str, but: int = 0) -> None:
    """Raise `DuplicateQuestion` when an FAQ other than number `but` asks the same."""
    same = faqs.asking(context.database, question, but)
    if same is not None:
        raise DuplicateQuestion(
            f"question: FAQ #{same.number} asks the same: {quoted(same.question, 200)}", field="question"
        )


def content(faq: Faq | Revision) -> NewFaq:
    """Return the content of an FAQ or a revision."""
    return NewFaq(faq.question, faq.answer, faq.category)


def create(context: Context, new: NewFaq) -> Faq:
    """Create an FAQ inside the caller's transaction."""
    at = context.now()
    number = faqs.insert(context.database, context.new_id(), new, context.actor, at)
    faq = _get_by_number(context, number)
    write_entry(context, EntryKind.FAQ_CREATED, faq, after={name: str(getattr(faq, name)) for name in CONTENT})
    return faq


def edit(context: Context, faq: Faq, new: NewFaq, *, notes: str = "", undoes: int | None = None) -> Faq:
    """Save new content inside the caller's transaction; the same content again changes nothing."""
    changed = [name for name in CONTENT if getattr(faq, name) != getattr(new, name)]
    if not changed:
        return faq
    at = context.now()
    if not faqs.update(context.database, faq, new, context.actor, at):
        raise Conflict(f"FAQ #{faq.number} was changed by somebody else; nothing was saved")
    before, after = ({name: str(getattr(each, name)) for name in changed} for each in (faq, new))
    write_entry(context, EntryKind.FAQ_UPDATED, faq, before, after, notes=notes, undoes=undoes)
    return _get_by_number(context, faq.number)


def delete(context: Context, faq: Faq, *, undoes: int | None = None) -> None:
    """Delete an FAQ inside the caller's transaction; the journal keeps all of it."""
    faqs.delete(context.database, faq.number)
    write_entry(context, EntryKind.FAQ_DELETED, faq, before=_texts(faq), undoes=undoes)


def restore(context: Context, faq: Faq, *, undoes: int | None = None) -> None:
    """Restore a deleted FAQ exactly as it was, inside the caller's transaction."""
    faqs.put_back(context.database, faq)
    after = {name: str(getattr(faq, name)) for name in CONTENT}
    write_entry(context, EntryKind.FAQ_UNDELETED, faq, after=after, undoes=undoes)


def deleted_faq(deletion: Entry) -> Faq:
    """Return the FAQ that was deleted; raises `KeyError` or `ValueError` for an entry that no desk wrote."""
    was = deletion.before
    if deletion.number is None or deletion.subject is None:
        raise KeyError("number")
    return Faq(
        number=deletion.number,
        id=deletion.subject,
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


def _get_by_number(context: Context, number: int) -> Faq:
    return faqs.find(context.database, Reference("", number=number))[0]


def _texts(faq: Faq) -> dict[str, str]:
    """Return every field as text, except those that identify the FAQ: the entry itself has them."""
    values = {field.name: getattr(faq, field.name) for field in fields(faq) if field.name not in ("number", "id")}
    return {name: to_text(value) if isinstance(value, datetime) else str(value) for name, value in values.items()}
