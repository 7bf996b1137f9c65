"""Attachments: files that came with a message, or leave with a reply."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from supportdesk.domain.text import clean_line

NAME_LIMIT = 150
"""Bytes of a file name, with room for a number and a folder."""
REPLY_LIMIT = 20 * 1024 * 1024
"""Bytes of all files of one reply: what most mail servers take once it is encoded."""
FILES_LIMIT = 50
DECORATION_LIMIT = 20_000
"""Bytes below which an inline picture is taken for decoration."""
OFTEN = 3
"""Mails of a sender after which a picture in all of them is decoration."""
EXECUTABLE = re.compile(
    r"\.(?:apk|app|bat|chm|cmd|com|cpl|dll|exe|hta|iso|jar|js|jse|lnk|msi|msp|pif|ps1|reg|scr|sh|vbe|vbs|wsf)$", re.I
)
TEXT_TYPES = frozenset(
    ("text/plain", "text/csv", "text/calendar", "text/markdown", "text/x-log", "text/html", "application/json",
     "application/xml", "text/xml", "message/rfc822", "message/delivery-status", "text/rfc822-headers")
)  # fmt: skip
"""Types that are read inside."""
_OBEYED = re.compile(r"[<>:\"|?*;&$`'!#~(){}\[\]^%\\]")
_PLAIN_NAMES = re.compile(r"\.(?:txt|log|csv|ics|eml|json|xml|md|ini|conf|cfg|ya?ml|diff|patch|tsv)$", re.I)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message; its bytes are beside the desk, by their SHA-256.

    `message` is the id of its message, or of the ticket for its description. `often` says that the same file came
    several times, `difference` how it is not what it says. A file in a mail that was attached is `inside` that file.
    """

    message: str
    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    often: bool = False
    difference: str = field(default="", compare=False)
    inside: Attachment | None = None

    @property
    def label(self) -> str:
        """Its name as it is shown."""
        shown = clean_line(self.name) or self.content_type
        return f"{shown} (in {self.inside.label})" if self.inside else shown

    @property
    def depth(self) -> int:
        """How many attached mails it is in."""
        return 0 if self.inside is None else self.inside.depth + 1

    @property
    def outermost(self) -> Attachment:
        """The file that is stored: itself, or the attached mail that it came in."""
        return self if self.inside is None else self.inside.outermost

    @property
    def is_mail(self) -> bool:
        """Whether it is a mail, which may hold files itself."""
        return self.content_type == "message/rfc822" or self.name.lower().endswith(".eml")

    @property
    def is_decoration(self) -> bool:
        """Whether it is a logo or the like rather than what its sender wants to show."""
        is_picture = self.content_type.startswith("image/")
        return is_picture and ((self.inline and self.size < DECORATION_LIMIT) or self.often)

    @property
    def is_text(self) -> bool:
        """Whether it can be read inside."""
        return self.content_type in TEXT_TYPES or (
            self.content_type == "application/octet-stream" and _PLAIN_NAMES.search(self.name) is not None
        )

    @property
    def warning(self) -> str:
        """Why to be careful with it; empty for no reason."""
        by_name = "the name is that of a program" if EXECUTABLE.search(safe_name(self.name)) else ""
        return "; ".join(filter(None, (by_name, self.difference)))

    def to_document(self) -> dict[str, object]:
        """Return its JSON document."""
        return {
            "name": self.name,
            "content_type": self.content_type,
            "size": self.size,
            "sha256": self.sha256,
            "inline": self.inline,
        }


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is to leave with a reply."""

    name: str
    content_type: str
    content: bytes


def safe_name(name: str) -> str:
    """Return a file name's last path part, at most 150 bytes: without controls, leading dots, and what shells obey.

    Dots and blanks at its end go too: Windows drops them. The shell of another machine may read the line of scp that
    is shown.
    """
    name = re.split(r"[/\\]", clean_line(name))[-1]
    printable = "".join(each for each in name if each.isprintable())
    name = _OBEYED.sub("", printable).lstrip(". -").rstrip(". ")
    return name.encode("utf-8")[:NAME_LIMIT].decode("utf-8", "ignore")
