"""The title of the window and the bell: nothing that somebody wrote can reach the terminal as a command."""

import pytest

from supportdesk.tui.terminal.window import TITLE_LIMIT, Window, window_title
from tests.hostile import HOSTILE_STRINGS


@pytest.fixture
def sent(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    return []


def test_the_title_is_set_once_and_given_back(sent):
    window = Window(sent.append)
    window.restore_title()
    for _ in range(3):
        window.show_title("supportdesk · Tickets #7")
    window.restore_title()
    window.restore_title()
    assert sent == ["\x1b[22;2t\x1b]2;supportdesk · Tickets #7\x1b\\", "\x1b[23;2t"]


def test_a_terminal_without_a_title_gets_none(sent, monkeypatch):
    monkeypatch.setenv("TERM", "linux")
    window = Window(sent.append)
    window.show_title("supportdesk")
    window.restore_title()
    assert sent == []


@pytest.mark.parametrize("text", [*HOSTILE_STRINGS, "a\x07b", "a\x1b\\b", "a\x9cb", "x" * 10_000])
def test_no_text_can_end_the_title_early(text):
    title = window_title(text)
    inner = title.removeprefix("\x1b]2;").removesuffix("\x1b\\")
    assert inner.isprintable()
    assert len(inner) <= TITLE_LIMIT
