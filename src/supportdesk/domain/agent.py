"""Who acts: the names that agents claim, and the accounts that they use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from unicodedata import normalize

from supportdesk.domain.text import NAME_LIMIT, required_line, without_invisible


class Account(NamedTuple):
    """An account of the operating system: its login name and its number, where it is known."""

    login: str
    uid: int | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent of the desk: the name that acts, how requesters see it, and whether it is away."""

    name: str
    email: str = ""
    display_name: str = ""
    away_since: datetime | None = None
    open_tickets: int = 0

    @property
    def is_away(self) -> bool:
        """Whether the agent is away."""
        return self.away_since is not None


def agent_name(text: str, field: str = "agent") -> str:
    """Return a name for history and journal: NFC, without invisible characters.

    Raises `InvalidValue` when it is empty or too long.
    """
    return required_line(field, without_invisible(normalize("NFC", text)), NAME_LIMIT)


def who(actor: str, login: str) -> str:
    """Return who acted: `bob`, or `bob (as ann)` when the account bob claimed another name."""
    return actor if login in ("", actor) else f"{login} (as {actor})"


# The letters of UTS #39 that keyboards can type; the libraries that have them all only tell scripts apart.
_LOOKS_LIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝьвкмнтαοεικνρτυχγβημζ015|i",
    "aeopcyxljshdqwbbkmhtaoelkvptuxybhmzolsll",
)


def looks_like(name: str, other: str) -> bool:
    """Return whether two different names can be mistaken for one another; case, accents and blanks do not count."""
    return name != other and _skeleton(name) == _skeleton(other)


def _skeleton(name: str) -> str:
    folded = normalize("NFKD", name.casefold()).translate(_LOOKS_LIKE)
    return "".join(letter for letter in folded if letter.isalnum()).replace("rn", "m") or name
