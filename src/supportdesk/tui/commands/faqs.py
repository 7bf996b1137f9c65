"""What is done with FAQs, and with the gaps between them."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, Scope, Situation, needs_rows


def _needs_faq(situation: Situation) -> str:
    return "" if situation.faq else "there is no FAQ here; c creates one"


FAQS: tuple[Command, ...] = (
    Command("faq.search", "Search the FAQs", ("/",), Scope.FAQS, hint="search", twin="faq list --search TEXT"),
    Command("faq.category", "Show one category, with counts", ("f",), Scope.FAQS, hint="category", twin="faq stats"),
    Command("faq.create", "Create an FAQ", ("c",), Scope.FAQS, hint="create", twin="faq create"),
    Command("faq.edit", "Edit this FAQ", ("e",), Scope.FAQS, hint="edit", twin="faq update REF", disabled=_needs_faq),
    Command(
        "faq.delete", "Delete this FAQ", ("d",), Scope.FAQS, hint="delete", twin="faq delete REF", disabled=_needs_faq
    ),
    Command("faq.helpful", "Vote: helpful", ("+",), Scope.FAQS, twin="faq vote REF --helpful", disabled=_needs_faq),
    Command(
        "faq.unhelpful", "Vote: not helpful", ("-",), Scope.FAQS, twin="faq vote REF --unhelpful", disabled=_needs_faq
    ),
    Command(
        "faq.history",
        "Revisions, then learned wordings, then the answer again",
        ("h",),
        Scope.FAQS,
        hint="revisions",
        twin="faq history REF",
        disabled=_needs_faq,
    ),
    Command("faq.restore", "Bring a revision back", ("b",), Scope.FAQS, twin="faq restore REF N", disabled=_needs_faq),
    Command(
        "faq.forget", "Forget a wording", ("x",), Scope.FAQS, twin="faq wordings REF --forget N", disabled=_needs_faq
    ),
    Command("faq.gaps", "Gaps: what the FAQs lack", ("a",), Scope.FAQS, hint="gaps", twin="faq gaps"),
    Command("gaps.create", "Start an FAQ from this gap", ("c",), Scope.GAPS, hint="create", disabled=needs_rows),
)
