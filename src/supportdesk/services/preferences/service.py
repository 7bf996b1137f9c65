"""Use cases on notification preferences of requesters."""

from __future__ import annotations

from collections.abc import Generator

from supportdesk.domain.address import address_key, clean_address
from supportdesk.domain.errors import Conflict
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.domain.preference import Preference, PreferenceChange, PreferenceQuery, PreferenceStats
from supportdesk.services.context import Context
from supportdesk.services.preferences import changes as preference_changes
from supportdesk.storage.preferences import queries as preferences


class Preferences:
    """Use cases on preferences."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def get(self, email: str) -> Preference:
        """Return the preferences of an address, or the defaults; raises `InvalidValue` for no address."""
        address = clean_address(email, "email")
        return preferences.find(self._database, address) or Preference(address)

    def set(self, email: str, change: PreferenceChange, *, seen: Preference | None = None) -> Preference:
        """Change the preferences of an address; waiting mail follows them.

        `seen` is what the caller has on screen. Raises `InvalidValue` for what is no address, `Conflict` when
        somebody has changed it since it was seen.
        """
        address = clean_address(email, "email")
        with self._database.writing():
            old = preferences.find(self._database, address) or Preference(address)
            if seen is not None and seen != old:
                raise Conflict(f"the preferences of {old.email} were changed since you looked; nothing was saved")
            return preference_changes.apply(self._context, old, change)

    def page(self, query: PreferenceQuery, seek: Seek, limit: int) -> list[Preference]:
        """Return up to `limit` stored preferences, by address."""
        return preferences.page(self._database, query, seek, limit)

    def count(self, query: PreferenceQuery) -> Count:
        """Return how many stored preferences a query finds."""
        return preferences.count(self._database, query)

    def key(self, preference: Preference) -> RowKey:
        """Return the place of a preference in the list."""
        return (address_key(preference.email),)

    def position(self, query: PreferenceQuery, key: RowKey) -> int:
        """Return how many of a query stand before a key."""
        return preferences.position(self._database, query, str(key[0]))

    def stream(self, query: PreferenceQuery) -> Generator[Preference, None, None]:
        """Return every stored preference of a query, one by one, as of one moment that lasts until it is closed."""
        with self._database.reading():
            yield from preferences.stream(self._database, query)

    def stats(self) -> PreferenceStats:
        """Return how many stored preferences there are of each kind."""
        return preferences.stats(self._database)
