"""What can be done with FAQs."""

from __future__ import annotations

from supportdesk.domain.errors import NotFound
from supportdesk.domain.faq import Category, Faq, FaqQuery, NewFaq, Revision
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.services import faq_changes
from supportdesk.services.context import Context
from supportdesk.storage import faqs


class Faqs:
    """Use cases on FAQs. A reference names one by number, id or the start of an id."""

    def __init__(self, context: Context) -> None:
        self._context = context
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
        return faq_changes.one(self._context, reference)

    def revisions(self, reference: str) -> list[Revision]:
        """What an FAQ has said, oldest first."""
        return faqs.revisions(self._database, self.get(reference).id)

    def read(self, reference: str) -> Faq:
        """The FAQ a reference names, opened by somebody: that is counted."""
        return self._add_up(reference, reads=1)

    def vote(self, reference: str, *, helpful: bool) -> Faq:
        """Counts a vote of somebody who read an FAQ."""
        return self._add_up(reference, helpful=1) if helpful else self._add_up(reference, unhelpful=1)

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

    def _add_up(self, reference: str, *, reads: int = 0, helpful: int = 0, unhelpful: int = 0) -> Faq:
        with self._database.writing():
            faq = self.get(reference)
            faqs.add_up(self._database, faq.number, reads=reads, helpful=helpful, unhelpful=unhelpful)
            return self.get(str(faq.number))
