"""Characters whose width terminals do not agree on: what is to their right is placed by column."""

from __future__ import annotations

import re

from rich.cells import cell_len

# Marks that join what is before them, scripts with such marks, and emoji made of several characters: variation
# selectors, joiners, skin tones, keycaps, flags; and emoji that are newer than many terminals.
_DISPUTED = (
    "\u00ad\u0300-\u036f\u0483-\u0489\u0590-\u109f\u1100-\u11ff\u135d-\u135f\u1700-\u18af\u1a00-\u1cff\u1dc0-\u1dff"
    "\u200b-\u200f\u2060-\u206f\u20d0-\u20ff\u2ff0-\u2fff\u302a-\u302f\u3099\u309a\ua66f-\ua67d\ua800-\uabff\ud7b0-\ud7ff"
    "\ufb1d-\ufdff\ufe00-\ufe0f\ufe20-\ufe2f\ufe70-\ufefe\uff9e\uff9f\U0001f000-\U0001f02f\U0001f0a0-\U0001f2ff"
    "\U0001f3fb-\U0001f3ff\U0001f6d5-\U0001f6df\U0001f6f4-\U0001f6ff\U0001f7e0-\U0001f7ff\U0001f900-\U0001faff"
    "\U000e0000-\U000e0fff"
)
_HAS_DISPUTED = re.compile(f"[{_DISPUTED}]")
# From such a word to where the next column begins: its room may be used up to there.
_RUN = re.compile(f"[^ ]*[{_DISPUTED}](?:[^ ]| (?! ))*(?P<gap> *)")
_MOVE = re.compile(r"\x1b\[([0-9]+);([0-9]+)H")
_PIECES = re.compile(r"(\x1b\[[0-9:;<=>?]*[ -/]*[@-~]|[\x00-\x1a\x1c-\x1f])")


def anchored(data: str) -> str:
    """Return the same drawing with the column after such text given by number.

    Its room is blanked first: a terminal that takes it for narrower would leave old text beside it.
    """
    if data.isascii() or not _HAS_DISPUTED.search(data):
        return data
    column: int | None = None
    pieces = _PIECES.split(data)
    for index, piece in enumerate(pieces):
        if index % 2:
            if move := _MOVE.fullmatch(piece):
                column = int(move[2])
            elif not piece.endswith("m"):
                column = None
        elif column is not None:
            pieces[index] = _anchored_text(piece, column)
            column += cell_len(piece)
    return "".join(pieces)


def _anchored_text(text: str, column: int) -> str:
    def anchor(run: re.Match[str]) -> str:
        begin = column + cell_len(text[: run.start()])
        size = cell_len(run[0])
        said = run[0].removesuffix(run["gap"])
        return f"{' ' * size}\x1b[{begin}G{said}\x1b[{begin + size}G"

    return _RUN.sub(anchor, text)
