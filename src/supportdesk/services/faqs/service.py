"""Use cases on FAQs."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.errors import NotFound
from supportdesk.domain.faq import (
    Category,
    Faq,
    FaqQuery,
    FaqResults,
    Gaps,
    NewFaq,
    Revision,
    Suggestion,
    Wording,
)
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.domain.reference import parse_reference
from supportdesk.domain.text import clean_body, required_body
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.services.faqs import changes as faq_changes
from supportdesk.services.faqs import gaps as faq_gaps
from supportdesk.services.faqs import learning as faq_learning
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage import journal
from supportdesk.storage.faqs import queries as faqs
from supportdesk.storage.faqs import wordings as faq_wordings
from supportdesk.storage.faqs.search import search as faq_search

HITS = 50
"""Results of a search that are listed."""
SUGGESTED_FROM = 3
"""Characters of a text from which something is suggested."""


class Faqs:
    """Use cases on FAQs. A reference is a number, an id or the start of an id."""

    def __init__(self, context: Context, tickets: Tickets) -> None:
        self._context = context
        self._tickets = tickets
        self._database = context.database

    def create(self, new: NewFaq, *, duplicate: bool = False) -> Faq:
        """Create an FAQ; raises `DuplicateQuestion` when another one asks the same, unless `duplicate` is set."""
        with self._database.writing():
            if not duplicate:
                faq_changes.refuse_duplicate(self._context, new.question)
            return faq_changes.create(self._context, new)

    def update(self, reference: str, new: NewFaq, *, seen: int | None = None, duplicate: bool = False) -> Faq:
        """Save new content of an FAQ, as a new revision when it differs.

        `seen` is the version the caller has on screen. Raises `NotFound`, `Conflict` when somebody has
        changed it since, and `DuplicateQuestion` like `create` when it asks something new.
        """
        with self._database.writing():
            faq = self._to_change(reference, seen)
            if not duplicate and new.question != faq.question:
                faq_changes.refuse_duplicate(self._context, new.question, faq.number)
            return faq_changes.edit(self._context, faq, new)

    def delete(self, reference: str, *, seen: int | None = None) -> Faq:
        """Delete an FAQ and return what it was; undo restores it."""
        with self._database.writing():
            faq = self._to_change(reference, seen)
            faq_changes.delete(self._context, faq)
        return faq

    def deleted(self) -> list[Faq]:
        """Return the FAQs that were deleted and are not back, the last one first."""
        with self._database.reading():
            gone = {each.number: each for each in reversed(journal.deletions(self._database, EntryKind.FAQ_DELETED))}
            there = faqs.by_numbers(self._database, [number for number in gone if number is not None])
            left = [entry for number, entry in gone.items() if number not in there]
            return [faq_changes.deleted_faq(entry) for entry in sorted(left, key=lambda entry: -entry.seq)]

    def undelete(self, reference: str, *, duplicate: bool = False) -> Faq:
        """Restore a deleted FAQ as it was; raises `NotFound` where none was deleted, and like `create`."""
        wanted = parse_reference(reference)
        with self._database.writing():
            gone = journal.deletion(self._database, EntryKind.FAQ_DELETED, wanted)
            if faqs.find(self._database, wanted) or gone is None:
                raise NotFound(f"there is no deleted FAQ {wanted.text}", field="reference")
            faq = faq_changes.deleted_faq(gone)
            if not duplicate:
                faq_changes.refuse_duplicate(self._context, faq.question)
            faq_changes.restore(self._context, faq)
        return faq

    def restore(self, reference: str, revision: int, *, seen: int | None = None) -> Faq:
        """Restore the content of an old revision; this makes a new revision."""
        with self._database.writing():
            faq = self._to_change(reference, seen)
            old = next((each for each in faqs.revisions(self._database, faq.id) if each.revision == revision), None)
            if old is None:
                raise NotFound(f"FAQ #{faq.number} has no revision {revision}", field="revision")
            return faq_changes.edit(self._context, faq, faq_changes.content(old), notes=f"revision {revision} again")

    def get(self, reference: str) -> Faq:
        """Return the FAQ that a reference names; raises `NotFound` or `AmbiguousReference`."""
        return faq_changes.get_faq(self._context, reference)

    def revisions(self, reference: str) -> list[Revision]:
        """Return the revisions of an FAQ, oldest first."""
        return faqs.revisions(self._database, self.get(reference).id)

    def read(self, reference: str) -> Faq:
        """Return the FAQ that a reference names, and count that it was read where the desk can be written."""
        if self._database.is_read_only:
            return self.get(reference)
        with self._database.writing():
            faq = self.get(reference)
            faqs.add_up(self._database, faq.number, reads=1)
            return self.get(str(faq.number))

    def vote(self, reference: str, *, helpful: bool) -> Faq:
        """Count a reader's vote on an FAQ."""
        with self._database.writing():
            faq = self.get(reference)
            faqs.add_up(self._database, faq.number, helpful=helpful, unhelpful=not helpful)
            vote = {"helpful" if helpful else "unhelpful": "1"}
            write_entry(self._context, EntryKind.FAQ_VOTED, faq, after=vote)
            return self.get(str(faq.number))

    def search(
        self,
        text: str,
        *,
        category: Category | None = None,
        typing: bool = False,
        limit: int = HITS,
        record: bool = False,
    ) -> FaqResults:
        """Return the FAQs that a query finds, best first; "phrases" and -words narrow them down.

        While `typing`, the last word is a prefix. With `record`, a search without results is counted among the
        gaps.
        """
        # Not as one line: white space at its end says that the last word is finished.
        body = clean_body(text)
        with self._database.reading():
            results = faq_search.search(self._database, body, category=category, typing=typing, limit=limit)
        if record and category is None:
            faq_gaps.record_search(self._context, body, found=bool(results.hits))
        return results

    def category_hits(self, text: str, *, typing: bool = False) -> dict[Category, int]:
        """Return how many FAQs of each category a search finds."""
        with self._database.reading():
            return faq_search.category_hits(self._database, clean_body(text), typing=typing)

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """Return the FAQs that match the text of a new ticket, best first; none for less than three characters."""
        body = clean_body(text).strip()
        if len(body) < SUGGESTED_FROM:
            return []
        with self._database.reading():
            return faq_search.suggest(self._database, body, limit)

    def used(self, text: str, reference: str) -> Faq:
        """Record that an FAQ answered a ticket before it was filed, and keep its wording."""
        with self._database.writing():
            faq = self.get(reference)
            faq_learning.use(self._context, faq, text)
            return self.get(str(faq.number))

    def ignored(self, text: str, numbers: Sequence[int]) -> None:
        """Record that these FAQs were suggested for a ticket that was filed nevertheless."""
        faq_gaps.record_ignored(self._context, text, numbers)

    def answer_ticket(
        self, ticket_reference: str, faq_reference: str, *, again: bool = False, text: str | None = None
    ) -> Ticket:
        """Answer a ticket with an FAQ: mail it, resolve the ticket and keep the requester's wording.

        `text` is mailed instead of the FAQ's own answer.
        Raises `AnsweredAlready` when it was answered with that FAQ before, unless `again` is set.
        """
        with self._database.writing():
            faq = self.get(faq_reference)
            ticket = self._tickets.get(ticket_reference)
            answer = None if text is None else required_body("answer", text)
            return faq_learning.answer(self._context, ticket, faq, again=again, text=answer)

    def wordings(self, reference: str) -> list[Wording]:
        """Return the wordings of an FAQ, newest first."""
        return faq_wordings.of_faq(self._database, self.get(reference).id)

    def forget_wording(self, reference: str, number: int) -> None:
        """Remove a wording of an FAQ."""
        with self._database.writing():
            faq_learning.forget(self._context, self.get(reference), number)

    def gaps(self, limit: int = 10) -> Gaps:
        """Return the gaps in the FAQs, at most `limit` of each kind."""
        with self._database.reading():
            return faq_gaps.gaps(self._context, limit)

    def count(self, query: FaqQuery) -> Count:
        """Return how many FAQs a list has."""
        return faqs.count(self._database, query)

    def page(self, query: FaqQuery, seek: Seek, limit: int) -> list[Faq]:
        """Return up to `limit` FAQs, newest first."""
        return faqs.page(self._database, query, seek, limit)

    def position(self, query: FaqQuery, key: RowKey) -> int:
        """Return how many rows of a list come before a key."""
        return faqs.position(self._database, query, key)

    def categories(self) -> dict[Category, int]:
        """Return how many FAQs each category has, including empty ones."""
        return faqs.categories(self._database)

    def statistics(self) -> list[tuple[Category, int]]:
        """Return the categories that have FAQs with their counts, largest first."""
        return sorted(((each, many) for each, many in self.categories().items() if many), key=lambda row: -row[1])

    def _to_change(self, reference: str, seen: int | None) -> Faq:
        try:
            faq = self.get(reference)
        except NotFound as error:
            raise NotFound(f"{error.message}; nothing was saved", field=error.field) from None
        faq_changes.check_version(self._context, faq, seen)
        return faq
