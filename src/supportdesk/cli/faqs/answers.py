"""Commands that use FAQs to answer, and show statistics."""

from __future__ import annotations

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.faqs.text import (
    SUGGESTION_HEADINGS,
    WORDING_HEADINGS,
    gaps_text,
    suggestion_row,
    votes,
    wording_row,
)
from supportdesk.cli.io.documents import FAQ, SUGGESTION, TICKET, WORDING, document, documents
from supportdesk.cli.io.output import counted, json_option, list_formats, say, say_done, say_json, say_rows, say_table
from supportdesk.cli.io.param_types import LIMIT, TEXT, Whole
from supportdesk.domain.errors import AnsweredAlready
from supportdesk.domain.reference import MAX_NUMBER


@click.command()
@click.argument("text", type=TEXT)
@click.option("--limit", default=5, show_default=True, type=LIMIT, help="How many at most.")
@list_formats
@click.pass_context
def suggest(ctx: click.Context, text: str, limit: int, form: str | None) -> None:
    """List the FAQs that best answer a ticket's text, best first.

    These are the ones that the app suggests while a ticket is typed. TEXT - reads standard input.
    """
    with open_desk(ctx, existing=True) as desk:
        found = desk.faqs.suggest(text, limit)
    rows = [{**document(each.faq, SUGGESTION[:-1]), "score": each.score} for each in found]
    if form:
        say_rows(form, rows, SUGGESTION)
    else:
        say_table(SUGGESTION_HEADINGS, [suggestion_row(each) for each in found])
        say("read one with: supportdesk faq show NUMBER" if found else "no FAQ matches")


@click.command()
@click.argument("ticket", type=TEXT)
@click.argument("faq", type=TEXT)
@click.option("--again", is_flag=True, help="Send it even if the ticket was answered with this FAQ before.")
@json_option
@click.pass_context
def answer(ctx: click.Context, ticket: str, faq: str, again: bool, form: str | None) -> None:
    """Answer a ticket with an FAQ, and resolve it.

    The answer is mailed to the requester, and their wording is kept with the FAQ, so that it is found by their
    words. `supportdesk undo` reverts everything except mail that has been sent.
    """
    with changing_desk(ctx, existing=True) as desk:
        try:
            answered = desk.faqs.answer_ticket(ticket, faq, again=again)
        except AnsweredAlready as refusal:
            raise AnsweredAlready(f"{refusal.message}; pass --again to send it once more") from None
        if form == "json":
            say_json(document(answered, TICKET))
        else:
            say(f"#{answered.number} answered with FAQ #{desk.faqs.get(faq).number} and {answered.status}")


@click.command()
@click.argument("ref", type=TEXT)
@click.option("--helpful/--unhelpful", "helpful", default=None, help="Whether the FAQ answered the question.")
@json_option
@click.pass_context
def vote(ctx: click.Context, ref: str, helpful: bool | None, form: str | None) -> None:
    """Record whether an FAQ was helpful."""
    if helpful is None:
        raise click.UsageError("Pass --helpful or --unhelpful.")
    with open_desk(ctx, existing=True) as desk:
        voted = desk.faqs.vote(ref, helpful=helpful)
    say_done(form, document(voted, FAQ), f"FAQ #{voted.number}: {votes(voted)}")


@click.command()
@click.argument("ref", type=TEXT)
@click.option("--forget", metavar="NUMBER", type=Whole(MAX_NUMBER), help="Remove this wording.")
@list_formats
@click.pass_context
def wordings(ctx: click.Context, ref: str, forget: int | None, form: str | None) -> None:
    """List the wordings of requesters kept with an FAQ, newest first.

    A wording is kept when a ticket is answered with the FAQ, and helps searches find it.
    """
    with open_desk(ctx, existing=True) as desk:
        if forget is not None:
            desk.faqs.forget_wording(ref, forget)
        kept = desk.faqs.wordings(ref)
    if form:
        say_rows(form, documents(kept, WORDING), WORDING)
    else:
        say_table(WORDING_HEADINGS, [wording_row(each) for each in kept])
        say(counted(len(kept), "wording") if kept else "no wordings")


@click.command()
@click.option("--limit", default=10, show_default=True, type=LIMIT, help="How many of each kind at most.")
@json_option
@click.pass_context
def gaps(ctx: click.Context, limit: int, form: str | None) -> None:
    """Show gaps in the FAQs.

    Which searches found nothing, which suggestions did not help, which open tickets no FAQ answers, and which
    FAQs are read and liked most and least.
    """
    with open_desk(ctx, existing=True) as desk:
        found = desk.faqs.gaps(limit)
        now = desk.now()
    if form != "json":
        say(gaps_text(found, now))
        return
    say_json(
        {
            "searches": documents(found.searches, ("text", "times", "last_at")),
            "ignored": [
                {"faq": document(each, FAQ), "times": times, "last_text": found.ignored_for.get(each.number, "")}
                for each, times in found.ignored
            ],
            "tickets": documents(found.tickets, TICKET),
            **{
                name: documents(getattr(found, name), FAQ)
                for name in ("most_read", "least_read", "most_helpful", "least_helpful")
            },
        }
    )


@click.command()
@list_formats
@click.pass_context
def stats(ctx: click.Context, form: str | None) -> None:
    """Count the FAQs of each category that has some."""
    with open_desk(ctx, existing=True) as desk:
        counts = desk.faqs.statistics()
    rows = [{"category": category, "count": many} for category, many in counts]
    if form:
        say_rows(form, rows, ("category", "count"))
    else:
        say_table(("CATEGORY", "FAQS"), [(category, f"{many:,}") for category, many in counts])
        say(f"{sum(many for _, many in counts):,} FAQs")
