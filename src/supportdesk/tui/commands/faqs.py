"""Commands of FAQs and of their gaps."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, CommandContext, Scope, needs_rows


def _needs_faq(context: CommandContext) -> str:
    return "" if context.faq else "there is no FAQ here; c creates one"


FAQS: tuple[Command, ...] = (
    Command(
        "faq.search", "Search the FAQs", ("/",), Scope.FAQS, hint="search", cli_equivalent="faq list --search TEXT"
    ),
    Command(
        "faq.category",
        "Show one category, with counts",
        ("f",),
        Scope.FAQS,
        hint="category",
        cli_equivalent="faq stats",
    ),
    Command("faq.create", "Create an FAQ", ("c",), Scope.FAQS, hint="create", cli_equivalent="faq create"),
    Command(
        "faq.edit",
        "Edit this FAQ",
        ("e",),
        Scope.FAQS,
        hint="edit",
        cli_equivalent="faq update REF",
        disabled_reason=_needs_faq,
    ),
    Command(
        "faq.delete",
        "Delete this FAQ",
        ("d",),
        Scope.FAQS,
        hint="delete",
        cli_equivalent="faq delete REF",
        disabled_reason=_needs_faq,
    ),
    Command(
        "faq.undelete",
        "Bring a deleted FAQ back",
        ("D",),
        Scope.FAQS,
        cli_equivalent="faq undelete REF",
        synonyms=("restore", "deleted", "trash"),
    ),
    Command(
        "faq.helpful",
        "Vote: helpful",
        ("+",),
        Scope.FAQS,
        cli_equivalent="faq vote REF --helpful",
        disabled_reason=_needs_faq,
    ),
    Command(
        "faq.unhelpful",
        "Vote: not helpful",
        ("-",),
        Scope.FAQS,
        cli_equivalent="faq vote REF --unhelpful",
        disabled_reason=_needs_faq,
    ),
    Command(
        "faq.history",
        "Revisions, then learned wordings, then the answer again",
        ("h",),
        Scope.FAQS,
        hint="revisions",
        cli_equivalent="faq history REF",
        disabled_reason=_needs_faq,
    ),
    Command(
        "faq.restore",
        "Bring a revision back",
        ("b",),
        Scope.FAQS,
        cli_equivalent="faq restore REF N",
        disabled_reason=_needs_faq,
    ),
    Command(
        "faq.forget",
        "Forget a wording",
        ("x",),
        Scope.FAQS,
        cli_equivalent="faq wordings REF --forget N",
        disabled_reason=_needs_faq,
    ),
    Command(
        "faq.gaps", "Gaps: what the FAQs do not answer", ("a",), Scope.FAQS, hint="gaps", cli_equivalent="faq gaps"
    ),
    Command("gaps.create", "Start an FAQ from this gap", ("c",), Scope.GAPS, hint="create", disabled_reason=needs_rows),
)
