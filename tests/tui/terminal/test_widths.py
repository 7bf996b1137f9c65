"""Words that terminals measure differently move nothing that stands to their right."""

import pytest
from rich.cells import cell_len

from supportdesk.tui.terminal.widths import anchored

DISPUTED = ["नमस्ते", "👍🏽", "1️⃣", "❤️", "👨‍👩‍👧‍👦", "🇩🇪", "ภาษาไทย", "\u1112\u1161\u11ab", "e\u0301", "🫠", "🏳️‍🌈", "தமிழ்"]


@pytest.mark.parametrize("word", DISPUTED)
def test_the_column_after_disputed_text_is_placed_by_number(word):
    room = cell_len(word) + len(" is dark   ")
    drawn = anchored(f"\x1b[3;5H\x1b[1m#3 {word} is dark   rita\x1b[m")
    assert drawn == f"\x1b[3;5H\x1b[1m#3 {' ' * room}\x1b[8G{word} is dark\x1b[{8 + room}Grita\x1b[m"


def test_the_next_piece_counts_from_where_the_one_before_ends():
    drawn = anchored("\x1b[1;1H❤️ a\x1b[7m ❤️\x1b[m")
    size = cell_len("❤️")
    assert drawn.endswith(f"\x1b[7m {' ' * size}\x1b[{size + 4}G❤️\x1b[{2 * size + 4}G\x1b[m")


@pytest.mark.parametrize("text", ["Printer", "Grüße", "日本語", "▲ ○ ◐ ● ✓ ✗ …", "─│┌"])
def test_other_text_is_sent_as_it_is(text):
    drawing = f"\x1b[1;1H{text}\x1b[0m"
    assert anchored(drawing) is drawing
