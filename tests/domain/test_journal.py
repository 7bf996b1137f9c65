"""Every kind of entry is a row of the registry: its words, its undo and the screens that show it follow from that."""

from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from inspect import signature

import pytest

from supportdesk.domain.journal import Entry, EntryKind, KindRow, Subject, parse_kind
from supportdesk.services.journal_entries import Undo

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def entry(kind, before=(), after=(), number=7):
    return Entry(1, 1, AT, "ann", kind, "id", number, dict(before), dict(after), "", None)


def test_a_kind_without_a_row_cannot_be_declared():
    with pytest.raises((AttributeError, RuntimeError)):

        class Kinds(StrEnum):
            __new__ = EntryKind.__dict__["__new_member__"]
            LOST = "ticket.lost"


@pytest.mark.parametrize("kind", EntryKind)
def test_a_row_has_all_that_is_known_of_its_kind(kind):
    row = kind.row
    assert isinstance(row, KindRow)
    assert (row.name, parse_kind(row.name)) == (kind.value, kind)
    assert isinstance(row.subject, Subject)
    # Also for an entry that an older program wrote with other fields.
    assert isinstance(entry(kind).summary, str)
    for said in (entry(kind, {}, {"status": "new"}), entry(kind, {"status": "new"}, {"status": "resolved"})):
        assert said.summary
        assert said.concerns(row.subject)
        assert said.about == f"{row.subject}7"
    if row.inverse:
        module, _, function = row.inverse.partition(":")
        inverse = getattr(import_module(f"supportdesk.services.{module}"), function)
        assert list(signature(inverse).parameters) == ["undo", "done"]
        assert signature(inverse).parameters["undo"].annotation == Undo.__name__
        assert row.possible or not row.instead, "what can always be undone needs no other way"
    if row.possible:
        module, _, function = row.possible.partition(":")
        possible = getattr(import_module(f"supportdesk.services.{module}"), function)
        assert list(signature(possible).parameters) == ["context", "done"]


def test_names_are_unique_and_unknown_ones_are_refused():
    assert len({kind.row.name for kind in EntryKind}) == len(EntryKind)
    with pytest.raises(ValueError, match="ticket.lost"):
        parse_kind("ticket.lost")


def test_an_entry_without_a_number_is_about_an_address_or_nothing():
    assert entry(EntryKind.PREFERENCE_CHANGED, after={"email": "rita@example.com"}, number=None).about == (
        "rita@example.com"
    )
    assert entry(EntryKind.TICKETS_IMPORTED, number=None).about == ""
