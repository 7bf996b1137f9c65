"""The stored preferences as lines, and what all of them come to."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from supportdesk.domain import moment
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.domain.preference import Frequency, Preference, PreferenceQuery, PreferenceStats
from supportdesk.services.desk import Desk
from supportdesk.tui import style
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.row_lines import Cells

MAIL_WIDTH = 8
SMS_WIDTH = 7
FREQUENCY_WIDTH = 12
LANGUAGE_WIDTH = 10
TIME_WIDTH = 16
NARROW = 70
SHARES = 100
ADDRESS_WIDTH = 64
NAME_WIDTH = 11

OFF = Style(color="yellow")
FREQUENCY_SIGN = {Frequency.IMMEDIATE: "→", Frequency.DAILY: "≡", Frequency.WEEKLY: "≣", Frequency.NONE: "–"}
FREQUENCY_STYLE = {
    Frequency.IMMEDIATE: Style(color="green"),
    Frequency.DAILY: Style(color="cyan"),
    Frequency.WEEKLY: Style(color="cyan"),
    Frequency.NONE: Style(color="yellow"),
}


@dataclass
class PreferenceSource:
    """The stored preferences of a query, by address."""

    desk: Desk
    query: PreferenceQuery
    descending: bool = False

    async def count(self) -> Count:
        """Return how many there are."""
        return await self.desk.run(self.desk.preferences.count, self.query)

    async def page(self, seek: Seek, limit: int) -> Sequence[Preference]:
        """Return up to `limit` preferences, in list order."""
        return await self.desk.run(self.desk.preferences.page, self.query, seek, limit)

    async def position(self, key: RowKey) -> int:
        """Return how many come before a key."""
        return await self.desk.run(self.desk.preferences.position, self.query, key)

    def key(self, row: Preference) -> RowKey:
        """Return the place of a preference."""
        return self.desk.preferences.key(row)

    def identity(self, row: Preference) -> Hashable:
        """Return whose it is."""
        return row.id


class PreferenceList(PageList[Preference]):
    """Whose, mail and SMS on or off, how often, in which language, and since when."""

    def cells(self, row: Preference, width: int) -> Cells:
        """Return somebody's preferences as a line."""
        mail = ("✓ on", style.DONE) if row.email_notifications else ("✗ off", OFF)
        frequency = row.notification_frequency
        said = f"{FREQUENCY_SIGN[frequency]} {frequency}"
        # What mail that is off would come as is kept, but does not count.
        often = FREQUENCY_STYLE[frequency] if row.email_notifications else style.DIM
        changed = moment.local(row.updated_at) if row.updated_at else ""
        return [
            (" ", style.PLAIN),
            (style.fit(row.email, _address_width(width) - 1) + " ", style.PLAIN),
            (style.fit(mail[0], MAIL_WIDTH), mail[1]),
            (style.fit(said, FREQUENCY_WIDTH), often),
            (style.fit(f"{row.preferred_language}", LANGUAGE_WIDTH), style.PLAIN),
            (style.fit("on" if row.sms_notifications else "off", SMS_WIDTH), style.DIM),
            (style.fit(changed, _time_width(width)), style.DIM),
        ]

    def heading(self, width: int) -> str:
        """Return the names of the columns, above them."""
        names = (
            ("Address", _address_width(width)),
            ("Mail", MAIL_WIDTH),
            ("How often", FREQUENCY_WIDTH),
            ("Language", LANGUAGE_WIDTH),
            ("SMS", SMS_WIDTH),
            ("Changed", _time_width(width)),
        )
        return " " + "".join(style.fit(name, size) for name, size in names)


def _time_width(width: int) -> int:
    return TIME_WIDTH if width >= NARROW else 0


def _address_width(width: int) -> int:
    taken = 1 + MAIL_WIDTH + FREQUENCY_WIDTH + LANGUAGE_WIDTH + SMS_WIDTH + _time_width(width)
    return min(ADDRESS_WIDTH, max(10, width - taken))


class Statistics(Static):
    """How many chose what, of all that is stored."""

    DEFAULT_CSS = "Statistics { height: auto; padding: 0 1; }"

    def describe(self, stats: PreferenceStats) -> None:
        """Show the figures; those nobody chose are dimmed."""
        mail = {"on": stats.email_on, "off": stats.total - stats.email_on}
        lines: dict[str, Mapping[Any, int]] = {
            "Mail": mail,
            "How often": stats.frequencies,
            "Language": stats.languages,
        }
        text = Text()
        for name, kinds in lines.items():
            text.append(style.fit(name, NAME_WIDTH), style.DIM)
            text.append_text(self._figures(kinds, stats.total))
            if name == "Mail":
                text.append("SMS, kept for later  ", style.DIM)
                text.append_text(self._figures({"on": stats.sms_on}, stats.total))
            text.append("\n")
        text.right_crop(1)
        self.update(text)

    def _figures(self, kinds: Mapping[Any, int], total: int) -> Text:
        text = Text()
        for kind, number in kinds.items():
            share = f" ({number / total:.0%})" if number and self.screen.size.width >= SHARES else ""
            text.append(f"{kind} ", style.PLAIN if number else style.DIM)
            text.append(f"{number:,}", style.BOLD if number else style.DIM)
            text.append(f"{share}   ", style.DIM)
        return text
