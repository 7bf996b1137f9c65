"""A report as Markdown in which no name is markup; plots are pictures inside the text."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence

from supportdesk.domain import moment
from supportdesk.services.experiments.analysis.chart import Chart
from supportdesk.services.experiments.reporting.content import Block, Listing, Material, Table, sections, title
from supportdesk.services.experiments.reporting.svg import svg

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|&~$@])")
_LINK = re.compile(r":(?=//)|\.(?<=www\.)", re.IGNORECASE)
_BLOCK_START = re.compile(r"^(\s*)(?:([-+=!])|([0-9]+)([.)])(?=\s|$))")


def markdown(material: Material) -> str:
    """Return a report as Markdown."""
    parts = [f"# {escape(title(material))}\n"]
    for section in sections(material):
        parts.append(f"\n## {section.title}\n\n")
        parts += [line for block in section.blocks for line in _block(block)]
    made = f"Made by {material.actor} on {moment.local(material.at)} with supportdesk."
    return "".join([*parts, f"\n---\n\n{escape(made)}\n"])


def escape(text: str) -> str:
    """Return text that Markdown shows as it is: no emphasis, link, mention, HTML, table cell, list or heading."""
    escaped = _LINK.sub(r"\\\g<0>", _MARKUP.sub(r"\\\1", text))
    return _BLOCK_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", escaped)


def _block(block: Block) -> Iterator[str]:
    match block:
        case str():
            yield f"{escape(block)}\n\n"
        case Chart():
            picture = b64encode(svg(block).encode()).decode("ascii")
            yield f"![{escape(block.title)}](data:image/svg+xml;base64,{picture})\n\n"
        case Listing():
            yield from (f"- {escape(item)}\n" for item in block.items)
            yield "\n"
        case Table():
            yield _row(block.headings)
            yield _row(["---"] * len(block.headings), raw=True)
            for row in block.rows:
                yield _row(row)
            yield "\n"


def _row(cells: Sequence[str], *, raw: bool = False) -> str:
    shown = [cell if raw else escape(cell) for cell in cells]
    return f"| {' | '.join(shown)} |\n"
