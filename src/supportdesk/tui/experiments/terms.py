"""The terms of experiments in plain words, those on screen first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from supportdesk.domain.experiments.glossary import TERMS
from supportdesk.tui import style
from supportdesk.tui.experiments.details import Details
from supportdesk.tui.experiments.text import health_text, verdict_text
from supportdesk.tui.widgets.text_view import Paragraph


def terms_text(details: Details | None) -> list[Paragraph]:
    """Return one line for each term; those that the open experiment shows come first."""
    shown = _words(details)
    here = [term for term in TERMS if re.search(rf"\b{re.escape(term.lower())}s?\b", shown)]
    others = [term for term in TERMS if term not in here]
    lines: list[Paragraph] = []
    for title, terms in (("On this screen", here), ("Others" if here else "Terms", others)):
        if terms:
            lines += [Text(title, style.BOLD), _table(terms), Text()]
    return lines


def _table(terms: Sequence[str]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for term in terms:
        grid.add_row(Text(term, style.HEADING), Text(TERMS[term]))
    return grid


def _words(details: Details | None) -> str:
    if details is None:
        return ""
    paragraphs = [*verdict_text(details), *health_text(details)]
    return "\n".join(_plain(each) for each in paragraphs).lower()


def _plain(paragraph: Paragraph) -> str:
    if isinstance(paragraph, Text):
        return paragraph.plain
    if isinstance(paragraph, Table):
        return " ".join(str(cell) for column in paragraph.columns for cell in column.cells)
    return ""
