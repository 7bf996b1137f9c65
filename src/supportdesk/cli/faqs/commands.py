"""Commands on FAQs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.faqs.param_types import CATEGORY
from supportdesk.cli.faqs.text import (
    FAQ_HEADINGS,
    REVISION_HEADINGS,
    corrected,
    faq_row,
    faq_text,
    hits_table,
    revision_rows,
)
from supportdesk.cli.io import cursor as cursors
from supportdesk.cli.io.confirmation import confirm_deletion
from supportdesk.cli.io.documents import FAQ, REVISION, document, documents
from supportdesk.cli.io.output import (
    json_option,
    list_formats,
    list_summary,
    say,
    say_done,
    say_json,
    say_rows,
    say_table,
)
from supportdesk.cli.io.param_types import TEXT, Whole
from supportdesk.cli.lazy import LazyGroup
from supportdesk.domain.errors import DuplicateQuestion, invalid
from supportdesk.domain.faq import SEARCH_LIMIT, FaqQuery, new_faq, parse_category
from supportdesk.domain.page import Count
from supportdesk.domain.reference import MAX_NUMBER
from supportdesk.domain.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from supportdesk.domain.faq import Faq
    from supportdesk.services.desk import Desk


@click.group(
    cls=LazyGroup,
    later={
        "suggest": ("faqs.answers:suggest", "List the FAQs that best answer a ticket's text."),
        "answer": ("faqs.answers:answer", "Answer a ticket with an FAQ, and resolve it."),
        "vote": ("faqs.answers:vote", "Record whether an FAQ was helpful."),
        "wordings": ("faqs.answers:wordings", "List the wordings of requesters kept with an FAQ."),
        "gaps": ("faqs.answers:gaps", "Show gaps in the FAQs."),
        "stats": ("faqs.answers:stats", "Count the FAQs of each category."),
        "import": ("faqs.transfer:import_faqs", "Import FAQs from a CSV file, a Markdown file or a folder of them."),
        "export": ("faqs.transfer:export_faqs", "Export FAQs as CSV, JSON or a folder of Markdown files."),
    },
)
def faq() -> None:
    """Create, find and edit FAQs: questions with answers.

    REF is a number (3 or '#3'), an id, or the first 4 or more digits of one.
    """


@contextmanager
def _mention_duplicate_option() -> Iterator[None]:
    try:
        yield
    except DuplicateQuestion as refusal:
        raise DuplicateQuestion(f"{refusal.message}; pass --duplicate to save it anyway", field=refusal.field) from None


@faq.command()
@click.option("--question", required=True, type=TEXT, help="The question, on one line.")
@click.option("--answer", required=True, type=TEXT, help="The answer in Markdown; - reads standard input.")
@click.option("--category", default="general", show_default=True, type=CATEGORY, help="The category.")
@click.option("--duplicate", is_flag=True, help="Save it even if another one asks the same.")
@json_option
@click.pass_context
def create(ctx: click.Context, question: str, answer: str, category: str, duplicate: bool, form: str | None) -> None:
    """Add an FAQ."""
    new = new_faq(question, answer, category)
    with open_desk(ctx) as desk, _mention_duplicate_option():
        created = desk.faqs.create(new, duplicate=duplicate)
    say_done(form, document(created, FAQ), f"FAQ #{created.number} created (id {created.id})")


@faq.command("list")
@click.option("--search", type=TEXT, help="Only FAQs with these words, best first.")
@click.option("--category", type=CATEGORY, help="Only FAQs of this category.")
@click.option("--deleted", is_flag=True, help="Those that were deleted instead, the last one first.")
@cursors.page_options
@list_formats
@click.pass_context
def list_faqs(
    ctx: click.Context,
    search: str | None,
    category: str | None,
    deleted: bool,
    limit: int,
    cursor: str | None,
    form: str | None,
) -> None:
    """List FAQs, newest first, or those that a search finds.

    A search corrects words that no FAQ has, and says so. It lists the best results up to the limit, without a cursor.
    """
    if search is not None and cursor is not None:
        raise click.UsageError("A search has no --cursor; pass a larger --limit instead.")
    for name, value in (("search", search), ("category", category)):
        if value is not None and not value.strip():
            raise invalid(name, value, "omit it to list all FAQs")
    query = FaqQuery(None if category is None else parse_category(category))
    if deleted and (search, category, cursor) != (None, None, None):
        raise click.UsageError("--deleted lists all deleted FAQs; pass it without --search, --category and --cursor.")
    with open_desk(ctx, existing=True) as desk:
        if deleted:
            _list_deleted(desk, limit, form)
        elif search is not None:
            _list_hits(desk, search, query, limit, form)
        else:
            _list_page(desk, query, limit, cursor, form)


def _list_page(desk: Desk, query: FaqQuery, limit: int, cursor: str | None, form: str | None) -> None:
    seek = cursors.read("faqs", cursor)
    found = desk.faqs.page(query, seek, limit + 1)
    page, next_cursor = cursors.split(found, limit, "faqs", query.sort_key)
    if form:
        say_rows(form, documents(page, FAQ), FAQ, name="faqs", next_cursor=next_cursor)
    else:
        say_table(FAQ_HEADINGS, [faq_row(each, desk.now()) for each in page])
        say(list_summary(len(page), desk.faqs.count(query), "FAQs", query.category or "", next_cursor))


def _list_deleted(desk: Desk, limit: int, form: str | None) -> None:
    found = desk.faqs.deleted()
    if form:
        say_rows(form, documents(found[:limit], FAQ), FAQ, name="faqs", next_cursor=None)
    else:
        say_table(FAQ_HEADINGS, [faq_row(each, desk.now()) for each in found[:limit]])
        say(list_summary(min(limit, len(found)), Count(len(found)), "FAQs", "deleted", None))


def _list_hits(desk: Desk, search: str, query: FaqQuery, limit: int, form: str | None) -> None:
    results = desk.faqs.search(search, category=query.category, limit=limit, record=True)
    found: Sequence[Faq] = [hit.faq for hit in results.hits]
    if form:
        corrections = documents(results.corrections, ("word", "used"))
        say_rows(form, documents(found, FAQ), FAQ, name="faqs", next_cursor=None, corrections=corrections)
    else:
        for each in results.corrections:
            say(corrected(each))
        if results.hits:
            say(hits_table(results.hits, desk.now()))
        # A long text is cut, so that what was found stays on screen.
        wanted = " ".join(filter(None, (_cut(clean_line(search)), query.category)))
        total = Count(results.found) if results.found > len(found) else None
        say(list_summary(len(found), total, "FAQ" if len(found) == 1 else "FAQs", wanted, None))


def _cut(text: str) -> str:
    return text if len(text) <= SEARCH_LIMIT else text[: SEARCH_LIMIT - 1] + "…"


@faq.command()
@click.argument("ref", type=TEXT)
@json_option
@click.pass_context
def show(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show an FAQ; without --json, that counts as reading it."""
    with open_desk(ctx, existing=True) as desk:
        if form == "json":
            say_json(document(desk.faqs.get(ref), FAQ))
        else:
            say(faq_text(desk.faqs.read(ref), desk.now()))


