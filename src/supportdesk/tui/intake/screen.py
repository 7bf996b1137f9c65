"""The screen of the mail that waits for a decision: parked, or not readable, each with its cause."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult

from supportdesk.domain import moment
from supportdesk.domain.journal import Entry, Subject
from supportdesk.domain.mail.incoming import IncomingMail
from supportdesk.tui import style
from supportdesk.tui.commands import BY_ID, Scope
from supportdesk.tui.intake.text import incoming_text, raw_text
from supportdesk.tui.screens.desk_screen import DeskScreen
from supportdesk.tui.screens.reader import Reader
from supportdesk.tui.widgets.list_source import ListSource
from supportdesk.tui.widgets.listing import Listing, Welcome
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.row_lines import Cells

SHOWN = 500
"""The newest mails that the list has; `mail list --limit` prints more."""
SEQ_WIDTH, TIME_WIDTH = 7, 17
YEAR = len("2026-")
ROOMY = 100
"""Columns from which on the time of day is shown."""
SUBJECT_WIDTH = 12
"""What a long cause leaves for the subject."""


class QuarantineWelcome(Welcome):
    """Welcome of the screen."""

    EMPTY = (
        ("No mail waits for a decision.", ""),
        ("esc", "goes back to the tickets"),
        ("", ""),
        ("From a shell:", ""),
        ("supportdesk mail list --state all", "shows what became of every mail"),
    )
    FILTERED = EMPTY


class QuarantineList(PageList[IncomingMail]):
    """Number, time, sender and subject of each mail, and why it waits."""

    def _columns(self, width: int) -> tuple[int, int, int, int]:
        """Return the widths of time, sender, cause and subject: the cause comes first, it is what is decided about."""
        when = TIME_WIDTH - YEAR if width >= ROOMY else len("11-27 ")
        sender = min(30, max(12, width // 4 if width >= ROOMY else width // 5))
        rest = max(16, width - SEQ_WIDTH - when - sender)
        longest = max((style.width(_why(row)) + 1 for row in self.loaded), default=0)
        why = max(rest * 3 // 5, min(longest, rest - SUBJECT_WIDTH))
        return when, sender, why, rest - why

    def cells(self, row: IncomingMail, width: int) -> Cells:
        """Return a mail as a line."""
        when, sender, why, subject = self._columns(width)
        return [
            (style.fit(f" {row.seq}", SEQ_WIDTH), style.DIM),
            (moment.local(row.received_at)[YEAR:][: when - 1].ljust(when), style.DIM),
            (style.fit(row.from_email or "(no sender)", sender - 1) + " ", style.PLAIN),
            (style.fit(_why(row), why - 1) + " ", style.HEADING),
            (style.fit(row.subject, subject), style.PLAIN),
        ]

    def heading(self, width: int) -> str:
        """Return the names of the columns, above them."""
        when, sender, why, _ = self._columns(width)
        columns = ((" Mail", SEQ_WIDTH), ("When", when), ("From", sender), ("Why it waits", why))
        return "".join(style.fit(name, size) for name, size in columns) + "Subject"


def _why(mail: IncomingMail) -> str:
    return mail.cause or str(mail.outcome)


ON_READING = ("quarantine.accept", "quarantine.add", "quarantine.discard", "quarantine.block", "quarantine.raw")
"""What can be decided while a mail is read."""


class QuarantineScreen(DeskScreen):
    """What came in and was not filed by itself."""

    SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.QUARANTINE)
    NAME = "Incoming mail"
    SUBJECT = Subject.MAIL

    def compose_body(self) -> ComposeResult:
        """Yield the list."""
        yield Listing(QuarantineList(_source([]), id="quarantine"), QuarantineWelcome())

    @property
    def list(self) -> QuarantineList:
        """Return the list."""
        return self.query_one(QuarantineList)

    async def on_screen_resume(self) -> None:
        """Read the list again: mail comes in without anybody doing anything here."""
        await self._read()

    async def on_traffic(self) -> None:
        """Show what was decided and parked meanwhile; a screen that is not in front does so when it comes back."""
        if self.is_current:
            await self._read()

    async def show_entries(self, entries: Sequence[Entry]) -> None:
        """Leave it to `on_traffic`, which comes next: the list is read once."""

    async def _read(self) -> None:
        """Read the list; the cursor stays on its mail, or in its place where that has gone."""
        desk, row, place = self.desk_app.desk, self.list.row, self.list.cursor
        found = await desk.run(desk.intake.list, limit=SHOWN)
        if row is not None and any(each.seq == row.seq for each in found):
            await self.list.reload_at(_source(found), row)
        else:
            await self.list.show(_source(found))
            await self.list.move_to(place)
        self.describe()

    def describe(self) -> None:
        """Show how much waits."""
        self.title_bar.describe(
            self.NAME, f"{self.list.total} waiting for a decision, newest first", self.desk_app.desk.actor
        )
        self.query_one(Listing).describe(filtered=False)

    async def open_row(self) -> None:
        """Read the mail."""
        row, desk = self.list.row, self.desk_app.desk
        if row is not None:
            parsed = await desk.run(desk.intake.read, str(row.seq))
            commands = [BY_ID[name] for name in ON_READING]
            actions = {hint.pressed: command for command in commands if (hint := self.hint_of(command))}
            hints = [hint for command in commands if (hint := self.hint_of(command))]
            text = incoming_text(row, parsed)
            await self.app.push_screen(
                Reader("Incoming mail", row.subject or "(no subject)", text, hints),
                lambda key: self.request(actions[key]) if key else None,
            )

    async def do_quarantine_raw(self, count: int | None) -> None:
        """Read the mail as it came in, without what a terminal would obey."""
        row, desk = self.list.row, self.desk_app.desk
        if row is not None:
            data = await desk.run(desk.intake.raw, str(row.seq))
            lines = [Text(line) for line in raw_text(data)]
            await self.app.push_screen(Reader("Raw mail", row.subject or "(no subject)", lines))

    # Decisions

    async def do_quarantine_accept(self, count: int | None) -> None:
        """Make a ticket of the mail."""
        row = self.list.row
        if row is not None:
            ticket = await self.change(self.desk_app.desk.intake.accept, str(row.seq))
            self.status.done(f"mail {row.seq} is now #{ticket.number} · u to undo")

    async def do_quarantine_add(self, count: int | None) -> None:
        """Add the mail to a ticket."""
        row = self.list.row
        if row is None:
            return

        async def add(number: str) -> None:
            ticket = await self.change(self.desk_app.desk.intake.accept, str(row.seq), number.strip())
            self.status.done(f"mail {row.seq} added to #{ticket.number} · u to undo")

        await self.ask("Add this mail to ticket:", add, otherwise="nothing added", enter="add", history="quarantine")

    async def do_quarantine_discard(self, count: int | None) -> None:
        """Discard the mail."""
        row = self.list.row
        if row is not None:
            await self.change(self.desk_app.desk.intake.discard, str(row.seq))
            self.status.done(f"mail {row.seq} discarded · u to undo")

    async def do_quarantine_block(self, count: int | None) -> None:
        """Block a sender or a domain; the sender of this mail is proposed."""
        row = self.list.row

        async def block(sender: str) -> None:
            blocked = await self.change(self.desk_app.desk.blocked_senders.block, sender)
            self.status.done(f"mail from {blocked.sender} is parked from now on · u to undo")

        await self.ask(
            "Block address or domain:",
            block,
            otherwise="nobody blocked",
            initial=row.from_email if row else "",
            explanation="What it sends is parked from now on, and nobody is told.",
            enter="block",
        )

    async def do_quarantine_unblock(self, count: int | None) -> None:
        """Unblock a sender or a domain."""
        desk = self.desk_app.desk
        known = [each.sender for each in await desk.run(desk.blocked_senders.list)]
        if not known:
            self.status.note("Nobody is blocked.")
            return
        row = self.list.row
        initial = row.from_email if row and row.from_email in known else known[0] if len(known) == 1 else ""

        async def unblock(sender: str) -> None:
            unblocked = await self.change(desk.blocked_senders.unblock, sender)
            self.status.done(f"mail from {unblocked} is accepted again · u to undo")

        await self.ask(
            "Unblock:", unblock, otherwise="nobody unblocked", initial=initial, completions=known, enter="unblock"
        )

    async def step_back(self) -> bool:
        """Close the mail log, or go back to the tickets."""
        if not await super().step_back():
            await self.desk_app.show_screen("tickets")
        return True


def _source(mails: Sequence[IncomingMail]) -> ListSource[IncomingMail]:
    return ListSource(mails, lambda mail: mail.seq)
