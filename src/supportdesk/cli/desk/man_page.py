"""The manual as a man page, in the macros of man(7)."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from supportdesk import __version__
from supportdesk.help import TOPICS, read_topic

_FONTS = {"strong_open": r"\fB", "em_open": r"\fI", "strong_close": r"\fR", "em_close": r"\fR"}


def man_page() -> str:
    """Return the whole manual in section 1: each topic is a section of the page."""
    head = [
        f'.TH SUPPORTDESK 1 "" "supportdesk {__version__}"',
        ".SH NAME",
        r"supportdesk \- a help desk that lives in the terminal",
        ".SH SYNOPSIS",
        r"\fBsupportdesk\fR [OPTIONS] [COMMAND]",
    ]
    parse = MarkdownIt("commonmark").enable("table").parse
    return "\n".join([*head, *(line for topic in TOPICS for line in _body(parse(read_topic(topic))))]) + "\n"


def _body(tokens: Sequence[Token]) -> list[str]:
    lines: list[str] = []
    cells: list[str] = []
    macro = ".PP"
    for token in tokens:
        match token.type:
            case "heading_open":
                macro = ".SH" if token.tag == "h1" else ".SS"
            case "list_item_open":
                macro = r".IP \(bu 2"
            case "table_close":
                macro = ".PP"
            case "th_open" | "td_open":
                macro = ""
            case "tr_open":
                cells = []
            case "tr_close":
                lines += [".TP", cells[0] or r"\&", " · ".join(cell for cell in cells[1:] if cell) or r"\&"]
            case "inline" if macro == "":
                cells.append(_inline(token))
            case "inline" if macro in (".SH", ".SS"):
                lines.append(f'{macro} "{_inline(token)}"')
                macro = ".PP"
            case "inline":
                lines += [macro, _line(_inline(token))]
                macro = ".PP"
            case "fence" | "code_block":
                code = [_line(_escape(line)) for line in token.content.rstrip("\n").split("\n")]
                lines += [".PP", ".nf", *code, ".fi"]
    return lines


def _inline(token: Token) -> str:
    pieces = []
    for child in token.children or ():
        if child.type == "code_inline":
            pieces.append(rf"\fB{_escape(child.content)}\fR")
        elif child.type == "text":
            pieces.append(_escape(child.content))
        elif child.type == "softbreak":
            pieces.append(" ")
        else:
            pieces.append(_FONTS.get(child.type, ""))
    return "".join(pieces)


def _escape(text: str) -> str:
    return text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq")


def _line(text: str) -> str:
    """Keep a line that begins with a control character from being read as a request."""
    return rf"\&{text}" if text.startswith((".", "'")) else text
