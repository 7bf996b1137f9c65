"""An answer as it is drawn: Markdown that a requester or a colleague wrote, and that can do nothing."""

import re
from datetime import UTC, datetime

import pytest
from rich.text import Text
from textual.app import App, ComposeResult

from supportdesk.domain.faq import Category, Faq, Revision, Wording, new_faq
from supportdesk.tui.faqs.text import answer_text, revisions_text, wordings_text
from supportdesk.tui.widgets.text_view import TextView
from tests.glass import Glass
from tests.glass_driver import driver_of

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
COLUMNS, ROWS = 60, 40
STYLES = re.compile(rb"\x1b\[[0-9;:]*[mHXC]|\x1b\[\?[0-9;]*[hl]|\x1b\]22;default\x07")


def faq(answer: str, question: str = "Why?") -> Faq:
    new = new_faq(question, answer)
    return Faq(1, "an-id", new.question, new.answer, Category.GENERAL, AT, AT, 1, 0, 0, 0)


class Page(App[None]):
    """Nothing but a text."""

    def __init__(self, paragraphs) -> None:
        self.glass = Glass(COLUMNS, ROWS)
        super().__init__(driver_class=driver_of(self.glass), ansi_color=True)
        self.paragraphs = paragraphs

    def compose(self) -> ComposeResult:
        yield TextView()

    def on_ready(self) -> None:
        self.query_one(TextView).show(self.paragraphs)


async def drawn(paragraphs) -> Glass:
    app = Page(paragraphs)
    async with app.run_test(headless=False, size=(COLUMNS, ROWS)) as pilot:
        await pilot.pause()
    return app.glass


async def answer_drawn(answer: str) -> Glass:
    return await drawn(answer_text(faq(answer)))


def escapes(glass: Glass) -> list[bytes]:
    """What is sent to the terminal beyond text, styles and moves."""
    rest = STYLES.sub(b"", bytes(glass.received))
    return re.findall(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]", rest)


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("<b onclick='x'>bold</b>", "<b onclick='x'>bold</b>"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("[here](javascript:alert(1))", "[here](javascript:alert(1))"),
        ("[here](data:text/html;base64,PGI+)", "[here](data:text/html;base64,PGI+)"),
        ("[here](https://example.com/a)", "here (https://example.com/a)"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("[/b] and [red]red[/red] [@click=app.quit]x[/]", "[/b] and [red]red[/red] [@click=app.quit]x[/]"),
        ("a \x1b[31mred\x1b[0m \x1b]0;owned\x07word", "a red word"),
        ("right &#x202e;to&#x2066; left", "right to left"),
        ("&#27;[31m &#155;2J &#7;", "[31m"),
        ("one &#13;two", "two"),
        ("$accent {x} %s", "$accent {x} %s"),
    ],
)
async def test_text_that_would_do_something_is_only_text(markdown, shown):
    glass = await answer_drawn(markdown)
    assert shown in glass.text
    assert escapes(glass) == []
    # No hyperlink either (OSC 8).
    assert b"\x1b]8" not in glass.received


async def test_markdown_is_drawn():
    glass = await answer_drawn(
        "# Steps\n\nDo **this** and *that*.\n\n1. one\n2. two\n\n- dot\n\n> said\n\n"
        "```\ncode [b]\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n~~gone~~ `word`"
    )
    for shown in ("Steps", "Do this and that.", "1 one", "2 two", "• dot", "said", "code [b]", "gone word"):
        assert shown in glass.text
    assert not re.search(r"\*\*|~~|```|\|---", glass.text)
    bold = next(cells for line, cells in glass.rows if "Do this" in line)
    assert [cell.data for cell in bold if cell.bold] == list("this")


async def test_lines_stay_lines_and_keep_their_indent():
    glass = await answer_drawn(
        "Run these:\ncd week_1\ndocker build -t test .\n\n"
        "services:\n  db:\n    image: postgres  \n    ports: [5432]\n\n"
        "- first\n  still first\n- second\n\n> said\n> twice"
    )
    lines = [line.rstrip() for line in glass.lines]
    start = next(place for place, line in enumerate(lines) if line.startswith(" Run these:"))
    assert lines[start : start + 14] == [
        " Run these:",
        " cd week_1",
        " docker build -t test .",
        "",
        " services:",
        "   db:",
        "     image: postgres",
        "     ports: [5432]",
        "",
        "  • first",
        "    still first",
        "  • second",
        "",
        " ▌ said",
    ]
    assert lines[start + 14] == " ▌ twice"


async def test_an_image_is_named_and_never_fetched():
    glass = await answer_drawn("![a plug](https://example.com/plug.png)")
    assert "a plug" in glass.text
    assert b"\x1b]8" not in glass.received


async def test_long_lines_are_wrapped_and_none_is_lost():
    words = [f"word{n}" for n in range(60)]
    glass = await answer_drawn(" ".join(words))
    assert re.findall(r"word\d+", glass.text) == words


async def test_revisions_and_wordings_show_what_was_written_as_it_was():
    revision = Revision(1, "an-id", "Why [/b]?", "**Because** [red]", Category.BILLING, "bob", AT)
    text = (await drawn(revisions_text([revision], AT))).text
    for shown in ("Revision 1  bob", "■ billing", "Why [/b]?", "**Because** [red]"):
        assert shown in text
    text = (await drawn(wordings_text([Wording(7, "an-id", "it [/b] smokes", AT)]))).text
    assert "it [/b] smokes" in text
    assert "No wordings yet." in (await drawn(wordings_text([]))).text


async def test_a_scrollbar_that_comes_hides_no_letter():
    written = "abcdefghijklmnopqrstuvwxyz0123456789" * 200
    app = Page([Text(written)])
    async with app.run_test(headless=False, size=(COLUMNS, ROWS)) as pilot:
        await pilot.pause()
        view = app.query_one(TextView)
        shown = "".join(view.render_line(y).text.strip() for y in range(ROWS))
    assert len(shown) > COLUMNS
    assert written.startswith(shown)
