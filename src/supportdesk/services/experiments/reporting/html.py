"""A report as one HTML page that runs nothing and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from supportdesk.domain import moment
from supportdesk.services.experiments.analysis.chart import Chart
from supportdesk.services.experiments.reporting.content import Block, Listing, Material, Table, sections, title
from supportdesk.services.experiments.reporting.svg import svg

HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; background: #fff; }}
table {{ border-collapse: collapse; margin: 1em 0; }}
th, td {{ border: 1px solid #ccc; padding: .3em .7em; text-align: left; overflow-wrap: anywhere; }}
svg {{ max-width: 100%; height: auto; display: block; margin: 1em 0; }}
.verdict p:first-of-type {{ font-size: 1.2em; font-weight: bold; }}
footer {{ color: #666; }}
</style>
</head>
<body>
"""


def html(material: Material) -> str:
    """Return a report as HTML."""
    name = escape(title(material))
    parts = [HEAD.format(title=name), f"<h1>{name}</h1>\n"]
    for section in sections(material):
        parts.append(f'<section class="{section.title.split()[0].lower()}">\n<h2>{escape(section.title)}</h2>\n')
        parts += [line for block in section.blocks for line in _block(block)]
        parts.append("</section>\n")
    made = f"Made by {material.actor} on {moment.local(material.at)} with supportdesk."
    return "".join([*parts, f"<footer><p>{escape(made)}</p></footer>\n</body>\n</html>\n"])


def _block(block: Block) -> Iterator[str]:
    match block:
        case str():
            yield f"<p>{escape(block)}</p>\n"
        case Chart():
            yield svg(block) + "\n"
        case Listing():
            items = "".join(f"<li>{escape(item)}</li>\n" for item in block.items)
            yield f"<ul>\n{items}</ul>\n"
        case Table():
            yield "<table>\n<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in block.headings) + "</tr>\n"
            for row in block.rows:
                yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n"
            yield "</table>\n"
