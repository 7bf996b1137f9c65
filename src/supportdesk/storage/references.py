"""Conditions on what a reference names."""

from __future__ import annotations

from peewee import Expression, Field

from supportdesk.domain.reference import Reference


def named(number: Field, id: Field, reference: Reference) -> Expression:  # noqa: A002
    """Return the condition for rows that a reference names by number or id prefix."""
    return number == reference.number if reference.id_prefix is None else begins(id, reference.id_prefix)


def begins(id: Field, prefix: str) -> Expression:  # noqa: A002
    """Return the condition for rows whose id starts with a prefix."""
    # A range rather than LIKE, so that the index on id serves it; "g" follows every hex digit.
    return (id >= prefix) & (id < prefix + "g")
