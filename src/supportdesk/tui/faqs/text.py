"""Texts of an FAQ in the reader: rendered answer, revisions, wordings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from rich.markdown import Markdown
from rich.text import Text

from supportdesk.domain import moment
from supportdesk.domain.faq import Faq, Revision, Wording
from supportdesk.domain.text import clean_body
from supportdesk.help.layout import Laid
from supportdesk.tui import style
from supportdesk.tui.faqs.list import CATEGORY_STYLE
from supportdesk.tui.widgets.text_view import Paragraph

# Raw HTML is text like any other, and links show where they lead instead of being links.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")


def _line_kept(state: StateInline, silent: bool) -> bool:
    """Keep line breaks and indents: most answers are typed or pasted without Markdown in mind."""
    if state.src[state.pos] != "\n":
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")
        state.push("hardbreak", "br", 0)
    state.pos += 1
    return True


_PARSER.inline.ruler.at("newline", _line_kept)


def rendered(markdown: str) -> Markdown:
    """Return rendered Markdown without hyperlinks."""
    shown = Laid("")
    shown.markup, shown.parsed = markdown, _PARSER.parse(markdown)
    for token in shown.parsed:
        for part in token.children or ():
            # An entity may stand for any character, even for one that turns the direction of text around.
            part.content = clean_body(part.content)
    return shown


def answer_text(faq: Faq) -> list[Paragraph]:
    """Return question, facts and answer."""
    read = "once" if faq.reads == 1 else f"{faq.reads} times"
    return [
        Text(faq.question, style.BOLD),
        Text.assemble(
            (f"■ {faq.category}", CATEGORY_STYLE[faq.category]),
            (f"   read {read}   helpful {faq.helpful}   not helpful {faq.unhelpful}", style.DIM),
        ),
        Text.assemble(
            ("Created ", style.DIM),
            moment.local(faq.created_at),
            *((("   edited ", style.DIM), moment.local(faq.updated_at)) if faq.version > 1 else ()),
        ),
        Text(),
        rendered(faq.answer),
    ]


def revisions_text(revisions: Sequence[Revision], now: datetime) -> list[Paragraph]:
    """Return every revision with its content, newest first."""
    lines: list[Paragraph] = []
    for each in reversed(revisions):
        lines += [
            Text.assemble(
                (f"Revision {each.revision}", style.BOLD),
                f"  {each.changed_by}  ",
                (f"{moment.local(each.changed_at)} ({moment.age(each.changed_at, now)})", style.DIM),
                (f"  ■ {each.category}", CATEGORY_STYLE[each.category]),
            ),
            Text(each.question, style.HEADING),
            *(Text(line) for line in each.answer.split("\n")),
            Text(),
        ]
    return lines


def wordings_text(wordings: Sequence[Wording]) -> list[Paragraph]:
    """Return the wordings of requesters, numbered."""
    if not wordings:
        return [
            Text("No wordings yet. When a ticket is answered with this FAQ, the requester's wording", style.DIM),
            Text("is kept here and helps the next search.", style.DIM),
        ]
    lines: list[Paragraph] = []
    for number, wording in enumerate(wordings, 1):
        lines += [
            Text.assemble((f"{number}  ", style.KEY), (moment.local(wording.kept_at), style.DIM)),
            *(Text("   " + line) for line in wording.text.split("\n")),
            Text(),
        ]
    return lines
