"""A paste is one text, whatever is in it and however it is cut on its way."""

import pytest
from textual.events import Key, Paste

from supportdesk.tui.terminal.input_parser import InputParser

BEGIN, END = "\x1b[200~", "\x1b[201~"
HOSTILE = "AA \x1b[31mred\x1b[0m BB\tCC\nDD\x1b[A\x1bOP q \x1b[200~ \x1b"


def read(*pieces: str) -> list[str]:
    parser = InputParser()
    events = [event for piece in pieces for event in parser.feed(piece)]
    assert all(isinstance(event, Key | Paste) for event in events)
    return [event.text if isinstance(event, Paste) else event.key for event in events]


@pytest.mark.parametrize("text", ["", "plain", HOSTILE, "x" * 100_000])
def test_a_paste_is_one_text_between_keys(text):
    assert read(f"a{BEGIN}{text}{END}b") == ["a", text, "b"]


def test_a_paste_may_come_in_pieces():
    whole = f"{BEGIN}{HOSTILE}{END}"
    for place in range(len(BEGIN), len(whole)):
        assert read(whole[:place], whole[place:] + "b") == [HOSTILE, "b"]


def test_two_pastes_are_two_texts():
    assert read(f"{BEGIN}one{END}{BEGIN}two{END}") == ["one", "two"]
