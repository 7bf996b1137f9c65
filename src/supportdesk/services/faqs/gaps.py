"""Gaps in the FAQs: searches without results, suggestions not used, tickets without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from supportdesk.domain.faq import SEARCH_LIMIT, Gaps, MissedSearch, without_addresses
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.storage.faqs import gaps as faq_gaps
from supportdesk.storage.faqs import queries as faqs
from supportdesk.storage.faqs.search import search as faq_search
from supportdesk.storage.tickets import queries as tickets

TICKETS_CHECKED = 200
SEARCHES_CHECKED = 3
"""Stored searches that are repeated for each one listed."""


def record_search(context: Context, text: str, *, found: bool) -> None:
    """Count a search without results, or forget one that finds something by now."""
    if context.database.is_read_only:
        return
    line = without_addresses(text.casefold(), SEARCH_LIMIT)
    if not any(map(str.isalnum, line)) or (found and not faq_gaps.has_search(context.database, line)):
        return
    with context.database.writing():
        if found:
            faq_gaps.remove_search(context.database, line)
        else:
            faq_gaps.add_search(context.database, line, context.now())


def record_ignored(context: Context, text: str, numbers: Sequence[int]) -> None:
    """Count that these FAQs were suggested but not used."""
    if context.database.is_read_only:
        return
    line = without_addresses(text, SEARCH_LIMIT)
    with context.database.writing():
        for faq in faqs.by_numbers(context.database, numbers).values():
            faq_gaps.add_ignored(context.database, faq.id, line)


def gaps(context: Context, limit: int) -> Gaps:
    """Return all gaps, at most `limit` of each kind, inside the caller's transaction."""
    database = context.database
    ignored, ignored_for = faq_gaps.ignored(database, limit)
    return Gaps(
        searches=_searches(context, limit),
        ignored=tuple(ignored),
        tickets=_tickets(context, limit),
        most_read=tuple(faq_gaps.most_read(database, limit)),
        least_read=tuple(faq_gaps.least_read(database, limit)),
        most_helpful=tuple(faq_gaps.most_helpful(database, limit)),
        least_helpful=tuple(faq_gaps.least_helpful(database, limit)),
        ignored_for=ignored_for,
    )


def _searches(context: Context, limit: int) -> tuple[MissedSearch, ...]:
    """Return the most frequent searches without results, except those that find an FAQ by now."""
    missed = faq_gaps.searches(context.database, SEARCHES_CHECKED * limit)
    still = (each for each in missed if not faq_search.search(context.database, each.text, limit=1).hits)
    return tuple(islice(still, limit))


def _tickets(context: Context, limit: int) -> tuple[Ticket, ...]:
    """Return the newest open tickets that no FAQ answers."""
    unanswered = (
        ticket
        for ticket in tickets.newest_open(context.database, TICKETS_CHECKED)
        if not faq_search.suggest(context.database, f"{ticket.title}\n{ticket.description}", 1)
    )
    return tuple(islice(unanswered, limit))
