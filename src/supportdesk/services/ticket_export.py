"""Writing tickets out one by one: as the CSV that an import takes, or as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from supportdesk.domain.moment import to_text
from supportdesk.domain.query import TicketQuery
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.services.ticket_columns import FIELDS
from supportdesk.services.tickets import Tickets
from supportdesk.services.whole_file import whole_file

WATCH_EVERY = 500


class Form(StrEnum):
    """How tickets are written: JSON is one document, JSONL one a line."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


class Writable(Protocol):
    """What takes text."""

    def write(self, text: str, /) -> object:
        """Takes some."""


Watch = Callable[[int], None]
"""Told now and then how many tickets are written."""


class TicketExport:
    """The use case of writing tickets out."""

    def __init__(self, context: Context, tickets: Tickets) -> None:
        self._desk_file = context.database.path
        self._tickets = tickets

    def write(self, query: TicketQuery, form: Form, out: Writable, *, watch: Watch = lambda done: None) -> int:
        """Writes the tickets of a query as of one moment, by number; gives how many they are."""
        done = 0

        def counted(found: Iterable[Ticket]) -> Iterator[Ticket]:
            nonlocal done
            for ticket in found:
                yield ticket
                done += 1
                if done % WATCH_EVERY == 0:
                    watch(done)

        # Closed here, so that a reader who leaves does not keep the desk in its transaction.
        with closing(self._tickets.stream(query)) as found:
            _WRITERS[form](counted(found), out)
        return done

    def save(self, query: TicketQuery, form: Form, path: Path, *, watch: Watch = lambda done: None) -> int:
        """Like `write`, into a file that appears, or is replaced, when it is complete.

        Raises `InvalidValue` when there cannot be such a file, `Unavailable` when the disk does not take it.
        """
        with whole_file("output", path, self._desk_file) as file:
            done = self.write(query, form, file.text, watch=watch)
            file.finish()
        return done


def _write_csv(tickets: Iterable[Ticket], out: Writable) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FIELDS)
    for ticket in tickets:
        document = _document(ticket)
        writer.writerow([document[field] for field in FIELDS])


def _write_json(tickets: Iterable[Ticket], out: Writable) -> None:
    out.write('{"tickets": [')
    separator = "\n"
    for ticket in tickets:
        out.write(separator + _json(ticket))
        separator = ",\n"
    out.write("\n]}\n")


def _write_lines(tickets: Iterable[Ticket], out: Writable) -> None:
    for ticket in tickets:
        out.write(_json(ticket) + "\n")


_WRITERS = {Form.CSV: _write_csv, Form.JSON: _write_json, Form.JSONL: _write_lines}


def _json(ticket: Ticket) -> str:
    return json.dumps(_document(ticket), ensure_ascii=False)


def _document(ticket: Ticket) -> dict[str, str | int]:
    return {
        "id": ticket.id,
        "number": ticket.number,
        "title": ticket.title,
        "description": ticket.description,
        "priority": ticket.priority,
        "status": ticket.status,
        "contact_email": ticket.contact_email,
        "created_at": to_text(ticket.created_at),
        "updated_at": to_text(ticket.updated_at),
        "version": ticket.version,
    }
