"""What a reader and the process that parses for it say to each other.

Apart from the parser: whoever has a mail parsed never loads what parses it.
"""

from __future__ import annotations

from dataclasses import dataclass

from supportdesk.email.receiving.parsed import ParsedMail

WHOLE, HEAD = b"W", b"H"
"""What is wanted of a mail."""
READY = b"R"
"""What the process says when it can parse."""
OUT_OF_MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Answer:
    """A parsed mail, or why there is none."""

    mail: ParsedMail | None
    fault: str
