"""Conditions on what a reference names."""

from __future__ import annotations

from peewee import Expression, Field

from supportdesk.domain.reference import Reference


def named(number: Field, id: Field, reference: Reference) -> Expression:  # noqa: A002
    """Rows whose number, or the beginning of whose id, a reference gives."""
    return number == reference.number if reference.id_prefix is None else begins(id, reference.id_prefix)


def begins(id: Field, prefix: str) -> Expression:  # noqa: A002
    """Rows whose id begins like this."""
    # A range rather than LIKE, so that the index on id serves it; "g" follows every hex digit.
    return (id >= prefix) & (id < prefix + "g")
