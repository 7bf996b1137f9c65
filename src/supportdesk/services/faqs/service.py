"""What can be done with FAQs."""

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
from supportdesk.domain.text import clean_body
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.services.faqs import changes as faq_changes
from supportdesk.services.faqs import gaps as faq_gaps
from supportdesk.services.faqs import learning as faq_learning
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.faqs import queries as faqs
from supportdesk.storage.faqs import wordings as faq_wordings
from supportdesk.storage.faqs.search import search as faq_search

HITS = 50
"""Of a search, so many are listed; past this nobody reads on."""
SUGGESTED_FROM = 3
"""Characters of a text that say enough to suggest something."""


class Faqs:
    """Use cases on FAQs. A reference names one by number, id or the start of an id."""

    def __init__(self, context: Context, tickets: Tickets) -> None:
        self._context = context
        self._tickets = tickets
        self._database = context.database

    def create(self, new: NewFaq, *, duplicate: bool = False) -> Faq:
        """Adds an FAQ; raises `DuplicateQuestion` when another one asks the same, unless told to let it pass."""
        with self._database.writing():
            if not duplicate:
                faq_changes.refuse_duplicate(self._context, new.question)
            return faq_changes.create(self._context, new)

    def update(self, reference: str, new: NewFaq, *, seen: int | None = None, duplicate: bool = False) -> Faq:
        """Saves what an FAQ shall say, as a new revision when it differs.

        `seen` is the version the caller has on screen. Raises `NotFound`, `Conflict` when somebody has
        changed it since, and `DuplicateQuestion` like `create` when it asks something new.
        """
        with self._database.writing():
            faq = self._to_change(reference, seen)
            if not duplicate and new.question != faq.question:
                faq_changes.refuse_duplicate(self._context, new.question, faq.number)
            return faq_changes.edit(self._context, faq, new)

    def delete(self, reference: str, *, seen: int | None = None) -> Faq:
        """Removes an FAQ and gives what it was; undo brings it back whole."""
        with self._database.writing():
            faq = self._to_change(reference, seen)
            faq_changes.delete(self._context, faq)
        return faq

    def restore(self, reference: str, revision: int, *, seen: int | None = None) -> Faq:
        """Lets an FAQ say again what it said in an old revision; that makes a new one."""
        with self._database.writing():
            faq = self._to_change(reference, seen)
            old = next((each for each in faqs.revisions(self._database, faq.id) if each.revision == revision), None)
            if old is None:
                raise NotFound(f"FAQ #{faq.number} has no revision {revision}", field="revision")
            return faq_changes.edit(self._context, faq, faq_changes.content(old), notes=f"revision {revision} again")

    def get(self, reference: str) -> Faq:
        """The FAQ a reference names; raises `NotFound` or `AmbiguousReference`."""
        return faq_changes.get_faq(self._context, reference)

    def revisions(self, reference: str) -> list[Revision]:
        """What an FAQ has said, oldest first."""
        return faqs.revisions(self._database, self.get(reference).id)

    def read(self, reference: str) -> Faq:
        """The FAQ a reference names, opened by somebody: that is counted."""
        with self._database.writing():
            faq = self.get(reference)
            faqs.add_up(self._database, faq.number, reads=1)
            return self.get(str(faq.number))

    def vote(self, reference: str, *, helpful: bool) -> Faq:
        """Counts a vote of somebody who read an FAQ."""
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
        """The FAQs that words find, best first; "phrases" and -words narrow them down.

        While `typing`, the last word also finds words that only begin with it. A search to `record` counts
        among the gaps when it finds nothing.
        """
        # Not as one line: white space at its end says that the last word is finished.
        body = clean_body(text)
        with self._database.reading():
            results = faq_search.search(self._database, body, category=category, typing=typing, limit=limit)
        if record and category is None:
            faq_gaps.note_search(self._context, body, found=bool(results.hits))
        return results

    def category_hits(self, text: str, *, typing: bool = False) -> dict[Category, int]:
        """How many FAQs a search finds in each category."""
        with self._database.reading():
            return faq_search.category_hits(self._database, clean_body(text), typing=typing)

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """The FAQs that fit what somebody is about to ask, best first; none for less than three characters."""
        body = clean_body(text).strip()
        if len(body) < SUGGESTED_FROM:
            return []
        with self._database.reading():
            return faq_search.suggest(self._database, body, limit)

    def used(self, text: str, reference: str) -> Faq:
        """Notes down that an FAQ answered what somebody was about to file, and learns how they put it."""
        with self._database.writing():
            faq = self.get(reference)
            faq_learning.use(self._context, faq, text)
            return self.get(str(faq.number))

    def ignored(self, text: str, numbers: Sequence[int]) -> None:
        """Notes down that these FAQs were suggested for a ticket that was filed all the same."""
        faq_gaps.note_ignored(self._context, text, numbers)

    def answer_ticket(self, ticket_reference: str, faq_reference: str, *, again: bool = False) -> Ticket:
        """Answers a ticket with an FAQ: mails it, resolves the ticket and learns how the requester put it.

        Raises `AnsweredAlready` when it was answered with that FAQ before, unless it shall be `again`.
        """
        with self._database.writing():
            faq = self.get(faq_reference)
            return faq_learning.answer(self._context, self._tickets.get(ticket_reference), faq, again=again)

    def wordings(self, reference: str) -> list[Wording]:
        """How customers put what an FAQ answers, newest first."""
        return faq_wordings.of_faq(self._database, self.get(reference).id)

    def forget_wording(self, reference: str, number: int) -> None:
        """Lets an FAQ forget a wording."""
        with self._database.writing():
            faq_learning.forget(self._context, self.get(reference), number)

    def gaps(self, limit: int = 10) -> Gaps:
        """What the FAQs lack, at most `limit` of each kind."""
        with self._database.reading():
            return faq_gaps.gaps(self._context, limit)

    def count(self, query: FaqQuery) -> Count:
        """How many FAQs a list has."""
        return faqs.count(self._database, query)

    def page(self, query: FaqQuery, seek: Seek, limit: int) -> list[Faq]:
        """Up to `limit` FAQs, newest first."""
        return faqs.page(self._database, query, seek, limit)

    def position(self, query: FaqQuery, key: RowKey) -> int:
        """How many rows of a list stand before a key."""
        return faqs.position(self._database, query, key)

    def categories(self) -> dict[Category, int]:
        """How many FAQs each category has, the empty ones too."""
        return faqs.categories(self._database)

    def statistics(self) -> list[tuple[Category, int]]:
        """The categories that have FAQs, and how many, the fullest first."""
        return sorted(((each, many) for each, many in self.categories().items() if many), key=lambda row: -row[1])

    def _to_change(self, reference: str, seen: int | None) -> Faq:
        try:
            faq = self.get(reference)
        except NotFound as error:
            raise NotFound(f"{error.message}; nothing was saved", field=error.field) from None
        faq_changes.check_version(self._context, faq, seen)
        return faq
