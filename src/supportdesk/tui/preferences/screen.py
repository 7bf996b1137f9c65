"""The preferences screen: who wants to hear from the desk, how often and in which language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from textual.app import ComposeResult

from supportdesk.domain.address import address_key
from supportdesk.domain.journal import Entry, Subject
from supportdesk.domain.preference import Frequency, Language, Preference, PreferenceQuery
from supportdesk.tui.commands import CommandContext, Scope
from supportdesk.tui.preferences.editing import edit_preferences
from supportdesk.tui.preferences.list import PreferenceList, PreferenceSource, Statistics
from supportdesk.tui.screens.desk_screen import DeskScreen
from supportdesk.tui.widgets.listing import Listing
from supportdesk.tui.widgets.welcome import PreferenceWelcome

EVERYBODY = PreferenceQuery()


class PreferencesScreen(DeskScreen):
    """Find, filter, change, count."""

    SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.PREFERENCES)
    NAME = "Preferences"
    SUBJECT = Subject.PREFERENCE

    def __init__(self) -> None:
        super().__init__()
        self._query = EVERYBODY

    # Layout

    def compose_body(self) -> ComposeResult:
        """Yield the list, and what all of it comes to."""
        source = PreferenceSource(self.desk_app.desk, EVERYBODY)
        yield Listing(PreferenceList(source, id="preferences"), PreferenceWelcome())
        yield Statistics()

    @property
    def list(self) -> PreferenceList:
        """Return the list."""
        return self.query_one(PreferenceList)

    async def load(self) -> None:
        """Read the first page."""
        await self._show(EVERYBODY)

    def command_context(self) -> CommandContext:
        """Return the preferences that commands act on."""
        return CommandContext(rows=self.list.total.rows, preference=self.list.row, search=self._query.text)

    def describe(self) -> None:
        """Show whose preferences are listed, and how many there are."""
        query, total = self._query, self.list.total
        filters = [
            *([f"“{query.text}”"] if query.text else []),
            *([str(query.frequency)] if query.frequency else []),
            *(["mail off"] if query.email_notifications is False else []),
            *([query.language.name.title()] if query.language else []),
        ]
        parts = [f"filter {', '.join(filters)}", f"{total} found"] if filters else ["everybody", str(total)]
        parts += [self.list.place] if self.list.place else []
        self.title_bar.describe(self.NAME, " · ".join(parts), self.desk_app.desk.actor)
        self.query_one(Listing).describe(filtered=bool(filters))

    # What is listed

    async def _show(self, query: PreferenceQuery, *, keep: Preference | None = None) -> None:
        """List a query from its top, or with the cursor on somebody who is in it."""
        source = PreferenceSource(self.desk_app.desk, query)
        self._query = query
        if keep is not None and _fits(keep, query):
            await self.list.reload_at(source, keep)
        else:
            await self.list.show(source)
        await self._count()

    async def _count(self) -> None:
        desk = self.desk_app.desk
        stats = await desk.run(desk.preferences.stats)
        self.query_one(Statistics).describe(stats)
        self.query_one(Statistics).display = bool(stats.total)
        self.describe()

    async def do_preference_search(self, count: int | None) -> None:
        """Search while typing; enter keeps the result, escape restores the previous list."""
        before, row = self._query, self.list.row
        answer = await self.insist(partial(self.prompt.search, self._search), self._search)
        if answer is None:
            await self._show(before, keep=row)
        else:
            self.status.note(f"{self.list.total} found" if answer.strip() else "")

    async def _search(self, text: str) -> None:
        await self._show(replace(self._query, text=text.strip()))

    async def _filter(self, frequency: Frequency | None, *, on: bool | None = None) -> None:
        query = replace(self._query, frequency=frequency, email_notifications=on)
        await self._show(query, keep=self.list.row)

    async def do_preference_immediate(self, count: int | None) -> None:
        """Show only those who are told at once."""
        await self._filter(Frequency.IMMEDIATE)

    async def do_preference_daily(self, count: int | None) -> None:
        """Show only those with a daily digest."""
        await self._filter(Frequency.DAILY)

    async def do_preference_weekly(self, count: int | None) -> None:
        """Show only those with a weekly digest."""
        await self._filter(Frequency.WEEKLY)

    async def do_preference_none(self, count: int | None) -> None:
        """Show only those who want none."""
        await self._filter(Frequency.NONE)

    async def do_preference_off(self, count: int | None) -> None:
        """Show only those whose mail is off."""
        await self._filter(None, on=False)

    async def do_preference_language(self, count: int | None) -> None:
        """Show only one language, or all again."""
        desk = self.desk_app.desk
        stats = await desk.run(desk.preferences.stats)
        await self.prompt.narrow("language", Language, stats.languages, self._show_language)

    async def _show_language(self, language: Language | None) -> None:
        await self._show(replace(self._query, language=language), keep=self.list.row)

    async def do_preference_all(self, count: int | None) -> None:
        """Show everybody."""
        await self._show(EVERYBODY, keep=self.list.row)

    # Changes

    async def open_row(self) -> None:
        """Open the form of who is under the cursor."""
        if self.list.row is not None:
            await edit_preferences(self, self.list.row.email)

    async def do_preference_edit(self, count: int | None) -> None:
        """Open the form of who is under the cursor."""
        await self.open_row()

    async def do_preference_create(self, count: int | None) -> None:
        """Ask for an address, and open the form with its preferences."""
        await self.ask(
            "Preferences of which address? (esc: cancel)",
            lambda email: edit_preferences(self, email),
            otherwise="no preferences opened",
            enter="open",
        )

    async def step_back(self) -> bool:
        """Close the mail log, or show everybody again."""
        if await super().step_back():
            return True
        if self._query == EVERYBODY:
            return False
        await self._show(EVERYBODY, keep=self.list.row)
        return True

    # News

    async def show_entries(self, entries: Sequence[Entry]) -> None:
        """Redraw changed rows in place and admit new ones; the cursor stays on its row."""
        desk, shown = self.desk_app.desk, self.list
        if any(entry.kind.row.reloads for entry in entries):
            await shown.reload()
        emails = {address_key(entry.about): entry.about for entry in entries if entry.about}
        changed = [await desk.run(desk.preferences.get, email) for email in emails.values()]
        shown.replace(changed)
        await shown.admit([each for each in changed if each.id and _fits(each, self._query)])
        await self._count()


def _fits(preference: Preference, query: PreferenceQuery) -> bool:
    return (
        address_key(query.text) in address_key(preference.email)
        and query.frequency in (None, preference.notification_frequency)
        and query.language in (None, preference.preferred_language)
        and query.email_notifications in (None, preference.email_notifications)
    )
