"""The tag service."""

from __future__ import annotations

from supportdesk.domain.errors import NotFound, invalid
from supportdesk.domain.ticket import parse_tag
from supportdesk.services.context import Context
from supportdesk.services.tickets.service import Tickets, Updated
from supportdesk.storage.tickets import tags
from supportdesk.storage.tickets.tags import Tag


class Tags:
    """Use cases on the tags of the desk."""

    def __init__(self, context: Context, tickets: Tickets) -> None:
        self._database = context.database
        self._tickets = tickets

    def list(self) -> list[Tag]:
        """Return every tag, by name."""
        return tags.every(self._database)

    def rename(self, old: str, new: str) -> Updated:
        """Replace a tag by another one on all tickets, as one change; where both are, one stays.

        Raises `InvalidValue` for what is no tag, `NotFound` when no ticket has the old one.
        """
        before, after = parse_tag(old), parse_tag(new)
        if before == after:
            raise invalid("new", new, f"it must be another tag than {before}")
        with self._database.writing():
            found = [str(number) for number in tags.numbers(self._database, before)]
            if not found:
                raise NotFound(f"no ticket has the tag {before}", field="old")
            updated = self._tickets.tag_all(self._tickets.get_all(found), {after}, {before})
        return updated()
