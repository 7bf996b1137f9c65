"""HTML as text: what nobody is meant to see is dropped, links show where they really lead, nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from supportdesk.domain.text import clean_body, clean_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HTML_LIMIT = 400_000
LINK_LIMIT = 500
"""Characters of a link that are shown."""
_NOT_SHOWN = re.compile(r"<(script|style|head|title)\b", re.IGNORECASE)
_BLOCKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d|/blockquote)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_HIDDEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)"
    r"|(?:width|height)\s*:\s*0(?:px)?\s*;.*overflow\s*:\s*hidden|text-indent\s*:\s*-\d{3,})",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_CLASS_OR_ID = re.compile(r"(?:div|span|p|td|table)?([.#][\w-]{1,100})")
_QUOTE_CLASSES = re.compile(r"(?:^|\s)(?:gmail_quote|protonmail_quote|yahoo_quoted|cite)(?:\s|$)")
_QUOTE_BEGINS, _QUOTE_ENDS = "\ue010", "\ue011"
"""Letters that mark a quote until the text is made (of Unicode's private use area)."""
_COLOR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_NAMES = {"#fff": "white", "#ffffff": "white", "rgb(255,255,255)": "white", "#000": "black", "#000000": "black"}
_PICTURE = re.compile(r"\[picture: [^\]\n]*\]")
_HOST = re.compile(r"\s*(?:[a-z]{3,6}://)?([\w-]+(?:\.[\w-]+)*\.[a-z]{2,24})(?=[/:?#\s]|$)", re.IGNORECASE)


def html_to_text(html: str) -> str:
    """Return HTML as text."""
    html = re.sub(f"[\0{_QUOTE_BEGINS}{_QUOTE_ENDS}]", "", html[:HTML_LIMIT])
    # Lazy imports: keep start-up fast.
    from inscriptis import Inscriptis
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.model.config import ParserConfig
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    try:
        # As bytes: a text with an encoding declaration is refused.
        tree = document_fromstring(html.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8", huge_tree=True))
        _prepare(tree, _hidden_names(tree))
        text = Inscriptis(tree, ParserConfig(css=CSS_PROFILES["strict"], display_images=False)).get_text()
    except (LxmlError, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError, AssertionError):
        # The libraries do not read every damaged page: only its tags are left out then.
        text = _without_tags(html)
    text = "\n".join(line.rstrip() for line in _marked(clean_body(text).split("\n")))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return text if _PICTURE.sub("", text).strip() else ""


def _hidden_names(tree: HtmlElement) -> frozenset[str]:
    """Return the classes (`.name`) and ids (`#name`) that the style sheets of a page hide on every screen."""
    hidden: set[str] = set()
    for element in tree.iter("style"):
        for selectors, style in _rules(_COMMENT.sub("", element.text or "")):
            if _HIDDEN.search(style):
                found = map(_CLASS_OR_ID.fullmatch, (each.strip() for each in selectors.split(",")))
                hidden.update(match.group(1) for match in found if match)
    return frozenset(hidden)


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and the style of each rule; what is within `@media` and the like is not for every screen."""
    depth, start, opened = 0, 0, 0
    for brace in _BRACE.finditer(sheet):
        at = brace.start()
        depth = max(0, depth + (1 if brace.group() == "{" else -1))
        if depth == 1 and brace.group() == "{":
            opened = at
        elif depth == 0:
            if opened and not (selectors := sheet[start:opened].strip()).startswith("@"):
                yield selectors, sheet[opened + 1 : at]
            start, opened = at + 1, 0


def _marked(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines, those of quotes with `>` before them, as mail programs write them in plain text."""
    depth, blank, said = 0, "", False
    for line in lines:
        depth += line.count(_QUOTE_BEGINS)
        text = line.replace(_QUOTE_BEGINS, "").replace(_QUOTE_ENDS, "").rstrip()
        if text or depth == 0:
            # A blank line is quoted only between two others.
            yield from filter(None, (blank,))
            yield f"{'>' * min(depth, 9)} {text.strip()}" if depth else text
        if _QUOTE_BEGINS in line or _QUOTE_ENDS in line:
            said = False
        said = said or bool(text)
        blank = ">" * min(depth, 9) if depth and said and not text else ""
        depth = max(0, depth - line.count(_QUOTE_ENDS))


def _mark_quote(element: HtmlElement) -> None:
    element.text = f"{_QUOTE_BEGINS}{element.text or ''}"
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}{_QUOTE_ENDS}"
    else:
        element.text += _QUOTE_ENDS


def _prepare(tree: HtmlElement, hidden: frozenset[str]) -> None:
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            continue
        if element.tag == "img":
            _describe_picture(element)
        elif _is_hidden(element, hidden) and element.getparent() is not None:
            # Emptied, not removed: what is around a block stays apart.
            tail = element.tail
            element.clear()
            element.tail = tail
        elif element.tag == "blockquote" and _is_quote(element):
            _mark_quote(element)
    # Afterwards: a picture is the label of a link too.
    for link in list(tree.iter("a")):
        _show_target(link)


def _is_quote(element: HtmlElement) -> bool:
    """Return whether a mail program quotes here; others only indent."""
    by_class = _QUOTE_CLASSES.search(element.get("class", ""))
    return element.get("type") == "cite" or bool(by_class) or "border-left" in element.get("style", "")


def _is_hidden(element: HtmlElement, hidden: frozenset[str]) -> bool:
    style = element.get("style", "")
    if "hidden" in element.attrib or _HIDDEN.search(style):
        return True
    if hidden and not hidden.isdisjoint(
        (*(f".{each}" for each in element.get("class", "").split()), f"#{element.get('id')}")
    ):
        return True
    color = _COLOR.search(style)
    if color is None:
        return False
    paper = next(_backgrounds(element), "white")
    return _color(color.group(1)) == paper


def _color(text: str) -> str:
    plain = text.lower().replace(" ", "")
    return _NAMES.get(plain, plain)


def _backgrounds(element: HtmlElement) -> Iterator[str]:
    """Yield the backgrounds behind an element, the nearest first."""
    for each in (element, *element.iterancestors()):
        found = _BACKGROUND.search(each.get("style", ""))
        if found or each.get("bgcolor"):
            yield _color(found.group(1) if found else each.get("bgcolor"))


def _describe_picture(element: HtmlElement) -> None:
    words = clean_line(element.get("alt", ""))
    tiny = any(element.get(side, "").strip() in ("0", "1", "2") for side in ("width", "height"))
    element.text = None
    if words and not tiny:
        element.tag = "span"
        element.text = f"[picture: {words[:80]}]"


def _show_target(element: HtmlElement) -> None:
    """Write a link's target behind its label, unless that is the label."""
    target = clean_line(element.get("href", ""))
    label = " ".join(element.text_content().split())
    shown = _target(target, label)
    if not shown:
        return
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}{shown}"
    else:
        element.text = f"{element.text or ''}{shown}"


def _target(target: str, label: str) -> str:
    try:
        parts = urlsplit(target)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme == "mailto":
        address = unquote(parts.path)
        return "" if address.lower() in label.lower() or not label else f" <{address}>"
    if parts.scheme not in ("http", "https", "ftp") or not host:
        return ""
    bare = target.split("://", 1)[1].rstrip("/").lower()
    if label.lower().split("://")[-1].rstrip("/") in (bare, ""):
        return ""
    shown = target if len(target) <= LINK_LIMIT else f"{target[:LINK_LIMIT]}…"
    named = _HOST.match(label)
    if named and not f".{host}".endswith(f".{named.group(1).lower().removeprefix('www.')}"):
        return f" [leads to {host}: {shown}]"
    return f" <{shown}>"


def _without_tags(html: str) -> str:
    from html import unescape

    pieces, at = [], 0
    while match := _NOT_SHOWN.search(html, at):
        pieces.append(html[at : match.start()])
        end = html.lower().find(f"</{match.group(1).lower()}", match.end())
        at = end if end >= 0 else len(html)
    pieces.append(html[at:])
    return unescape(_TAG.sub("", _BLOCKS.sub("\n", "".join(pieces))))
