"""Plain text output of FAQs; answers are printed as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from supportdesk.cli.io.output import in_colour, table
from supportdesk.domain import moment

if TYPE_CHECKING:
    from supportdesk.domain.faq import Correction, Faq, FaqHit, Gaps, Revision, Suggestion, Wording

FAQ_HEADINGS = ("NUMBER", "CATEGORY", "AGE", "QUESTION")
SUGGESTION_HEADINGS = ("NUMBER", "CATEGORY", "SCORE", "QUESTION")
REVISION_HEADINGS = ("REVISION", "WHEN", "WHO", "CHANGED", "QUESTION")
WORDING_HEADINGS = ("NUMBER", "WHEN", "TEXT")


def faq_row(faq: Faq, now: datetime) -> tuple[str, ...]:
    """Return the row of an FAQ in a list."""
    return (f"#{faq.number}", faq.category, moment.age(faq.created_at, now), faq.question)


def faq_text(faq: Faq, now: datetime) -> str:
    """Return the text of a whole FAQ."""
    facts = f"{faq.category} · edited {moment.local(faq.updated_at)} ({moment.age(faq.updated_at, now)})"
    return f"#{faq.number} {faq.question}\n{facts} · {votes(faq)}\nid {faq.id}\n\n{faq.answer}"


def votes(faq: Faq) -> str:
    """Return a summary of the votes on an FAQ."""
    return f"{faq.helpful:,} found it helpful, {faq.unhelpful:,} did not"


def hits_table(hits: Sequence[FaqHit], now: datetime) -> str:
    """Return a table of search results; on a terminal with colours, matches are bold."""
    whole = table(FAQ_HEADINGS, [faq_row(hit.faq, now) for hit in hits])
    if not in_colour():
        return whole
    heading, *lines = whole.split("\n")
    # The columns before the question are in ASCII, so that it begins where its heading does.
    start = heading.index(FAQ_HEADINGS[-1])
    return "\n".join([heading, *(_in_bold(line, start, hit) for line, hit in zip(lines, hits, strict=True))])


def corrected(correction: Correction) -> str:
    """Return a message that says which words were searched instead of one that no FAQ has."""
    used = " or ".join(f'"{word}"' for word in correction.used)
    return f'no FAQ has "{correction.word}"; searched for {used} instead'


def suggestion_row(suggestion: Suggestion) -> tuple[str, ...]:
    """Return the row of a suggestion in a list."""
    faq = suggestion.faq
    return (f"#{faq.number}", faq.category, f"{suggestion.score:.1f}", faq.question)


def revision_rows(revisions: Sequence[Revision]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of revisions, each with what it changed."""
    before: Revision | None = None
    for each in revisions:
        fields = ("question", "answer", "category")
        changed = [name for name in fields if before is None or getattr(before, name) != getattr(each, name)]
        what = "created" if before is None else ", ".join(changed)
        yield (str(each.revision), moment.local(each.changed_at), each.changed_by, what, each.question)
        before = each


def wording_row(wording: Wording) -> tuple[str, ...]:
    """Return the row of a wording in a list."""
    return (str(wording.number), moment.local(wording.kept_at), wording.text)


def gaps_text(gaps: Gaps, now: datetime) -> str:
    """Return the gaps in the FAQs, kind by kind; empty kinds are omitted."""
    parts = (
        _part(
            "Searches without results",
            ("TIMES", "LAST", "TEXT"),
            [(f"{each.times:,}", moment.age(each.last_at, now), each.text) for each in gaps.searches],
        ),
        _part(
            "Suggested, but a ticket was filed",
            ("NUMBER", "TIMES", "QUESTION", "LAST FOR"),
            [
                (f"#{faq.number}", f"{times:,}", faq.question, gaps.ignored_for.get(faq.number, ""))
                for faq, times in gaps.ignored
            ],
        ),
        _part(
            "Open tickets that no FAQ answers",
            ("NUMBER", "AGE", "TITLE"),
            [(f"#{each.number}", moment.age(each.created_at, now), each.title) for each in gaps.tickets],
        ),
        _ranked("Most read", gaps.most_read),
        _ranked("Least read", gaps.least_read),
        _ranked("Most helpful", gaps.most_helpful),
        _ranked("Least helpful", gaps.least_helpful),
    )
    return "\n\n".join(filter(None, parts)) or "no gaps: there are no FAQs and no open tickets"


def _ranked(title: str, faqs: Sequence[Faq]) -> str:
    rows = [
        (f"#{faq.number}", f"{faq.reads:,}", f"{faq.helpful:,}", f"{faq.unhelpful:,}", faq.question) for faq in faqs
    ]
    return _part(title, ("NUMBER", "READS", "HELPFUL", "NOT", "QUESTION"), rows)


def _part(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return f"{title}\n{table(headings, rows)}" if rows else ""


def _in_bold(line: str, start: int, hit: FaqHit) -> str:
    question, done = line[start:], 0
    shown = line[:start]
    # A question that was cut ends with an ellipsis, which no word is.
    end = len(question) if question == hit.faq.question else len(question) - 1
    for first, last in hit.highlights:
        if first < end:
            last = min(last, end)
            shown += question[done:first] + click.style(question[first:last], bold=True)
            done = last
    return shown + question[done:]
