"""Links are shown with the host that they really lead to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.tui.conversation.links import links_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nothing here", []),
        ("see https://example.com/a?b=1.", [("example.com", "https://example.com/a?b=1")]),
        ("[Your bank](http://evil.example/login)", [("evil.example", "http://evil.example/login")]),
        ("http://bank.example@evil.example/x", [("evil.example", "http://bank.example@evil.example/x")]),
        (
            "http://bank.example:80@evil.example:8080/x",
            [("evil.example", "http://bank.example:80@evil.example:8080/x")],
        ),
        ("<https://EXAMPLE.com>, again https://EXAMPLE.com!", [("example.com", "https://EXAMPLE.com")]),
        ("www.example.com)", [("www.example.com", "www.example.com")]),
        ("https://en.example.org/wiki/Lamp_(dark)", [("en.example.org", "https://en.example.org/wiki/Lamp_(dark)")]),
        ("http://[::1]/x", [("::1", "http://[::1]/x")]),
        ("http://[::1", []),
        ("http:///nowhere", []),
        ("http://аpple.example/", [("аpple.example (xn--pple-43d.example)", "http://аpple.example/")]),
    ],
)
def test_a_link_and_its_host(text, expected):
    assert [tuple(each) for each in links_in(text)] == expected


def test_a_host_that_cannot_be_looked_up_says_so():
    assert "not a valid host" in links_in(f"http://{'ü' * 80}.example/")[0].host


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_text_is_too_strange(text):
    links_in(f"http://{text} www.{text} https://a@{text}")
