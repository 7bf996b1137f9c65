"""HTML as text: hidden parts are dropped, and links show where they lead."""

import pytest

from supportdesk.email.receiving.html import html_to_text

QUOTED = ["> Is it on?", "> And hot?"]


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none">HIDDEN</div>',
        '<div style="color: red; display : none !important">HIDDEN</div>',
        "<p hidden>HIDDEN</p>",
        '<span style="font-size:0">HIDDEN</span>',
        '<span style="font-size:0px;line-height:1">HIDDEN</span>',
        '<p style="visibility:hidden">HIDDEN</p>',
        '<p style="opacity:0">HIDDEN</p>',
        '<div style="max-height:0;overflow:hidden">HIDDEN</div>',
        '<div style="mso-hide:all">HIDDEN</div>',
        '<p style="text-indent:-9999px">HIDDEN</p>',
        '<p style="color:#fff">HIDDEN</p>',
        '<p style="color: #FFFFFF; background: white">HIDDEN</p>',
        '<div bgcolor="black"><p style="color:#000">HIDDEN</p></div>',
        "<script>HIDDEN</script><style>HIDDEN</style><!-- HIDDEN --><title>HIDDEN</title>",
        '<div style="display:none"><p>HIDDEN <b>HIDDEN</b></p></div>',
        "<style>p{margin:0} /* .x{} */ .pre, div.h { display:none }</style><div class='a h'>HIDDEN</div>",
        "<style>#top{visibility:hidden}</style><p id=top>HIDDEN</p>",
    ],
)
def test_what_nobody_is_meant_to_see_is_dropped(hidden):
    assert html_to_text(f"<html><body><p>Before</p>{hidden}<p>After</p></body></html>").split() == ["Before", "After"]


@pytest.mark.parametrize(
    "shown",
    ['<div bgcolor="#003"><b style="color:#fff">Shown</b></div>', '<p style="opacity:0.8">Shown</p>',
     '<p style="font-size:0.9em">Shown</p>', '<p style="max-height:0.5em">Shown</p>',
     '<div style="background-color:navy"><p style="color:white">Shown</p></div>',
     "<style>@media (max-width:600px){.h{display:none} p{margin:0}} .x .h{display:none}</style><p class=h>Shown</p>",
     "<style>.h{display:none</style><p class=h>Shown</p>"],
)  # fmt: skip
def test_what_can_be_seen_stays(shown):
    assert html_to_text(shown) == "Shown"


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ('<a href="https://bank.example/">https://bank.example</a>', "https://bank.example"),
        ('<a href="https://bank.example/pay?x=1">Pay</a>', "Pay <https://bank.example/pay?x=1>"),
        (
            '<a href="http://evil.example/x">https://bank.example</a>',
            "https://bank.example [leads to evil.example: http://evil.example/x]",
        ),
        (
            '<a href="http://bank.example.evil.example/">bank.example</a>',
            "bank.example [leads to bank.example.evil.example: http://bank.example.evil.example/]",
        ),
        ('<a href="https://www.bank.example/x">bank.example</a>', "bank.example <https://www.bank.example/x>"),
        ('<a href="https://user@evil.example/">evil.example</a>', "evil.example <https://user@evil.example/>"),
        (
            '<a href="https://bank.example@evil.example/">bank.example</a>',
            "bank.example [leads to evil.example: https://bank.example@evil.example/]",
        ),
        ('<a href="mailto:ann@example.com">ann@example.com</a>', "ann@example.com"),
        ('<a href="mailto:eve@example.org?subject=x">Ann</a>', "Ann <eve@example.org>"),
        ('<a href="javascript:alert(1)">Click</a>', "Click"),
        ('<a href="data:text/html,x">Click</a> <a href="#x">up</a> <a href="http://[bad">bad</a>', "Click up bad"),
        ('<a href="https://x.example/1"><b>Bold</b> link</a>', "Bold link <https://x.example/1>"),
        ('<a href="https://x.example/"><img src="a.png" alt="Shop"></a>', "[picture: Shop] <https://x.example/>"),
        ('<a href="https://x.example/&#27;]0;x&#7;">y</a>', "y <https://x.example/>"),
    ],
)
def test_a_link_shows_where_it_leads_unless_its_text_does(link, text):
    assert html_to_text(f"<p>See {link}</p>") == f"See {text}"


@pytest.mark.parametrize(
    "quote",
    ['<blockquote type="cite">Is it on?<br>And hot?</blockquote>',
     '<blockquote class="gmail_quote" style="margin:0"><div>Is it on?</div><div>And hot?</div></blockquote>',
     '<blockquote style="border-left: 1px solid"><p>Is it on?<br>And hot?</p></blockquote>'],
)  # fmt: skip
def test_what_is_quoted_is_marked_as_in_plain_text(quote):
    assert html_to_text(f"<p>Yes.</p>{quote}<p>No.</p>").split("\n") == ["Yes.", "", *QUOTED, "", "No."]
    assert html_to_text(f"<p>Yes.</p><blockquote type=cite>Why?{quote}</blockquote>").endswith("\n>> And hot?")


def test_what_is_indented_only_is_not():
    assert html_to_text("<p>Yes.</p><blockquote>My own words</blockquote>") == "Yes.\n\nMy own words"


def test_a_mail_of_pictures_alone_has_no_text():
    assert html_to_text('<img src="cid:1" alt="Logo"><img src="http://t.example/p.gif" width=1 height=1 alt="x">') == ""


@pytest.mark.parametrize("html", ["<div>" * 60_000 + "x", "<table>" * 3_000 + "x", "<b>" * 30_000 + "x"])
def test_damaged_pages_keep_their_words(html):
    assert html_to_text(html).endswith("x")


def test_no_control_character_is_left():
    text = html_to_text("<p>a\x1b[31mb&#27;[2Jc&#x9b;31md\x07</p><a href='http://x.example/\x1b[0m'>e\x9d</a>")
    assert all(each.isprintable() or each == "\n" for each in text)