@faq.command()
@click.argument("ref", type=TEXT)
@click.option("--question", type=TEXT, help="The question, on one line.")
@click.option("--answer", type=TEXT, help="The answer in Markdown; - reads standard input.")
@click.option("--category", type=CATEGORY, help="The category.")
@click.option("--if-version", metavar="N", type=Whole(MAX_NUMBER), help="Only if the FAQ still has this version.")
@click.option("--duplicate", is_flag=True, help="Save it even if another one asks the same.")
@json_option
@click.pass_context
def update(
    ctx: click.Context,
    ref: str,
    question: str | None,
    answer: str | None,
    category: str | None,
    if_version: int | None,
    duplicate: bool,
    form: str | None,
) -> None:
    """Change an FAQ; its history keeps the old content."""
    if question is None and answer is None and category is None:
        raise click.UsageError("Nothing to change: pass --question, --answer or --category.")
    with open_desk(ctx, existing=True) as desk:
        old = desk.faqs.get(ref)
        new = new_faq(
            old.question if question is None else question,
            old.answer if answer is None else answer,
            old.category if category is None else category,
        )
        # Fields that are not passed keep the values read here, so nobody may have changed them since.
        seen = old.version if if_version is None else if_version
        with _mention_duplicate_option():
            updated = desk.faqs.update(ref, new, seen=seen, duplicate=duplicate)
    _say_changed(old, updated, form)


@faq.command()
@click.argument("ref", type=TEXT)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@click.pass_context
def delete(ctx: click.Context, ref: str, yes: bool, form: str | None) -> None:
    """Delete an FAQ; `supportdesk undo` or `faq undelete` restores it."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.faqs.get(ref)
        if not yes:
            confirm_deletion(f"FAQ #{found.number} {found.question}")
        deleted = desk.faqs.delete(ref, seen=found.version)
    say_done(
        form,
        document(deleted, FAQ),
        f"FAQ #{deleted.number} deleted; supportdesk faq undelete {deleted.number} restores it",
    )


@faq.command()
@click.argument("ref", type=TEXT)
@click.option("--duplicate", is_flag=True, help="Restore it even if another one asks the same.")
@json_option
@click.pass_context
def undelete(ctx: click.Context, ref: str, duplicate: bool, form: str | None) -> None:
    """Restore a deleted FAQ as it was; `faq list --deleted` lists them."""
    with open_desk(ctx, existing=True) as desk, _mention_duplicate_option():
        restored = desk.faqs.undelete(ref, duplicate=duplicate)
    say_done(form, document(restored, FAQ), f"FAQ #{restored.number} restored: {restored.question}")


@faq.command()
@click.argument("ref", type=TEXT)
@list_formats
@click.pass_context
def history(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show the revisions of an FAQ, oldest first."""
    with open_desk(ctx, existing=True) as desk:
        revisions = desk.faqs.revisions(ref)
    if form:
        say_rows(form, documents(revisions, REVISION), REVISION)
    else:
        say_table(REVISION_HEADINGS, list(revision_rows(revisions)))


@faq.command()
@click.argument("ref", type=TEXT)
@click.argument("revision", type=Whole(MAX_NUMBER))
@json_option
@click.pass_context
def restore(ctx: click.Context, ref: str, revision: int, form: str | None) -> None:
    """Restore the content of an old REVISION of an FAQ."""
    with open_desk(ctx, existing=True) as desk:
        old = desk.faqs.get(ref)
        restored = desk.faqs.restore(ref, revision, seen=old.version)
    _say_changed(old, restored, form)


def _say_changed(old: Faq, new: Faq, form: str | None) -> None:
    if form == "json":
        say_json(document(new, FAQ))
    elif new.version == old.version:
        say(f"FAQ #{new.number} already has this content")
    else:
        say(f"FAQ #{new.number} changed (version {new.version})")
